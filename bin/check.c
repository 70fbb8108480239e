/* check.c - walarch-check: is archiving set up right, and does it work? */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check_backup.h"
#include "check_dropped.h"
#include "check_nagios.h"
#include "check_report.h"
#include "cli.h"
#include "cluster.h"
#include "message.h"
#include "process.h"
#include "server.h"

#define FAILED 1

struct check {
	const wa_config *config;
	wa_repo *repo;
	struct server *server;
	uint64_t system_id;
	int standby;
};

static int
failed(const wa_error *err)
{
	say_error(LEVEL_ERROR, err);
	return FAILED;
}

void
check_ok(const char *what, const char *details)
{
	(void)printf("%-16s ok, %s\n", what, details);
	(void)fflush(stdout);
}

static int
check_repository(struct check *c)
{
	wa_error err = WA_ERROR_INIT;
	int rc = wa_repo_open(&c->repo, c->config, &err);

	if (rc == 0)
		rc = wa_repo_probe(c->repo, &err);
	if (rc < 0)
		return failed(&err);
	check_ok("repository", wa_config_get(c->config, "repo1-path"));
	return 0;
}

/* The server's own word on what it is. */
static int
ask(struct check *c, char *buf, size_t size, const char *query)
{
	if (server_ask(c->server, buf, size, query) == 1)
		return 0;
	say(LEVEL_ERROR, "could not ask the server (%s): %s", query,
	    server_error(c->server));
	hint("The role of --pg1-user needs the rights of pg_monitor.");
	return FAILED;
}

static int
check_server(struct check *c)
{
	char text[64], version[64];

	if (server_open(&c->server, c->config) < 0)
		return FAILED;
	if (server_version(c->server) < 90600) {
		say(LEVEL_ERROR, "the server is older than PostgreSQL 9.6");
		return FAILED;
	}
	if (ask(c, text, sizeof(text),
		"SELECT system_identifier FROM pg_control_system()") != 0 ||
	    ask(c, version, sizeof(version), "SHOW server_version") != 0)
		return FAILED;
	c->system_id = strtoull(text, NULL, 10);
	if (ask(c, text, sizeof(text), "SELECT pg_is_in_recovery()") != 0)
		return FAILED;
	c->standby = strcmp(text, "t") == 0;
	check_ok("server", version);
	return 0;
}

static int
check_stanza(struct check *c)
{
	const char *name = wa_config_get(c->config, "stanza");
	wa_system *systems = NULL;
	wa_error err = WA_ERROR_INIT;
	size_t count, i;
	int found = 0;

	if (wa_stanza_systems(&systems, &count, c->repo, &err) < 0)
		return failed(&err);
	for (i = 0; i < count; i++)
		found |= systems[i].system_id == c->system_id;
	if (found) {
		check_ok("stanza", name);
	} else {
		say(LEVEL_ERROR,
		    "the server has the system identifier %" PRIu64
		    ", but stanza \"%s\" is of system %" PRIu64,
		    c->system_id, name, systems[count - 1].system_id);
		hint("Is this the right server, and the right --stanza? After "
		     "an upgrade use \"walarch-init --upgrade\".");
	}
	wa_free(systems);
	return found ? 0 : FAILED;
}

/* pg1-path, when it is set, must be this server's data directory. */
static int
check_data_directory(struct check *c)
{
	const char *path = wa_config_get(c->config, "pg1-path");
	wa_error err = WA_ERROR_INIT;
	wa_cluster cluster;

	if (path == NULL)
		return 0;
	if (wa_cluster_read(&cluster, path, &err) < 0)
		return failed(&err);
	if (cluster.system_id != c->system_id) {
		say(LEVEL_ERROR,
		    "pg1-path \"%s\" is of another cluster than "
		    "the server",
		    path);
		return FAILED;
	}
	check_ok("pg1-path", path);
	return 0;
}

static int
check_archive_mode(struct check *c)
{
	char mode[16];

	if (ask(c, mode, sizeof(mode), "SHOW archive_mode") != 0)
		return FAILED;
	if (strcmp(mode, "off") == 0) {
		say(LEVEL_ERROR, "archive_mode is off");
		hint("Set archive_mode = on and restart the server.");
		return FAILED;
	}
	check_ok("archive_mode", mode);
	return 0;
}

