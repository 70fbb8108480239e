/* expire.c - walarch-expire: remove what is not to be kept any longer. */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "cli.h"
#include "expire_print.h"
#include "message.h"
#include "process.h"

#define FAILED 1

static struct cli_option options[] = {
	{ "dry-run", NULL, "print what would be removed, and why", 0, NULL },
	{ "keep", "LABEL", "keep this backup, whatever the settings say", 0,
	    NULL },
	{ "until", "TIME", "but no longer than this", 0, NULL },
	{ "unkeep", "LABEL", "let the settings decide about it again", 0,
	    NULL },
	{ NULL, NULL, NULL, 0, NULL }
};

enum { DRY_RUN, KEEP, UNTIL, UNKEEP };

static int
keep(wa_repo *repo, wa_error *err)
{
	const char *label = options[KEEP].value, *when = options[UNTIL].value;
	char text[WA_TIME_SIZE] = "for ever";
	int64_t until = INT64_MAX;
	struct timeval now;
	int rc = 0;

	(void)gettimeofday(&now, NULL);
	if (when != NULL)
		rc = wa_when_parse(
		    &until, when, (int64_t)now.tv_sec * 1000000, err);
	if (rc == 0)
		rc = wa_set_keep(repo, label, until, err);
	if (when != NULL && rc == 0)
		wa_time_format(text, until);
	if (rc == 0)
		say(LEVEL_INFO, "backup \"%s\" is kept %s%s", label,
		    when != NULL ? "until " : "", text);
	return rc;
}

static int
unkeep(wa_repo *repo, wa_error *err)
{
	int rc = wa_set_unkeep(repo, options[UNKEEP].value, err);

	if (rc == 0)
		say(LEVEL_INFO, "backup \"%s\" has no keep mark any more",
		    options[UNKEEP].value);
	return rc;
}

static int
run(struct cli *cli, wa_repo *repo, wa_error *err)
{
	int json = strcmp(wa_config_get(cli->config, "output"), "json") == 0;

	if (options[KEEP].value != NULL)
		return keep(repo, err);
	if (options[UNKEEP].value != NULL)
		return unkeep(repo, err);
	return (json ? expire_print_json : expire_print_text)(
	    repo, cli->config, options[DRY_RUN].value != NULL, err);
}

static int
check_options(struct cli *cli)
{
	int marks =
	    (options[KEEP].value != NULL) + (options[UNKEEP].value != NULL);

	if (cli->argc > 0)
		return cli_usage(
		    cli, "unexpected argument \"%s\"", cli->argv[0]);
	if (options[UNTIL].value != NULL && options[KEEP].value == NULL)
		return cli_usage(cli, "--until needs --keep");
	if (marks + (wa_config_get(cli->config, "set") != NULL) > 1)
		return cli_usage(
		    cli, "--keep, --unkeep and --set exclude each other");
	if (marks > 0 && options[DRY_RUN].value != NULL)
		return cli_usage(cli, "--dry-run is of no use here");
	return 0;
}

static int
work(struct cli *cli)
{
	wa_error err = WA_ERROR_INIT;
	wa_repo *repo = NULL;
	int rc;

	if (check_options(cli) != 0)
		return FAILED;
	process_catch_signals(cli->config);
	rc = wa_repo_open(&repo, cli->config, &err);
	if (rc == 0)
		rc = run(cli, repo, &err);
	if (rc < 0)
		say_error(LEVEL_ERROR, &err);
	wa_repo_close(repo);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		say(LEVEL_ERROR, "could not write to standard output");
		rc = -1;
	}
	return rc < 0 ? FAILED : 0;
}

int
main(int argc, char **argv)
{
	struct cli cli = { .program = "walarch-expire",
		.command = "expire",
		.purpose = "removes backups that are not to be kept any "
			   "longer, and WAL that none needs.",
		.arguments = "",
		.settings = "config log-level-console output repo1-path "
			    "repo1-retention-archive repo1-retention-diff "
			    "repo1-retention-full repo1-retention-full-type "
			    "repo1-retention-window set stanza",
		.options = options,
		.epilogue = "Exit status: 0 when all was done; else 1.\n",
		.failure = FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	status = work(&cli);
	cli_end(&cli);
	return status;
}
