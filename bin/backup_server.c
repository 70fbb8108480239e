/* backup_server.c - begin and end a backup on the server. */
#include "config.h"

#include "backup_server.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* "walarch" in ASCII: nobody else's advisory lock, one hopes. */
#define LOCK "33613837018686312"

static int
ask(struct backup_server *b, char *buf, size_t size, const char *query)
{
	if (server_ask(b->server, buf, size, query) == 1)
		return 0;
	say(LEVEL_ERROR, "could not ask the server: %s",
	    server_error(b->server));
	hint("The role of --pg1-user needs the rights of pg_monitor, and may "
	     "start backups.");
	return -1;
}

static int
check_version(struct backup_server *b)
{
	b->version = server_version(b->server);
	if (b->version >= 90600)
		return 0;
	say(LEVEL_ERROR, "the server is older than PostgreSQL 9.6");
	return -1;
}

static int
check_cluster(struct backup_server *b, uint64_t system_id)
{
	char text[64];

	if (ask(b, text, sizeof(text),
		"SELECT system_identifier FROM pg_control_system()") < 0)
		return -1;
	b->system_id = strtoull(text, NULL, 10);
	if (b->system_id == system_id)
		return 0;
	say(LEVEL_ERROR,
	    "the server has the system identifier %" PRIu64
	    ", but the data directory is of system %" PRIu64,
	    b->system_id, system_id);
	hint("Are --pg1-path, --pg1-port and --pg1-socket-path of the same "
	     "cluster?");
	return -1;
}

/* On a standby it is the primary that archives, or archive_mode = always. */
static int
check_mode(struct backup_server *b)
{
	int wanted = (int)wa_config_number(b->config, "backup-standby");
	char text[64];

	if (ask(b, text, sizeof(text), "SELECT pg_is_in_recovery()") < 0)
		return -1;
	b->standby = text[0] == 't';
	if (b->standby && !wanted) {
		say(LEVEL_ERROR, "the server is a standby");
		hint("Use --backup-standby to back it up all the same.");
		return -1;
	}
	if (!b->standby && wanted)
		say(LEVEL_WARN,
		    "the server is no standby, the backup is taken from the "
		    "primary");
	if (ask(b, text, sizeof(text), "SHOW archive_mode") < 0)
		return -1;
	if (strcmp(text, "off") != 0 || b->standby)
		return 0;
	say(LEVEL_ERROR, "archive_mode is off");
	hint("A backup is worth nothing without the WAL that is written "
	     "meanwhile. Set archive_mode = on and archive_command = "
	     "'walarch-push %%p', and restart the server.");
	return -1;
}

static int
take_lock(struct backup_server *b)
{
	char text[16];

	if (ask(b, text, sizeof(text),
		"SELECT pg_try_advisory_lock(" LOCK ")") < 0)
		return -1;
	if (text[0] == 't')
		return 0;
	say(LEVEL_ERROR, "another backup of this cluster is running");
	hint("It holds a lock in the server, which ends with it; see "
	     "pg_stat_activity for application_name 'walarch'.");
	return -1;
}

int
backup_server_open(
    struct backup_server *out, const wa_config *config, uint64_t system_id)
{
	memset(out, 0, sizeof(*out));
	out->config = config;
	if (server_open(&out->server, config) < 0)
		return -1;
	if (check_version(out) < 0 || check_cluster(out, system_id) < 0 ||
	    check_mode(out) < 0 || take_lock(out) < 0) {
		backup_server_close(out);
		return -1;
	}
	return 0;
}

void
backup_server_close(struct backup_server *server)
{
	server_close(server->server);
	free(server->header);
	free(server->label);
	free(server->map);
	memset(server, 0, sizeof(*server));
}

static int
failed(struct backup_server *b, const char *what)
{
	say(LEVEL_ERROR, "could not %s the backup: %s", what,
	    server_error(b->server));
	return -1;
}

static const char header_query[] =
    "SELECT json_build_object('tablespaces', coalesce((SELECT json_agg("
    "json_build_object('oid', oid::int8, 'name', spcname, 'path', "
    "pg_tablespace_location(oid))) FROM pg_tablespace WHERE spcname NOT IN "
    "('pg_default', 'pg_global')), '[]'::json), 'databases', (SELECT "
    "json_agg(json_build_object('oid', oid::int8, 'name', datname)) FROM "
    "pg_database), 'pg-version', current_setting('server_version'), "
    "'backup-label', $1::text)";

char *
backup_server_header(struct server *server, const char *label)
{
	return server_ask_all(server, header_query, label);
}

/* Limits that are meant for others must not end the session. */
static int
lift_limits(struct backup_server *b)
{
	char text[32];

	if (ask(b, text, sizeof(text),
		"SELECT set_config('statement_timeout', '0', false)") < 0)
		return -1;
	return b->version < 140000 ?
	    0 :
	    ask(b, text, sizeof(text),
		"SELECT set_config('idle_session_timeout', '0', false)");
}

int
backup_server_start(struct backup_server *server, const char *label)
{
	int fast = (int)wa_config_number(server->config, "start-fast");
	char query[128], lsn[WA_LSN_SIZE];
	char *text;

	if (lift_limits(server) < 0)
		return -1;
	(void)snprintf(query, sizeof(query), "SELECT %s($1, %s%s)",
	    server->version >= 150000 ? "pg_backup_start" : "pg_start_backup",
	    fast ? "true" : "false",
	    server->version >= 150000 ? "" : ", false");
	text = server_ask_all(server->server, query, label);
	if (text == NULL)
		return failed(server, "start");
	(void)snprintf(lsn, sizeof(lsn), "%s", text);
	free(text);
	if (wa_lsn_parse(&server->start, lsn) < 0)
		return failed(server, "start");
	server->header = backup_server_header(server->server, label);
	return server->header == NULL ? failed(server, "describe") : 0;
}

static int
take_answer(struct backup_server *b, const char *text)
{
	json_t *row = json_loads(text, 0, NULL);
	const char *lsn = json_string_value(json_array_get(row, 0));
	const char *label = json_string_value(json_array_get(row, 1));
	const char *map = json_string_value(json_array_get(row, 2));
	int rc = -1;

	if (lsn != NULL && label != NULL && wa_lsn_parse(&b->stop, lsn) == 0) {
		b->label = strdup(label);
		b->map = strdup(map == NULL ? "" : map);
		rc = b->label == NULL || b->map == NULL ? -1 : 0;
	}
	json_decref(row);
	return rc;
}

/* The WAL is waited for in the repository, not by the server. */
int
backup_server_stop(struct backup_server *server)
{
	const char *function = server->version >= 150000 ?
	    "pg_backup_stop(false)" :
	    server->version >= 100000 ? "pg_stop_backup(false, false)" :
					"pg_stop_backup(false)";
	char query[160];
	char *text;
	int rc;

	(void)snprintf(query, sizeof(query),
	    "SELECT json_build_array(lsn::text, labelfile, spcmapfile) "
	    "FROM %s",
	    function);
	text = server_ask_all(server->server, query, NULL);
	if (text == NULL)
		return failed(server, "end");
	rc = take_answer(server, text);
	free(text);
	return rc < 0 ? failed(server, "end") : 0;
}
