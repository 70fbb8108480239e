/* find_parallel.c - the same for many files, in several threads. */
#include "config.h"

#include "find_parallel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "pool.h"
#include "progress.h"

/* Files a task has: a label alone is too little to hand over. */
#define BATCH 32

/* A cold disk answers several at once sooner than one by one. */
#define THREADS 8

#define LABEL 4096 /* bytes; the unit of what is shown */

struct run {
	struct find_archive *archive;
	const size_t *files;
	size_t count;
	find_work *work;
	void *arg;
};

struct worker {
	const struct run *run;
	wa_repo *repo;
};

struct failure {
	struct failure *next;
	int rc;
	wa_error err;
};

struct batch {
	size_t first, count;
	struct failure *failures;
	int short_of_memory;
};

static void
work_on(void *arg, void *task)
{
	struct worker *w = arg;
	struct batch *b = task;
	const struct run *run = w->run;
	wa_error err = WA_ERROR_INIT;
	size_t i;

	for (i = b->first; i < b->first + b->count; i++) {
		struct failure *f;
		int rc = run->work(run->arg, w->repo,
		    run->files != NULL ? run->files[i] : i, &err);

		if (rc >= 0)
			continue;
		f = malloc(sizeof(*f));
		if (f == NULL) {
			b->short_of_memory = 1;
			return;
		}
		f->rc = rc;
		f->err = err;
		f->next = b->failures;
		b->failures = f;
	}
}

int
find_failed(struct find_archive *archive, int rc, const wa_error *err)
{
	if (rc == WA_ENOMEM || rc == WA_EINTERRUPTED || rc >= 0)
		return rc < 0 ? rc : 0;
	progress_hide();
	say_error(LEVEL_ERROR, err);
	archive->failed = 1;
	return 0;
}

/* What the batch came to; it is released. */
static int
settle(const struct run *run, struct batch *b, wa_error *err)
{
	int rc = b->short_of_memory ? out_of_memory(err) : 0;
	struct failure *f;

	while ((f = b->failures) != NULL) {
		b->failures = f->next;
		if (rc == 0)
			rc = find_failed(run->archive, f->rc, &f->err);
		if (rc == f->rc)
			*err = f->err;
		free(f);
	}
	free(b);
	return rc;
}

static struct batch *
next_batch(const struct run *run, size_t *next)
{
	struct batch *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->first = *next;
	b->count =
	    run->count - *next < BATCH ? run->count - *next : (size_t)BATCH;
	*next += b->count;
	return b;
}

/* Hand out all batches, and take them back. */
static int
feed(const struct run *run, struct pool *pool, wa_error *err)
{
	struct batch *spare = NULL, *b;
	size_t next = 0, done = 0;
	int rc = 0, one;

	progress_begin((uint64_t)run->count * LABEL);
	while (done < run->count && rc != WA_ENOMEM) {
		while (spare != NULL || next < run->count) {
			if (spare == NULL)
				spare = next_batch(run, &next);
			if (spare == NULL)
				return out_of_memory(err);
			if (pool_put(pool, spare) < 0)
				break;
			spare = NULL;
		}
		b = pool_take(pool, 200);
		if (b != NULL) {
			done += b->count;
			one = settle(run, b, err);
			rc = rc == 0 ? one : rc;
		}
		progress_show((uint64_t)done * LABEL);
	}
	free(spare);
	progress_hide();
	return rc;
}

/* The first worker has the archive's own handle. */
static int
open_workers(
    struct worker *workers, size_t count, const struct run *run, wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < count && rc == 0; i++) {
		workers[i].run = run;
		if (i == 0)
			workers[i].repo = run->archive->repo;
		else
			rc = wa_repo_open(
			    &workers[i].repo, run->archive->config, err);
	}
	return rc;
}

static size_t
count_workers(const struct run *run)
{
	const wa_config *config = run->archive->config;
	size_t most = THREADS, batches = (run->count + BATCH - 1) / BATCH;

	if (strcmp(wa_config_source(config, "process-max"), "default") != 0)
		most = (size_t)wa_config_number(config, "process-max");
	return batches < most ? batches : most;
}

static int
start(const struct run *run, struct worker *workers, void **list, size_t count,
    wa_error *err)
{
	struct pool *pool;
	size_t i;
	int rc = open_workers(workers, count, run, err);

	if (rc < 0)
		return rc;
	for (i = 0; i < count; i++)
		list[i] = &workers[i];
	pool = pool_open(list, count, work_on);
	if (pool == NULL) {
		(void)snprintf(err->text, sizeof(err->text),
		    "could not start %zu threads: %s", count, strerror(errno));
		return err->code = WA_ESYSTEM;
	}
	rc = feed(run, pool, err);
	pool_close(pool);
	return rc;
}

int
find_parallel(struct find_archive *archive, const size_t *files, size_t count,
    find_work *work, void *arg, wa_error *err)
{
	const struct run run = { archive, files, count, work, arg };
	size_t threads = count_workers(&run), i;
	struct worker *workers = calloc(threads + 1, sizeof(*workers));
	void **list = calloc(threads + 1, sizeof(*list));
	int rc = 0;

	if (workers == NULL || list == NULL)
		rc = out_of_memory(err);
	else if (count > 0)
		rc = start(&run, workers, list, threads, err);
	for (i = 1; workers != NULL && i < threads; i++)
		wa_repo_close(workers[i].repo);
	free(workers);
	free(list);
	return rc;
}
