/* find_restore.h - how to recover to just before a hit, or just after it. */
#ifndef FIND_RESTORE_H
#define FIND_RESTORE_H

#include "find.h"

struct find_target {
	const char *where; /* "before", "after"; "at" for a restore point */
	const char *type;  /* "lsn": recovery_target_lsn */
	char value[64];
	int exclusive;
	uint32_t timeline;
};

/* The targets there are for the hit, 0 to 2. */
size_t find_restore(struct find_target out[2], const struct find_hit *hit,
    const struct find_archive *archive);

/* The command; *out is for free().  NULL: memory is short. */
char *find_restore_command(
    const struct find_target *target, const struct find_archive *archive);

/* PostgreSQL's own settings for it, as for postgresql.conf; *out is for free().
 * NULL: memory is short. */
char *find_restore_settings(const struct find_target *target);

/* What of text is not printed, and the backslash, as \x and two digits; *out
 * is for free().  NULL: memory is short. */
char *find_restore_plain(const char *text);

#endif
