/* backup.c - walarch-backup: a base backup of a running server. */
#include "config.h"

#include "backup_repo.h"
#include "cli.h"
#include "process.h"

#define FAILED 1

enum { LABEL };

static struct cli_option options[] = {
	[LABEL] = { "label", "TEXT", "of backup_label (default: walarch)", 0,
	    NULL },
	{ NULL, NULL, NULL, 0, NULL },
};

static int
run(struct cli *cli)
{
	const char *label = options[LABEL].value;

	if (cli->argc > 0)
		return cli_usage(
		    cli, "unexpected argument \"%s\"", cli->argv[0]);
	process_catch_signals(cli->config);
	return backup_repo(cli->config, label == NULL ? "walarch" : label);
}

int
main(int argc, char **argv)
{
	struct cli cli = { .program = "walarch-backup",
		.command = "backup",
		.purpose = "makes a base backup of a running server.",
		.arguments = "",
		.settings =
		    "annotation archive-timeout backup-standby compress-level "
		    "compress-type config delta expire-auto log-level-console "
		    "pg1-database pg1-path pg1-port pg1-socket-path pg1-user "
		    "process-max rate repo1-path resume stanza start-fast "
		    "type",
		.options = options,
		.epilogue =
		    "TYPE is full, diff (what changed since the last full) or "
		    "incr (since the\nlast of any type, the default).\n\n"
		    "Exit status: 0 when the backup is in the repository, with "
		    "the WAL it needs; else 1.\n",
		.failure = FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	status = run(&cli);
	cli_end(&cli);
	return status;
}
