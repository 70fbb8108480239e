/* status.h - how a server's archiving does: what waits, how fast it goes, and
 * what is done ahead.  Neither the server nor the repository is asked. */
#ifndef STATUS_H
#define STATUS_H

#include <walarch.h>

#include "archive_notes.h"
#include "pace.h"
#include "status_ahead.h"

struct status {
	const char *stanza; /* of the configuration */
	char *pgdata;       /* the data directory, without symbolic links */
	int64_t now;        /* microseconds since 1970 UTC */
	wa_cluster cluster;
	struct archive_notes notes;
	struct pace pace;
	enum catch_up catch_up;
	double catch_up_seconds;
	struct status_ahead push, get;
};

/* Of the data directory in which PostgreSQL runs its commands, or pg1-path;
 * config must outlive it. */
int status_collect(struct status *out, const wa_config *config, wa_error *err);
void status_free(struct status *status);

/* The last file known to be stored: its name, "" when none is, and when. */
const char *status_last(int64_t *at, const struct status *status);

/* Seconds from then to now; not less than 0. */
double status_age(const struct status *status, int64_t then);

/* How it is printed, on standard output.  -1: it was said why not. */
void status_print_text(const struct status *status);
int status_print_json(const struct status *status);
void status_print_prometheus(const struct status *status);

/* walarch-info --status; its exit status. */
int status_run(const wa_config *config);

#endif
