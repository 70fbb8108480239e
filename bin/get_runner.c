/*
 * get_runner.c - walarch-get-runner: fetch segments before PostgreSQL asks.
 *
 * It says nothing: what it could not fetch PostgreSQL will ask for, and
 * walarch-get then meets the same error and tells it.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "cli.h"
#include "get_follow.h"
#include "message.h"
#include "process.h"
#include "runner.h"

#define FAILED 1

static int
run(const struct spool *spool, const wa_config *config)
{
	int lock = runner_begin(spool);

	if (lock < 0 && errno != EWOULDBLOCK)
		say(LEVEL_ERROR, "could not lock \"%s/get.runner\": %s",
		    spool->path, strerror(errno));
	if (lock < 0)
		return FAILED;
	return get_follow(spool, config, lock) < 0 ? FAILED : 0;
}

static int
open_and_run(const wa_config *config)
{
	wa_error err = WA_ERROR_INIT;
	struct spool spool;
	int rc = spool_open(&spool, config, ".", SPOOL_GET, SPOOL_CREATE, &err);
	int status;

	if (rc == 1) {
		say(LEVEL_ERROR,
		    "archive-async is off, or this is no data directory of "
		    "ours");
		hint("walarch-get starts this program when it is needed.");
	}
	if (rc < 0)
		say_error(LEVEL_ERROR, &err);
	if (rc != 0)
		return FAILED;
	status = run(&spool, config);
	spool_close(&spool);
	return status;
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
	status = open_and_run(cli.config);
	cli_end(&cli);
	return status;
}
