/* backup_local.h - the files of a data directory, into a set. */
#ifndef BACKUP_LOCAL_H
#define BACKUP_LOCAL_H

#include "backup_check.h"
#include "backup_prior.h"

struct backup_local {
	const wa_config *config;
	const char *path; /* of the data directory */
	wa_cluster cluster;
	struct backup_prior *prior; /* NULL: all is copied */
	const char *begun;          /* the interrupted set it looks into */
	int trust_times; /* a file with the time of a prior one is that one */
};

/* How many bytes there are, about. */
int backup_local_measure(
    uint64_t *out, const struct backup_local *local, wa_error *err);

/* The members for the manifest's header that the server gave, and of the data
 * directory itself its mode and owner: one object, for free(). */
int backup_local_header(char **out, const struct backup_local *local,
    const char *server, wa_error *err);

/* All but pg_control, in order; then the rest of check and flow is to be
 * drained. */
int backup_local_files(const struct backup_local *local,
    struct backup_check *check, wa_error *err);

/* pg_control, read so that it is whole. */
int backup_local_control(
    const struct backup_local *local, struct backup_flow *flow, wa_error *err);

/* A text that the server gave. */
int
backup_local_text(const struct backup_local *local, struct backup_flow *flow,
    const char *name, const char *text, wa_error *err);

#endif
