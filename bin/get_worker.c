/* get_worker.c - walarch-get: bring WAL files back. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "get_async.h"
#include "get_range.h"
#include "get_retry.h"
#include "message.h"
#include "process.h"
#include "standby.h"

#define ABSENT 1
#define FAILED 255 /* above 125: PostgreSQL stops */

enum { FROM, OUTPUT, SYSTEM, TIMELINE, TO, OPTIONS };

/*
 * PostgreSQL takes 1 to 125 for "there is no such file", ends recovery and
 * starts up, on a timeline of its own.  So 1 is for a certain absence only;
 * but a standby asks again, and must not be stopped by a passing fault.
 */
static int
status_of(int rc, const wa_error *err, int standby)
{
	if (rc >= 0)
		return 0;
	if (rc == WA_ENOENT) {
		say(LEVEL_DEBUG, "%s", err->text);
		return ABSENT;
	}
	if (standby) {
		say_error(LEVEL_WARN, err);
		return ABSENT;
	}
	say_error(LEVEL_ERROR, err);
	return FAILED;
}

/* What lies in the server's own pg_wal is as good as a .partial or better, and
 * PostgreSQL would not look at it any more. */
static int
has_own_copy(const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "pg_wal/%.40s", name);
	return access(path, F_OK) == 0;
}

