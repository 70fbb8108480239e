/* push_queue.c - archive-push-queue-max. */
#include "config.h"

#include "push_queue.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "message.h"
#include "process.h"
#include "push_notes.h"
#include "ready_names.h"

#define COUNTED 1000000 /* files at most; more than any disk has room for */
#define LEAST_MS 1000   /* that a push is given */

/* As PostgreSQL calls: a file of its own, which it calls ready. */
static const char *
asked_for(const char *wal, const char *path)
{
	size_t n = strlen(wal);
	const char *name = path + n + 1;

	if (strncmp(path, wal, n) != 0 || path[n] != '/' ||
	    strchr(name, '/') != NULL || !is_ready(wal, name))
		return NULL;
	return name;
}

static int
may_be_dropped(const char *name)
{
	return wa_name_kind(name) == WA_SEGMENT ||
	    wa_name_kind(name) == WA_PARTIAL;
}

static uint64_t
waiting(const struct queue *q)
{
	return ready_names_count(q->wal, COUNTED) * q->segment_size;
}

/* In the spool: 0, or -1 when it cannot be kept there either. */
static int
keep_note(const struct queue *q, const wa_drop *drop)
{
	wa_error err = WA_ERROR_INIT;
	struct spool spool;
	int rc = spool_open(&spool, q->config, ".", SPOOL_PUSH,
	    SPOOL_CREATE | SPOOL_ANYWAY, &err);

	if (rc < 0)
		say_error(LEVEL_WARN, &err);
	if (rc != 0)
		return -1;
	rc = notes_keep(&spool, drop);
	if (rc < 0)
		say(LEVEL_WARN, "could not write to \"%s\": %s", spool.path,
		    strerror(errno));
	spool_close(&spool);
	return rc;
}

/* PostgreSQL may forget the file, if too much waits: 1. */
static int
drop(const struct queue *q, wa_repo *repo)
{
	wa_drop d = {
		.when = clock_now(), .waiting = waiting(q), .limit = q->limit
	};
	wa_cluster cluster;

	if (d.waiting <= d.limit || process_signal() != 0 ||
	    wa_cluster_read(&cluster, ".", NULL) < 0)
		return 0;
	d.system_id = cluster.system_id;
	(void)snprintf(d.name, sizeof(d.name), "%s", q->name);
	if ((repo == NULL || wa_wal_drop(repo, &d, NULL) < 0) &&
	    keep_note(q, &d) < 0)
		say(LEVEL_WARN,
		    "that \"%s\" is dropped could be noted nowhere: the "
		    "repository will tell of it as missing at best",
		    q->name);
	say(LEVEL_WARN,
	    "dropped WAL file \"%s\": %" PRIu64 " MiB wait, more than "
	    "archive-push-queue-max (%" PRIu64 " MiB)",
	    q->name, d.waiting >> 20, d.limit >> 20);
	hint("There is a gap in the archive now, which no recovery can pass. "
	     "Take a full backup as soon as the repository works again.");
	return 1;
}

/* A repository that did not even take the notes is not waited for so long
 * again, or WAL would come faster than it is dropped. */
static int64_t
patience_ms(const struct queue *q)
{
	int64_t ms = wa_config_number(q->config, "archive-timeout");
	struct spool spool;

	if (spool_open(
		&spool, q->config, ".", SPOOL_PUSH, SPOOL_ANYWAY, NULL) == 0) {
		if (notes_wait(&spool))
			ms /= 10;
		spool_close(&spool);
	}
	return ms < LEAST_MS ? LEAST_MS : ms;
}

static void
add_ms(struct timespec *t, int64_t ms)
{
	int64_t nanoseconds = t->tv_nsec + ms % 1000 * 1000000;

	t->tv_sec += (time_t)(ms / 1000 + nanoseconds / 1000000000);
	t->tv_nsec = (long)(nanoseconds % 1000000000);
}

/* The push hangs, perhaps where no signal reaches it: then the process ends
 * under it.  It holds no lock, and what it may store all the same does no
 * harm. */
static void *
watch(void *arg)
{
	struct queue *q = arg;
	int64_t ms = patience_ms(q);
	struct timespec end;

	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	(void)pthread_mutex_lock(&q->lock);
	while (!q->over) {
		add_ms(&end, ms);
		while (!q->over &&
		    pthread_cond_timedwait(&q->change, &q->lock, &end) !=
			ETIMEDOUT)
			;
		if (!q->over && (q->stored || drop(q, NULL)))
			_exit(0);
	}
	(void)pthread_mutex_unlock(&q->lock);
	return NULL;
}

/* Signals are for the thread that pushes. */
static void
start_watcher(struct queue *q)
{
	pthread_condattr_t attributes;
	sigset_t all, before;

	(void)pthread_mutex_init(&q->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&q->change, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	q->watched = pthread_create(&q->watcher, NULL, watch, q) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Once this has been said the watcher does nothing any more. */
static void
stop_watcher(struct queue *q)
{
	if (!q->watched)
		return;
	(void)pthread_mutex_lock(&q->lock);
	q->over = 1;
	(void)pthread_cond_signal(&q->change);
	(void)pthread_mutex_unlock(&q->lock);
	(void)pthread_join(q->watcher, NULL);
	q->watched = 0;
}

void
queue_begin(struct queue *out, const wa_config *config, const char *path)
{
	static const char *const folders[] = { "pg_wal", "pg_xlog" };
	wa_cluster cluster;
	const char *name = NULL;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->config = config;
	out->limit =
	    (uint64_t)wa_config_number(config, "archive-push-queue-max");
	for (i = 0; path != NULL && name == NULL && i < 2; i++) {
		out->wal = folders[i];
		name = asked_for(folders[i], path);
	}
	if (name == NULL)
		out->wal = NULL;
	if (name == NULL || out->limit == 0 || !may_be_dropped(name) ||
	    wa_cluster_read(&cluster, ".", NULL) < 0)
		return;
	out->name = name;
	out->segment_size = cluster.segment_size;
	start_watcher(out);
}

/* A push that was done ahead has not opened the repository. */
static int
write_to(const struct spool *spool, const struct queue *q, wa_repo *repo,
    wa_error *err)
{
	wa_repo *own = NULL;
	int rc = 0;

	if (repo == NULL)
		rc = wa_repo_open(&own, q->config, err);
	if (rc == 0)
		rc = notes_write(spool, repo == NULL ? own : repo, err);
	wa_repo_close(own);
	return rc;
}

static void
write_notes(const struct queue *q, wa_repo *repo)
{
	wa_error err = WA_ERROR_INIT;
	struct spool spool;

	if (spool_open(
		&spool, q->config, ".", SPOOL_PUSH, SPOOL_ANYWAY, NULL) != 0)
		return;
	if (notes_wait(&spool) && write_to(&spool, q, repo, &err) < 0 &&
	    err.code != WA_EINTERRUPTED) {
		say(LEVEL_WARN,
		    "could not note in the repository which WAL was dropped: "
		    "%s",
		    err.text);
		hint("It is tried again with the next file.");
	}
	spool_close(&spool);
}

static void
keep_stored(struct queue *q)
{
	if (q->watched)
		(void)pthread_mutex_lock(&q->lock);
	q->stored = 1;
	if (q->watched)
		(void)pthread_mutex_unlock(&q->lock);
}

int
queue_end(struct queue *queue, wa_repo *repo, int status)
{
	if (status == 0 && queue->wal != NULL) {
		keep_stored(queue);
		write_notes(queue, repo);
	} else if (status != 0 && queue->name != NULL && drop(queue, repo)) {
		status = 0;
	}
	stop_watcher(queue);
	return status;
}
