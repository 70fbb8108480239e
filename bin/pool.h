/* pool.h - work that threads share, and whose results come back in order. */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

struct pool;

/* Do one task, in a thread that has a worker of its own. */
typedef void pool_work(void *worker, void *task);

/*
 * Start a thread for each of the workers.  NULL, and errno, when that cannot
 * be done.  All that follows is for the thread that did this.
 */
struct pool *pool_open(void *const *workers, size_t count, pool_work *work);

/* One more task.  -1: room is for pool_room() tasks that were not taken. */
int pool_put(struct pool *pool, void *task);
size_t pool_room(const struct pool *pool);

/* The oldest task that was put, when it is done; NULL when it is not within
 * so many milliseconds, or there is none. */
void *pool_take(struct pool *pool, int milliseconds);

/* The i-th of the tasks that are still to be taken, or NULL. */
void *pool_peek(const struct pool *pool, size_t i);

/* Waits for the tasks that were begun; the others are not. */
void pool_close(struct pool *pool);

#endif
