/* find.h - what walarch-find is asked for, where it looks, what it found. */
#ifndef FIND_H
#define FIND_H

#include <stddef.h>
#include <walarch.h>

/* What was asked for. */
struct find_wish {
	const char *name; /* a pattern for restore points, or NULL */
	int drops;
	int has_xid, has_lsn, has_time, has_around;
	uint32_t xid;
	uint64_t lsn;
	int64_t from, to; /* INT64_MIN and INT64_MAX where open */
	int64_t around;
	uint64_t limit;
};

/* A stored segment. */
struct find_file {
	uint32_t timeline;
	int32_t kind; /* WA_SEGMENT, WA_PARTIAL or WA_DAMAGED */
	uint64_t number;

	/* of its label or its records, as in wa_wal_records: */
	int32_t walked;
	uint32_t first_xid, last_xid;
	uint64_t commits;
	int64_t first_commit, last_commit;
	int64_t since, until; /* what has no time of its own happened between
			       * these, INT64_MIN and INT64_MAX where unknown */

	wa_event *events; /* those wanted */
	size_t event_count;
};

#define FIND_NAME_SIZE 40 /* of a file */

struct find_archive {
	const wa_config *config;
	wa_repo *repo;
	wa_system system;
	wa_timeline *timelines; /* ascending */
	size_t timeline_count;
	struct find_file *files; /* by timeline, then by number */
	size_t file_count;
	wa_wal_range *dropped; /* never stored */
	size_t dropped_count;
	int failed; /* something could not be read: it has been said */
};

struct find_hit {
	wa_event event;  /* timeline: the one that it is on */
	uint64_t begin;  /* of a DROP DATABASE's transaction, or 0 */
	uint32_t branch; /* the timeline to recover along */
	int ambiguous;   /* an earlier restore point has its name */
	size_t file;
};

struct find_hits {
	struct find_hit *at;
	size_t count, room;
};

#define FIND_TRANSACTIONS                                                      \
	(WA_EVENT_BIT(WA_EVENT_COMMIT) | WA_EVENT_BIT(WA_EVENT_DROP))

#endif