/* restore_command: NAME to PATH, for the server that waits for it. */
static int
get_for_server(struct getter *g, const char *name, const char *path)
{
	wa_error err = WA_ERROR_INIT;
	int standby = is_standby(), rc;

	/* The server that asked is gone: a new one may be reading at path. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	g->patient = !standby;
	g->flags = standby || has_own_copy(name) ? 0 : WA_GET_PARTIAL;
	rc = get_async(g, name, path, &err);
	if (rc == 1)
		say(LEVEL_WARN,
		    "\"%s\" was never finished: here is "
		    "\"%s.partial\", the last WAL there is of its timeline",
		    name, name);
	return status_of(rc, &err, standby);
}

static int
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void
hint_at_partial(struct getter *g, const char *name)
{
	char partial[64];
	wa_wal_facts facts;

	if (wa_name_kind(name) != WA_SEGMENT)
		return;
	(void)snprintf(partial, sizeof(partial), "%s.partial", name);
	if (wa_wal_stat(&facts, g->repo, g->system_id, partial, NULL) == 0)
		hint("\"%s\" is stored: the segment was never finished.",
		    partial);
}

/* By hand: NAME to a file, into a folder, or to standard output. */
static int
get_to(struct getter *g, const char *name, const char *output)
{
	wa_error err = WA_ERROR_INIT;
	char path[4096];
	int rc;

	if (snprintf(path, sizeof(path), "%s%s%s", output,
		is_folder(output) ? "/" : "",
		is_folder(output) ? name : "") >= (int)sizeof(path)) {
		say(LEVEL_ERROR, "path \"%.80s...\" is too long", output);
		return FAILED;
	}
	if (strcmp(output, "-") != 0 && access(path, F_OK) == 0) {
		say(LEVEL_ERROR, "file \"%s\" exists, and is not replaced",
		    path);
		return FAILED;
	}
	rc = strcmp(output, "-") == 0 ? getter_print(g, name, &err) :
					getter_get(g, name, path, &err);
	if (rc == WA_ENOENT) {
		say_error(LEVEL_ERROR, &err);
		hint_at_partial(g, name);
	} else if (rc >= 0 && strcmp(output, "-") != 0)
		say(LEVEL_INFO, "\"%s\" is in place", path);
	return status_of(rc, &err, 0);
}

static int
worse(int a, int b)
{
	return a > b ? a : b;
}

struct destination {
	struct getter *getter;
	const char *output;
};

static int
get_one_of_range(void *arg, const char *name)
{
	struct destination *to = arg;

	return get_to(to->getter, name, to->output);
}

static int
get_by_hand(
    struct getter *g, const struct cli *cli, const struct cli_option *options)
{
	struct destination to = { g, options[OUTPUT].value };
	int status = 0, i;

	if ((cli->argc > 1 || options[FROM].value != NULL) &&
	    !is_folder(to.output))
		return cli_usage(cli,
		    "several files go into a folder, and "
		    "\"%s\" is none",
		    to.output);
	if (options[FROM].value != NULL)
		return get_range(g, options[FROM].value, options[TO].value,
		    options[TIMELINE].value, get_one_of_range, &to);
	for (i = 0; i < cli->argc && process_signal() == 0; i++)
		status = worse(status, get_to(g, cli->argv[i], to.output));
	return process_signal() != 0 ? FAILED : status;
}

static int
check_usage(const struct cli *cli, const struct cli_option *options)
{
	int range = options[FROM].value != NULL || options[TO].value != NULL;

	if (range &&
	    (options[FROM].value == NULL || options[TO].value == NULL ||
		options[OUTPUT].value == NULL || cli->argc > 0))
		return cli_usage(cli,
		    "a range takes --from, --to and -o, and "
		    "no names");
	if (!range && options[TIMELINE].value != NULL)
		return cli_usage(cli, "--timeline goes with --from and --to");
	if (options[OUTPUT].value != NULL && !range && cli->argc == 0)
		return cli_usage(cli, "no file was named");
	if (options[OUTPUT].value == NULL && cli->argc != 2)
		return cli_usage(cli,
		    "restore_command takes two arguments, "
		    "%%f and \"%%p\"");
	return -1;
}

static int
run(struct cli *cli, const struct cli_option *options)
{
	struct getter getter = { .config = cli->config,
		.system = options[SYSTEM].value };
	int status;

	process_catch_signals(cli->config);
	if (options[OUTPUT].value == NULL)
		status = get_for_server(&getter, cli->argv[0], cli->argv[1]);
	else
		status = get_by_hand(&getter, cli, options);
	getter_end(&getter);
	return status;
}

/* Not with a status, which might be read as "absent", but as it is. */
static void
die_of_signal(void)
{
	if (process_signal() == 0)
		return;
	(void)signal(process_signal(), SIG_DFL);
	(void)raise(process_signal());
}

int
main(int argc, char **argv)
{
	struct cli_option options[OPTIONS + 1] = {
		[FROM] = { "from", "LSN", "the range's beginning", 0, NULL },
		[OUTPUT] = { "output-file", "FILE|DIR|-",
		    "where to put what is fetched by hand", 'o', NULL },
		[SYSTEM] = { "system", "ID", "of this system identifier", 0,
		    NULL },
		[TIMELINE] = { "timeline", "N",
		    "the range's timeline (default: 1)", 0, NULL },
		[TO] = { "to", "LSN", "the range's end", 0, NULL },
	};
	struct cli cli = { .program = "walarch-get",
		.command = "get",
		.purpose = "fetches WAL files out of the repository.",
		.arguments =
		    "NAME PATH\n  walarch-get [OPTION]... -o "
		    "FILE|DIR|- NAME...\n  walarch-get [OPTION]... -o DIR "
		    "--from=LSN --to=LSN",
		.settings = "archive-async archive-get-queue-max "
			    "archive-timeout config log-level-console pg1-path "
			    "process-max repo1-path spool-path stanza",
		.options = options,
		.epilogue =
		    "In postgresql.conf:\n"
		    "  restore_command = 'walarch-get %f \"%p\"'\n\n"
		    "Exit status: 0 when the file is in place, whole and "
		    "verified; 1 when it is\ncertainly absent; 255 on anything "
		    "else (1, with a warning, on a standby).\n",
		.failure = is_standby() ? ABSENT : FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	status = check_usage(&cli, options);
	if (status < 0)
		status = run(&cli, options);
	cli_end(&cli);
	die_of_signal();
	return status;
}