static int
check_archive_command(struct check *c)
{
	char command[1024];

	if (ask(c, command, sizeof(command),
		"SELECT setting FROM pg_settings "
		"WHERE name = 'archive_command'") != 0)
		return FAILED;
	if (strstr(command, "walarch") == NULL) {
		say(LEVEL_ERROR,
		    "archive_command does not call walarch: "
		    "\"%s\"",
		    command);
		hint("Set archive_command = 'walarch-push %%p' and reload.");
		return FAILED;
	}
	if (strstr(command, "%p") == NULL) {
		say(LEVEL_ERROR, "archive_command passes no path, %%p: \"%s\"",
		    command);
		return FAILED;
	}
	check_ok("archive_command", command);
	return 0;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Something to archive: a restore point, and the end of its segment. */
static int
switch_segment(struct check *c, char name[WA_SEGMENT_NAME_SIZE])
{
	int xlog = server_version(c->server) < 100000;
	char lsn[32];

	if (ask(c, name, WA_SEGMENT_NAME_SIZE,
		xlog ? "SELECT pg_xlogfile_name(pg_create_restore_point("
		       "'walarch check'))" :
		       "SELECT pg_walfile_name(pg_create_restore_point("
		       "'walarch check'))") != 0)
		return FAILED;
	return ask(c, lsn, sizeof(lsn),
	    xlog ? "SELECT pg_switch_xlog()" : "SELECT pg_switch_wal()");
}

/* 0: it is there, 1: it is not yet, or a negative code. */
static int
wait_for(struct check *c, const char *name, int64_t deadline, wa_error *err)
{
	wa_wal_facts facts;
	int pause_ms = 5, rc;

	while ((rc = wa_wal_stat(&facts, c->repo, c->system_id, name, err)) ==
		WA_ENOENT &&
	    now_ms() < deadline && process_signal() == 0) {
		(void)usleep((useconds_t)pause_ms * 1000);
		pause_ms = pause_ms < 250 ? pause_ms * 2 : pause_ms;
	}
	return rc == WA_ENOENT ? 1 : rc;
}

static int
check_archiving(struct check *c)
{
	int64_t timeout = wa_config_number(c->config, "archive-timeout");
	char name[WA_SEGMENT_NAME_SIZE], text[128];
	wa_error err = WA_ERROR_INIT;
	int64_t begin = now_ms();
	int rc;

	if (switch_segment(c, name) != 0)
		return FAILED;
	rc = wait_for(c, name, begin + timeout, &err);
	if (rc < 0)
		return failed(&err);
	if (rc == 0) {
		(void)snprintf(text, sizeof(text),
		    "\"%s\" was in the "
		    "repository after %.3f s",
		    name, (double)(now_ms() - begin) / 1000);
		check_ok("archiving", text);
		return 0;
	}
	say(LEVEL_ERROR, "segment \"%s\" was not archived within %.1f s", name,
	    (double)timeout / 1000);
	check_explain(c->server, name);
	return FAILED;
}

/* Segments that were damaged before they were archived: 0 when there are none. */
static int
check_records(struct check *c)
{
	wa_error err = WA_ERROR_INIT;
	wa_wal_list *list = NULL;
	wa_wal_range range;
	const char *name;
	size_t i;
	int rc;

	rc = wa_wal_list_open(&list, c->repo, c->system_id, &err);
	while (rc == 0 && (rc = wa_wal_list_next(&range, list, &err)) > 0)
		rc = 0;
	if (rc < 0) {
		wa_wal_list_close(list);
		return failed(&err);
	}
	for (i = 0; (name = wa_wal_list_damaged(list, i)) != NULL; i++)
		say(LEVEL_ERROR,
		    "\"%.24s\" had damaged records when it was archived", name);
	wa_wal_list_close(list);
	if (i == 0) {
		check_ok("records", "no damaged segment is in the repository");
		return 0;
	}
	hint("Recovery cannot pass a damaged segment. Store a sound copy, or "
	     "take a new base backup.");
	return FAILED;
}

/* A standby cannot switch segments, and archives only with archive_mode
 * always: what can be read has been checked. */
static int
check_all(struct check *c)
{
	int status;

	if (check_repository(c) != 0 || check_server(c) != 0 ||
	    check_stanza(c) != 0 || check_data_directory(c) != 0)
		return FAILED;
	status = check_archive_mode(c) | check_archive_command(c);
	if (status == 0 && c->standby)
		check_ok("archiving", "not tried: the server is a standby");
	else if (status == 0)
		status = check_archiving(c);
	return status | check_records(c) |
	    check_dropped(c->repo, c->system_id) |
	    check_backup(c->repo, c->system_id);
}

enum { NAGIOS, OPTIONS };

/* Also of a command line that cannot be read to its end. */
static int
for_nagios(char **argv)
{
	while (*argv != NULL)
		if (strcmp(*argv++, "--nagios") == 0)
			return 1;
	return 0;
}

static int
run(struct cli *cli)
{
	struct check check = { cli->config, NULL, NULL, 0, 0 };
	int status;

	if (cli->argc > 0)
		return cli_usage(
		    cli, "unexpected argument \"%s\"", cli->argv[0]);
	if (cli->options[NAGIOS].value != NULL)
		return check_nagios(cli->config);
	process_catch_signals(cli->config);
	status = check_all(&check);
	server_close(check.server);
	wa_repo_close(check.repo);
	return status;
}

int
main(int argc, char **argv)
{
	struct cli_option options[] = {
		[NAGIOS] = { "nagios", NULL,
		    "look at what waits, and say it as Nagios wants it", 0,
		    NULL },
		[OPTIONS] = { NULL, NULL, NULL, 0, NULL }
	};
	struct cli cli = { .program = "walarch-check",
		.command = "check",
		.purpose = "checks the settings of a running server, has it "
			   "archive a segment\nand waits for that.",
		.arguments = "",
		.settings =
		    "archive-async archive-timeout config critical-age "
		    "critical-queue log-level-console pg1-database pg1-path "
		    "pg1-port pg1-socket-path pg1-user repo1-path spool-path "
		    "stanza warning-age warning-queue",
		.options = options,
		.epilogue =
		    "Exit status: 0 when all is well, else 1; with --nagios 0 "
		    "OK, 1 WARNING,\n2 CRITICAL, 3 UNKNOWN.\n",
		.failure = for_nagios(argv) ? NAGIOS_UNKNOWN : FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status < 0) {
		status = run(&cli);
		cli_end(&cli);
	}
	if (status == NAGIOS_UNKNOWN)
		check_nagios_unknown();
	return status;
}
