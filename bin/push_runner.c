/*
 * push_runner.c - walarch-push-runner: push what is ready before PostgreSQL
 * asks.
 *
 * It says nothing: a file it could not push is one PostgreSQL will ask for, and
 * walarch-push then meets the same error and tells it.
 */
#include "config.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "failure.h"
#include "message.h"
#include "pool.h"
#include "process.h"
#include "push_task.h"
#include "ready_names.h"
#include "runner.h"
#include "runner_open.h"

#define FAILED 1

struct runner {
	const wa_config *config;
	struct spool spool;
	const char *wal;
	struct push_thread *threads;
	struct push_task *tasks; /* as many as the pool has room for */
	struct pool *pool;
	size_t put, taken;
	size_t pushed;  /* in this pass */
	size_t waiting; /* when the pass before this one began */
	int lock;
	struct push_order order;
	struct runner_state state;
};

/* Markers nobody will ask for. */
static void
sweep(const struct runner *r)
{
	int fd = dup(r->spool.files), file;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (wa_name_kind(entry->d_name) == WA_NOT_WAL ||
		    is_ready(r->wal, entry->d_name))
			continue;
		file = spool_lock(&r->spool, entry->d_name, SPOOL_NOWAIT);
		if (file < 0)
			continue;
		spool_remove(&r->spool, entry->d_name);
		(void)close(file);
	}
	if (d != NULL)
		(void)closedir(d);
}

/* The oldest task, when it is done. */
static void
take(struct runner *r)
{
	struct push_task *task;

	while ((task = pool_take(r->pool, 1000)) == NULL)
		;
	r->taken++;
	if (task->result == PUSH_FAILED)
		failure_keep(&r->spool, &task->err);
	if (task->result != PUSH_DONE)
		return;
	r->pushed++;
	runner_did(r->lock, &r->state, task->name, task->bytes);
}

static void
take_all(struct runner *r)
{
	while (r->taken < r->put)
		take(r);
}

static void
put(struct runner *r, const char *name, size_t waiting)
{
	struct push_task *task = &r->tasks[r->put % pool_room(r->pool)];

	if (r->put - r->taken == pool_room(r->pool))
		take(r);
	task->number = r->put;
	task->waiting = waiting;
	task->before = r->waiting == 0 ? waiting : r->waiting;
	(void)snprintf(task->name, sizeof(task->name), "%.63s", name);
	(void)pool_put(r->pool, task);
	r->put++;
}

/* A history is stored before segments of its timeline are, whoever does it:
 * another server may have had the timeline's number first. */
static void
pass(struct runner *r, const struct ready_names *ready)
{
	int history = 0;
	size_t i;

	r->pushed = 0;
	for (i = 0; i < ready->count && !push_order_has_failed(&r->order) &&
	     process_signal() == 0;
	     i++) {
		const char *name = ready->entries[i]->d_name;
		enum wa_kind kind = wa_name_kind(name);

		if (kind == WA_NOT_WAL || kind == WA_DAMAGED ||
		    kind == WA_DROPPED)
			continue;
		if (history && kind != WA_HISTORY)
			take_all(r);
		history = kind == WA_HISTORY;
		if (!push_order_has_failed(&r->order))
			put(r, name, ready->count - i);
	}
	take_all(r);
	r->waiting = ready->count;
}

static void
work(struct runner *r)
{
	struct ready_names ready;

	sweep(r);
	do {
		if (!spool_is_unchanged(&r->spool, r->config) ||
		    ready_names_read(&ready, r->wal) < 0)
			return;
		pass(r, &ready);
		ready_names_free(&ready);
	} while (r->pushed > 0 && !push_order_has_failed(&r->order) &&
	    process_signal() == 0);
}

static int
open_threads(struct runner *r, size_t count, wa_error *err)
{
	void **workers = calloc(count, sizeof(*workers));
	size_t i;
	int rc = 0;

	r->threads = calloc(count, sizeof(*r->threads));
	if (workers == NULL || r->threads == NULL)
		rc = out_of_memory(err);
	for (i = 0; i < count && rc == 0; i++) {
		r->threads[i].spool = &r->spool;
		r->threads[i].wal = r->wal;
		r->threads[i].order = &r->order;
		r->threads[i].config = r->config;
		workers[i] = &r->threads[i];
		rc = wa_repo_open(&r->threads[i].repo, r->config, err);
		if (rc == 0)
			wa_repo_set_gate(
			    r->threads[i].repo, push_task_gate, &r->threads[i]);
	}
	if (rc == 0) {
		r->pool = pool_open(workers, count, push_task_do);
		r->tasks = r->pool == NULL ?
		    NULL :
		    calloc(pool_room(r->pool), sizeof(*r->tasks));
		if (r->tasks == NULL)
			rc = out_of_memory(err);
	}
	free(workers);
	return rc;
}

static void
close_threads(struct runner *r, size_t count)
{
	size_t i;

	pool_close(r->pool);
	for (i = 0; r->threads != NULL && i < count; i++)
		wa_repo_close(r->threads[i].repo);
	free(r->threads);
	free(r->tasks);
}

static int
run(struct runner *r)
{
	size_t count = (size_t)wa_config_number(r->config, "process-max");
	wa_error err = WA_ERROR_INIT;
	int rc, failed;

	push_order_open(&r->order);
	rc = open_threads(r, count, &err);
	if (rc == 0) {
		runner_tell(r->lock, &r->state);
		work(r);
	} else {
		failure_keep(&r->spool, &err);
	}
	close_threads(r, count);
	failed = rc < 0 || push_order_has_failed(&r->order);
	push_order_close(&r->order);
	spool_close(&r->spool);
	return failed ? FAILED : 0;
}

int
main(int argc, char **argv)
{
	struct cli cli = { .program = "walarch-push-runner",
		.command = "push",
		.purpose = "pushes WAL files before PostgreSQL asks for them.",
		.arguments = "",
		.settings = "archive-async archive-push-queue-max "
			    "archive-timeout compress-level compress-type "
			    "config log-level-console pg1-path process-max "
			    "repo1-path spool-path stanza wal-check",
		.epilogue = "walarch-push starts it, in the data directory.\n",
		.failure = FAILED };
	struct runner runner = { .wal = "pg_wal" };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	runner_shield();
	process_catch_signals(cli.config);
	runner.config = cli.config;
	if (access(runner.wal, F_OK) < 0)
		runner.wal = "pg_xlog"; /* before PostgreSQL 10 */
	runner.lock = runner_open(&runner.spool, cli.config, SPOOL_PUSH);
	status = runner.lock < 0 ? FAILED : run(&runner);
	cli_end(&cli);
	return status;
}
