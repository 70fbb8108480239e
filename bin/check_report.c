/* check_report.c - pg_stat_archiver, the queue and the last error, in words. */
#include "config.h"

#include "check_report.h"

#include <stdio.h>
#include <string.h>

#include "message.h"

/* PostgreSQL takes it for archived, but it is not here. */
static int
went_elsewhere(struct server *server, const char *name)
{
	char last[64];

	if (server_ask_with(server, last, sizeof(last),
		"SELECT last_archived_wal FROM pg_stat_archiver "
		"WHERE last_archived_wal >= $1 "
		"AND last_archived_wal ~ '^[0-9A-F]{24}$'",
		name) != 1)
		return 0;
	say(LEVEL_ERROR,
	    "the server takes \"%s\" for archived, but it is not "
	    "in this repository and stanza",
	    name);
	hint("Does its archive_command use another configuration, or "
	     "pretend success?");
	return 1;
}

static void
explain_failure(struct server *server)
{
	char text[256];

	if (server_ask(server, text, sizeof(text),
		"SELECT format('%s times, last \"%s\" at %s', failed_count, "
		"last_failed_wal, last_failed_time) FROM pg_stat_archiver "
		"WHERE last_failed_time > coalesce(last_archived_time, "
		"'-infinity')") == 1)
		say(LEVEL_ERROR, "archive_command failed %s", text);
	else if (server_ask(server, text, sizeof(text),
		     "SELECT coalesce(format('the last segment archived was "
		     "\"%s\" at %s', last_archived_wal, last_archived_time), "
		     "'none was archived yet') FROM pg_stat_archiver") == 1)
		say(LEVEL_ERROR, "archive_command has not failed, but %s",
		    text);
}

static void
explain_queue(struct server *server)
{
	char text[256];

	if (server_version(server) >= 120000 &&
	    server_ask(server, text, sizeof(text),
		"SELECT format('%s, the oldest is \"%s\"', count(*), "
		"replace(min(name), '.ready', '')) "
		"FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready' "
		"HAVING count(*) > 0") == 1)
		say(LEVEL_ERROR, "files waiting to be archived: %s", text);
}

/* Only a logging collector's log can be read through the server. */
static void
explain_last_error(struct server *server)
{
	char text[1024];

	if (server_version(server) >= 100000 &&
	    server_ask(server, text, sizeof(text),
		"SELECT line FROM (SELECT pg_current_logfile() AS name) AS l, "
		"pg_stat_file(l.name) AS f, regexp_split_to_table("
		"pg_read_file(l.name, greatest(f.size - 65536, 0), 65536), "
		"E'\\n') WITH ORDINALITY AS t (line, n) "
		"WHERE line LIKE '%walarch-push%error:%' "
		"ORDER BY n DESC LIMIT 1") == 1)
		say(LEVEL_ERROR, "the server's log says: %s", text);
	else
		hint("The server's log has what walarch-push said (lines with "
		     "\"walarch-push: error\").");
}

void
check_explain(struct server *server, const char *name)
{
	if (went_elsewhere(server, name))
		return;
	explain_failure(server);
	explain_queue(server);
	explain_last_error(server);
}
