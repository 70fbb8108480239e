/*
 * get_runner.c - walarch-get-runner: fetch segments before PostgreSQL asks.
 *
 * It says nothing: what it could not fetch PostgreSQL will ask for, and
 * walarch-get then meets the same error and tells it.
 */
#include "config.h"

#include "cli.h"
#include "get_follow.h"
#include "process.h"
#include "runner.h"
#include "runner_open.h"

#define FAILED 1

static int
run(const wa_config *config)
{
	struct spool spool;
	int lock = runner_open(&spool, config, SPOOL_GET), rc;

	if (lock < 0)
		return FAILED;
	rc = get_follow(&spool, config, lock);
	spool_close(&spool);
	return rc < 0 ? FAILED : 0;
}

int
main(int argc, char **argv)
{
	struct cli cli = { .program = "walarch-get-runner",
		.command = "get",
		.purpose = "fetches WAL files before PostgreSQL asks for them.",
		.arguments = "",
		.settings = "archive-async archive-get-queue-max "
			    "archive-timeout config log-level-console pg1-path "
			    "process-max repo1-path spool-path stanza",
		.epilogue = "walarch-get starts it, in the data directory.\n",
		.failure = FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	runner_shield();
	process_catch_signals(cli.config);
	status = run(cli.config);
	cli_end(&cli);
	return status;
}
