/*
 * push_queue.h - archive-push-queue-max: when more WAL waits than that and the
 * file that PostgreSQL asks for cannot be stored, it is dropped.
 *
 * The file is tried first.  Where that ends in an error it is dropped then;
 * where it does not end, after archive-timeout.
 */
#ifndef PUSH_QUEUE_H
#define PUSH_QUEUE_H

#include <pthread.h>
#include <stdint.h>
#include <walarch.h>

struct queue {
	const wa_config *config;
	const char *wal;  /* pg_wal or pg_xlog; NULL: nobody of a data directory
			   * asks */
	const char *name; /* that may be dropped; or NULL */
	uint64_t limit, segment_size;
	int watched; /* there is a watcher: */
	pthread_t watcher;
	pthread_mutex_t lock;
	pthread_cond_t change;
	int stored; /* only notes are still to be written */
	int over;   /* all is */
};

/* Before anything that may take for ever.  path is the one file that is to be
 * pushed, or NULL when there are others. */
void queue_begin(struct queue *out, const wa_config *config, const char *path);

/*
 * The push has ended with this status; repo is NULL when it could not be
 * opened.  After a success the notes that wait are written, after a failure the
 * file may be dropped.  The status to exit with.
 */
int queue_end(struct queue *queue, wa_repo *repo, int status);

#endif
