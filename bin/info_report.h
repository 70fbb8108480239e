/* info_report.h - what walarch-info found out, before it is printed. */
#ifndef INFO_REPORT_H
#define INFO_REPORT_H

#include <walarch.h>

#include "info_sets.h"

enum info_status {
	INFO_OK,
	INFO_NO_WAL,
	INFO_MISSING,
	INFO_NO_STANZA,
	INFO_DAMAGED,
	INFO_UNREAD,
	INFO_NO_BACKUP,
	INFO_DROPPED
};

/* One system of a stanza. */
struct info_system {
	wa_system system;
	wa_timeline *timelines;
	size_t timeline_count;
	wa_wal_range *ranges; /* in order; those missing, too */
	size_t range_count;
	wa_window *windows; /* what can be recovered to */
	size_t window_count;
	wa_backup *backups;
	size_t backup_count;
	int unread;     /* windows, or backups, could not be read */
	char **damaged; /* names of segments of which no sound one is stored */
	size_t damaged_count;
	wa_wal_range *dropped; /* and not stored since */
	size_t dropped_count;
	uint64_t segments, stored; /* of them all */
	uint64_t missing;          /* segments */
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];
};

struct info_stanza {
	const char *name;
	const char *path, *repo_id;
	enum info_status status;
	struct info_system *systems; /* the current one last */
	size_t count;
	struct info_sets sets; /* of all systems */
};

/* Find out about the stanza of config.  A stanza that is not there is a
 * status; a repository that is not there is an error. */
int info_collect(struct info_stanza *out, wa_repo *repo,
    const wa_config *config, wa_error *err);
void info_free(struct info_stanza *stanza);

/* A word or two for the status. */
const char *info_status_text(enum info_status status);

/* How they are printed, on standard output. */
void info_print_text(const struct info_stanza *stanzas, size_t count);
int info_print_json(const struct info_stanza *stanzas, size_t count);

#endif
