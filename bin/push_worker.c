/* push_worker.c - walarch-push: store WAL files, each once. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "cluster.h"
#include "message.h"
#include "process.h"
#include "push_async.h"
#include "push_level.h"
#include "push_queue.h"
#include "ready.h"
#include "ready_names.h"

#define FAILED 1

enum { ALL_READY, OPTIONS };

struct push {
	struct cli *cli;
	wa_repo *repo;
	uint64_t system_id;
	int by_hand; /* say what was done */
};

/* One file; its status. */
static int
push_file(struct push *p, const char *path, const char *name, wa_error *err)
{
	int rc = wa_wal_push(p->repo, p->system_id, path, name, err);

	if (rc < 0) {
		say_error(LEVEL_ERROR, err);
		return FAILED;
	}
	if (rc == 2)
		say_error(LEVEL_WARN, err);
	if (rc == 1)
		say(LEVEL_INFO, "\"%s\" is stored already, identical",
		    name != NULL ? name : path);
	else
		say(p->by_hand ? LEVEL_INFO : LEVEL_DEBUG, "stored \"%s\"",
		    name != NULL ? name : path);
	return 0;
}

/* Of the working directory's server, if that is what it is. */
static void
choose_level(struct push *p)
{
	size_t n;

	if (!push_level_is_auto(p->cli->config))
		return;
	n = ready_names_count("pg_wal", PUSH_LEVEL_MANY);
	if (n == 0)
		n = ready_names_count("pg_xlog", PUSH_LEVEL_MANY);
	push_level_choose(p->repo, p->cli->config, n, n);
}

/* The repository, and the cluster whose WAL it is. */
static int
open_repository(struct push *p, wa_error *err)
{
	const wa_config *config = p->cli->config;
	wa_cluster cluster;
	int rc = wa_repo_open(&p->repo, config, err);

	if (rc == 0)
		rc = cluster_find(&cluster, config, err);
	if (rc < 0) {
		say_error(LEVEL_ERROR, err);
		return FAILED;
	}
	p->system_id = rc == 0 ? cluster.system_id : 0;
	choose_level(p);
	return 0;
}

/* As archive_command asks for it. */
static int
push_one_file(void *arg, const char *path, wa_error *err)
{
	return open_repository(arg, err) != 0 ? FAILED :
						push_file(arg, path, NULL, err);
}

/* Each of them, whatever becomes of the others. */
static int
push_files(struct push *p, char **paths)
{
	wa_error err = WA_ERROR_INIT;
	int status = 0;

	if (paths[1] == NULL)
		return push_async(p->cli->config, *paths, push_one_file, p);
	p->by_hand = 1;
	if (open_repository(p, &err) != 0)
		return FAILED;
	for (; *paths != NULL && process_signal() == 0; paths++)
		status |= push_file(p, *paths, NULL, &err);
	return process_signal() != 0 ? FAILED : status;
}

static int
push_ready_file(void *arg, const char *path, const char *name)
{
	wa_error err = WA_ERROR_INIT;

	return push_file(arg, path, name, &err);
}

static int
push_all_ready(struct push *p, const char *pgdata)
{
	wa_error err = WA_ERROR_INIT;
	wa_cluster cluster;

	if (wa_repo_open(&p->repo, p->cli->config, &err) < 0 ||
	    wa_cluster_read(&cluster, pgdata, &err) < 0) {
		say_error(LEVEL_ERROR, &err);
		return FAILED;
	}
	p->by_hand = 1;
	p->system_id = cluster.system_id;
	return ready_push(pgdata, &cluster, push_ready_file, p);
}

int
main(int argc, char **argv)
{
	struct cli_option options[OPTIONS + 1] = {
		[ALL_READY] = { "all-ready", "PGDATA",
		    "push all that this stopped cluster left unarchived", 0,
		    NULL },
	};
	struct cli cli = { .program = "walarch-push",
		.command = "push",
		.purpose = "stores WAL files in the repository.",
		.arguments = "FILE...",
		.settings = "archive-async archive-push-queue-max "
			    "archive-timeout compress-level compress-type "
			    "config log-level-console pg1-path process-max "
			    "repo1-path spool-path stanza wal-check",
		.options = options,
		.epilogue =
		    "In postgresql.conf:\n"
		    "  archive_command = 'walarch-push %p'\n\n"
		    "Exit status: 0 when every file is stored and durable, "
		    "else 1.\n",
		.failure = FAILED };
	struct push push = { &cli, NULL, 0, 0 };
	struct queue queue;
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	if ((cli.argc == 0) == (options[ALL_READY].value == NULL)) {
		status = cli_usage(&cli, "%s",
		    cli.argc == 0 ? "no file was named" :
				    "--all-ready finds the files itself");
	} else {
		process_catch_signals(cli.config);
		queue_begin(
		    &queue, cli.config, cli.argc == 1 ? cli.argv[0] : NULL);
		status = options[ALL_READY].value != NULL ?
		    push_all_ready(&push, options[ALL_READY].value) :
		    push_files(&push, cli.argv);
		status = queue_end(&queue, push.repo, status);
	}
	wa_repo_close(push.repo);
	cli_end(&cli);
	return status;
}
