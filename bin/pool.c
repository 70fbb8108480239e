/* pool.c - work that threads share. */
#include "config.h"

#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Tasks a thread has ahead, so that it never waits for the next. */
#define AHEAD 3

struct slot {
	void *task;
	int done;
};

/* A ring: taken <= begun <= put count tasks from the first one on. */
struct pool {
	pthread_mutex_t lock;
	pthread_cond_t more, done;
	pool_work *work;
	struct slot *slots;
	size_t room, put, begun, taken;
	int closing;
	pthread_t *threads;
	size_t count;
};

struct start {
	struct pool *pool;
	void *worker;
};

/* The next task to do, or NULL: no more. */
static struct slot *
next(struct pool *p)
{
	struct slot *slot = NULL;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->closing && p->begun == p->put)
		(void)pthread_cond_wait(&p->more, &p->lock);
	if (!p->closing)
		slot = &p->slots[p->begun++ % p->room];
	(void)pthread_mutex_unlock(&p->lock);
	return slot;
}

static void *
run(void *arg)
{
	struct start start = *(struct start *)arg;
	struct pool *p = start.pool;
	struct slot *slot;

	free(arg);
	while ((slot = next(p)) != NULL) {
		p->work(start.worker, slot->task);
		(void)pthread_mutex_lock(&p->lock);
		slot->done = 1;
		(void)pthread_cond_signal(&p->done);
		(void)pthread_mutex_unlock(&p->lock);
	}
	return NULL;
}

static int
start_thread(struct pool *p, void *worker)
{
	struct start *start = malloc(sizeof(*start));
	int rc;

	if (start == NULL)
		return ENOMEM;
	start->pool = p;
	start->worker = worker;
	rc = pthread_create(&p->threads[p->count], NULL, run, start);
	if (rc == 0)
		p->count++;
	else
		free(start);
	return rc;
}

static struct pool *
make(size_t count, pool_work *work)
{
	struct pool *p = calloc(1, sizeof(*p));
	pthread_condattr_t clock;

	if (p == NULL)
		return NULL;
	p->work = work;
	p->room = count * AHEAD;
	p->slots = calloc(p->room, sizeof(*p->slots));
	p->threads = calloc(count, sizeof(*p->threads));
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->more, NULL);
	(void)pthread_condattr_init(&clock);
	(void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&p->done, &clock);
	(void)pthread_condattr_destroy(&clock);
	return p;
}

struct pool *
pool_open(void *const *workers, size_t count, pool_work *work)
{
	struct pool *p = make(count, work);
	size_t i;
	int rc =
	    p == NULL || p->slots == NULL || p->threads == NULL ? ENOMEM : 0;

	for (i = 0; i < count && rc == 0; i++)
		rc = start_thread(p, workers[i]);
	if (rc == 0)
		return p;
	pool_close(p);
	errno = rc;
	return NULL;
}

size_t
pool_room(const struct pool *pool)
{
	return pool->room;
}

int
pool_put(struct pool *pool, void *task)
{
	struct slot *slot = &pool->slots[pool->put % pool->room];

	if (pool->put - pool->taken == pool->room)
		return -1;
	(void)pthread_mutex_lock(&pool->lock);
	slot->task = task;
	slot->done = 0;
	pool->put++;
	(void)pthread_cond_signal(&pool->more);
	(void)pthread_mutex_unlock(&pool->lock);
	return 0;
}

void *
pool_peek(const struct pool *pool, size_t i)
{
	if (i >= pool->put - pool->taken)
		return NULL;
	return pool->slots[(pool->taken + i) % pool->room].task;
}

static void
deadline(struct timespec *out, int milliseconds)
{
	(void)clock_gettime(CLOCK_MONOTONIC, out);
	out->tv_sec += milliseconds / 1000;
	out->tv_nsec += milliseconds % 1000 * 1000000L;
	if (out->tv_nsec >= 1000000000L) {
		out->tv_sec++;
		out->tv_nsec -= 1000000000L;
	}
}

void *
pool_take(struct pool *pool, int milliseconds)
{
	struct slot *slot = &pool->slots[pool->taken % pool->room];
	struct timespec until;
	void *task = NULL;
	int rc = 0;

	if (pool->taken == pool->put)
		return NULL;
	deadline(&until, milliseconds);
	(void)pthread_mutex_lock(&pool->lock);
	while (!slot->done && rc == 0)
		rc = pthread_cond_timedwait(&pool->done, &pool->lock, &until);
	if (slot->done) {
		task = slot->task;
		pool->taken++;
	}
	(void)pthread_mutex_unlock(&pool->lock);
	return task;
}

void
pool_close(struct pool *pool)
{
	size_t i;

	if (pool == NULL)
		return;
	(void)pthread_mutex_lock(&pool->lock);
	pool->closing = 1;
	(void)pthread_cond_broadcast(&pool->more);
	(void)pthread_mutex_unlock(&pool->lock);
	for (i = 0; i < pool->count; i++)
		(void)pthread_join(pool->threads[i], NULL);
	(void)pthread_mutex_destroy(&pool->lock);
	(void)pthread_cond_destroy(&pool->more);
	(void)pthread_cond_destroy(&pool->done);
	free(pool->slots);
	free(pool->threads);
	free(pool);
}
