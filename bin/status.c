/* status.c - look at a data directory and its spool. */
#include "config.h"

#include "status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cluster.h"
#include "errors.h"

#define PATH_SIZE 8192 /* of a real path, and a name */

static int
find_data_directory(struct status *s, const wa_config *config, wa_error *err)
{
	const char *path = cluster_path(config);

	if (path == NULL) {
		(void)error_set(err, WA_EUSAGE,
		    "it is not known where the data directory is");
		error_hint(
		    err, "Set pg1-path, or run this in the data directory.");
		return WA_EUSAGE;
	}
	if (wa_cluster_read(&s->cluster, path, err) < 0)
		return err->code;
	s->pgdata = realpath(path, NULL);
	return s->pgdata != NULL ?
	    0 :
	    error_system(err, "could not find \"%s\"", path);
}

static void
judge(struct status *s)
{
	s->now = clock_now();
	pace_measure(&s->pace, s->notes.segments, s->notes.count, s->now);
	s->catch_up = pace_catch_up(
	    &s->catch_up_seconds, &s->pace, s->notes.ready_segments);
}

int
status_collect(struct status *out, const wa_config *config, wa_error *err)
{
	char wal[PATH_SIZE];
	int rc;

	memset(out, 0, sizeof(*out));
	rc = find_data_directory(out, config, err);
	if (rc == 0) {
		(void)snprintf(wal, sizeof(wal), "%s/%s", out->pgdata,
		    out->cluster.version > 900 ? "pg_xlog" : "pg_wal");
		rc = archive_notes_read(
		    &out->notes, wal, out->cluster.segment_size, err);
	}
	if (rc < 0) {
		status_free(out);
		return rc;
	}
	judge(out);
	out->stanza = wa_config_get(config, "stanza");
	status_ahead_look(&out->push, config, out->pgdata, wal, SPOOL_PUSH);
	status_ahead_look(&out->get, config, out->pgdata, wal, SPOOL_GET);
	return 0;
}

void
status_free(struct status *status)
{
	archive_notes_free(&status->notes);
	free(status->pgdata);
	status->pgdata = NULL;
}

/* PostgreSQL's notes go with their segments, at a checkpoint; then the runner's
 * word is what is left. */
const char *
status_last(int64_t *at, const struct status *status)
{
	if (status->notes.done > 0) {
		*at = status->notes.last_at;
		return status->notes.last;
	}
	*at = status->push.runner.last;
	return status->push.begun && *at != 0 ? status->push.runner.name : "";
}

double
status_age(const struct status *status, int64_t then)
{
	return then < status->now ? (double)(status->now - then) / 1e6 : 0;
}
