/* retention_wal.h - which WAL of a system stays. */
#ifndef WA_REPO_RETENTION_WAL_H
#define WA_REPO_RETENTION_WAL_H

#include "repo/retention_sets.h"

/* A list of decisions that grows. */
struct wa_plan {
	wa_decision *list;
	size_t count, room;
};

/* The next decision, zeroed; NULL: out of memory. */
wa_decision *wa_plan_add(struct wa_plan *plan);

/* Add what becomes of each range and file of the system. */
int wa_plan_wal(struct wa_plan *plan, const struct wa_holdings *holdings,
    const struct wa_fate *fates, const wa_retention *policy, size_t system,
    wa_error *err);

#endif
