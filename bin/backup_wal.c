/* backup_wal.c - wait for the WAL of a backup. */
#include "config.h"

#include "backup_wal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check_report.h"
#include "message.h"
#include "process.h"

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
not_there(const struct backup_server *b, const char *name)
{
	if (process_signal() != 0) {
		say(LEVEL_ERROR, "interrupted by a signal");
		return -1;
	}
	say(LEVEL_ERROR,
	    "segment \"%s\", which the backup needs, is not in the repository "
	    "after %.1f s",
	    name,
	    (double)wa_config_number(b->config, "archive-timeout") / 1000);
	if (b->standby)
		hint(
		    "On an idle primary the segment does not end: run "
		    "\"SELECT pg_switch_wal()\" there. Or is --archive-timeout "
		    "too short?");
	else if (b->server == NULL)
		hint("Does the server archive into this repository and stanza? "
		     "Its log has what archive_command said (lines with "
		     "\"walarch-push: error\"); pg_stat_archiver tells of "
		     "failures.");
	else
		check_explain(b->server, name);
	return -1;
}

/* Until it is there. */
static int
wait_for(const struct backup_server *b, wa_repo *repo, const char *name)
{
	int64_t until =
	    now_ms() + wa_config_number(b->config, "archive-timeout");
	wa_error err = WA_ERROR_INIT;
	wa_wal_facts facts;
	int pause_ms = 2, rc;

	while ((rc = wa_wal_stat(&facts, repo, b->system_id, name, &err)) ==
		WA_ENOENT &&
	    now_ms() < until && process_signal() == 0) {
		(void)usleep((useconds_t)pause_ms * 1000);
		pause_ms = pause_ms < 250 ? pause_ms * 2 : pause_ms;
	}
	if (rc == WA_ENOENT)
		return not_there(b, name);
	if (rc < 0)
		say_error(LEVEL_ERROR, &err);
	return rc;
}

int
backup_wal_wait(struct backup_server *server, wa_repo *repo, const wa_set *set)
{
	uint64_t number = set->redo / set->segment_size;
	uint64_t last = (set->stop - 1) / set->segment_size;
	char name[WA_SEGMENT_NAME_SIZE];
	int rc = 0;

	for (; number <= last && rc == 0; number++) {
		wa_segment_format(
		    name, set->timeline, number, set->segment_size);
		rc = wait_for(server, repo, name);
	}
	return rc;
}

/* The start has ended that segment.  It may have been expired long ago, so the
 * server's word that it, or a later one, was archived will do. */
int
backup_wal_check(
    struct backup_server *server, wa_repo *repo, const wa_cluster *cluster)
{
	uint64_t number = server->start / cluster->segment_size;
	char name[WA_SEGMENT_NAME_SIZE], last[64];

	if (server->standby || number < 2)
		return 0;
	wa_segment_format(
	    name, cluster->timeline, number - 1, cluster->segment_size);
	if (server_ask(server->server, last, sizeof(last),
		"SELECT last_archived_wal FROM pg_stat_archiver WHERE "
		"last_failed_time IS NULL OR last_failed_time < "
		"last_archived_time") == 1 &&
	    strlen(last) >= 24 && strncmp(last, name, 8) == 0 &&
	    strncmp(last, name, 24) >= 0)
		return 0;
	return wait_for(server, repo, name);
}
