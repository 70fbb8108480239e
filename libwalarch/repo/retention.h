/*
 * retention.h - what stays and what goes: a function of what is stored, of the
 * time and of a policy.  It looks at nothing else.
 */
#ifndef WA_REPO_RETENTION_H
#define WA_REPO_RETENTION_H

#include "walarch.h"

/* A system's WAL, as wa_wal_list and wa_wal_files list it. */
struct wa_held {
	uint64_t system_id;
	uint32_t segment_size;
	const wa_timeline *timelines; /* ascending */
	const int64_t *last; /* when the newest file of each was stored, or
			      * WA_NO_TIME: not known */
	size_t timeline_count;
	const wa_wal_range *ranges; /* by timeline and position */
	size_t range_count;
	const char *const *others; /* .partial, .backup, .damaged, .history */
	size_t other_count;
};

struct wa_holdings {
	int64_t now;
	const struct wa_held *systems; /* the current one last; never none */
	size_t system_count;
	const wa_set *sets;  /* oldest first */
	const int64_t *kept; /* of each: its mark, as wa_set_kept() has it */
	size_t set_count;
	const wa_set_begun *begun;
	size_t begun_count;
};

/*
 * Decide.  *out is in the order in which it must be carried out; after each
 * step whatever is still there can be restored.  One allocation, for
 * wa_free().
 */
int wa_retention_plan(wa_decision **out, size_t *count,
    const struct wa_holdings *holdings, const wa_retention *policy,
    wa_error *err);

#endif
