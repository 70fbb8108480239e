/* status_ahead.h - one side of the spool, as people look at it. */
#ifndef STATUS_AHEAD_H
#define STATUS_AHEAD_H

#include <walarch.h>

#include "runner.h"
#include "spool.h"

enum status_spool {
	STATUS_SPOOL_OFF,     /* archive-async */
	STATUS_SPOOL_NONE,    /* nothing was done ahead yet */
	STATUS_SPOOL_FOREIGN, /* the data directory is another user's */
	STATUS_SPOOL_UNSAFE,  /* it cannot be used: error */
	STATUS_SPOOL_SEEN     /* all below is known */
};

struct status_ahead {
	enum status_spool spool;
	char path[SPOOL_PATH_SIZE]; /* spool-path */
	wa_error error;
	int begun, alive; /* a runner told of itself; one works */
	struct runner_state runner;
	int failed;
	wa_error failure;
	int64_t failed_at;     /* microseconds since 1970 UTC */
	uint64_t files, bytes; /* done ahead, and not asked for yet; bytes
				* of what was fetched */
};

/* wal is the data directory's pg_wal.  Whatever keeps us from looking is in
 * *out. */
void status_ahead_look(struct status_ahead *out, const wa_config *config,
    const char *pgdata, const char *wal, enum spool_side side);

#endif
