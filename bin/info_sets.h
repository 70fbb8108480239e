/* info_sets.h - the base backups of a stanza. */
#ifndef INFO_SETS_H
#define INFO_SETS_H

#include <walarch.h>

/* What else is known of a set. */
struct info_set {
	int64_t kept; /* as wa_set_kept() */
	char **annotations;
	size_t annotation_count;
};

struct info_sets {
	wa_set *sets;
	struct info_set *more; /* of each */
	size_t count;
	wa_set_begun *begun;
	size_t begun_count;
};

/* 0, or how many have a damaged manifest, which *err tells of. */
int info_sets_collect(struct info_sets *out, wa_repo *repo, wa_error *err);
void info_sets_free(struct info_sets *sets);

/* The set that is next below this one, or NULL. */
const wa_set *info_set_prior(const struct info_sets *sets, const wa_set *set);

/* Bytes stored of it and of all that is below it. */
uint64_t info_set_stored(const struct info_sets *sets, const wa_set *set);

/* "full", "diff", "incr" */
const char *info_set_type(const wa_set *set);

/* The segments with its beginning and its end. */
void info_set_wal(char first[WA_SEGMENT_NAME_SIZE],
    char last[WA_SEGMENT_NAME_SIZE], const wa_set *set);

/* How much of it is stored, in per cent; -1: not known. */
double info_begun_percent(const wa_set_begun *begun);

#endif
