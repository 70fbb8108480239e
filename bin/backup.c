/* backup.c - walarch-backup: a base backup of a running server. */
#include "config.h"

#include <string.h>

#include "backup_repo.h"
#include "cli.h"
#include "plain_dir.h"

#define FAILED 1

enum { LABEL, PLAIN_DIR };

static struct cli_option options[] = {
	[LABEL] = { "label", "TEXT", "of backup_label (default: walarch)", 0,
	    NULL },
	[PLAIN_DIR] = { "plain-dir", "BASE",
	    "fetch it into BASE/YYYY-MM-DD-HH-MM-SS, not the repository", 0,
	    NULL },
	{ NULL, NULL, NULL, 0, NULL },
};

/* Does the command line ask for what a plain directory cannot be? */
static int
wants_less(const wa_config *config)
{
	const char *type = wa_config_get(config, "type");

	return strcmp(wa_config_source(config, "type"), "command line") == 0 &&
	    strcmp(type, "full") != 0;
}

static int
run(struct cli *cli)
{
	const char *label = options[LABEL].value;
	struct plain_dir plain = { .config = cli->config,
		.base = options[PLAIN_DIR].value,
		.label = label == NULL ? "walarch" : label,
		.fast = wa_config_number(cli->config, "start-fast") != 0 };

	if (cli->argc > 0)
		return cli_usage(
		    cli, "unexpected argument \"%s\"", cli->argv[0]);
	if (plain.base != NULL && wants_less(cli->config))
		return cli_usage(cli, "--plain-dir makes full backups only");
	if (plain.base != NULL)
		return plain_dir_backup(&plain);
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
		    "pg1-database pg1-host pg1-path pg1-port pg1-socket-path "
		    "pg1-user process-max rate repo1-path "
		    "repo1-retention-archive repo1-retention-diff "
		    "repo1-retention-full repo1-retention-full-type "
		    "repo1-retention-window resume stanza start-fast type",
		.options = options,
		.epilogue =
		    "TYPE is full, diff (what changed since the last full) or "
		    "incr (since the\nlast of any type, the default).\n\n"
		    "Exit status: 0 when the backup is in the repository, with "
		    "the WAL it needs,\nor its directory is in place; else 1.\n",
		.failure = FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	status = run(&cli);
	cli_end(&cli);
	return status;
}
