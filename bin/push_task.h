/* push_task.h - what a thread of the push runner does. */
#ifndef PUSH_TASK_H
#define PUSH_TASK_H

#include <stdatomic.h>

#include "spool.h"

struct push_thread {
	wa_repo *repo;
	const struct spool *spool;
	const wa_config *config;
	const char *wal;    /* "pg_wal" */
	atomic_int *failed; /* not 0: one has, and no more are begun */
};

enum push_result {
	PUSH_DONE,
	PUSH_SKIPPED, /* nobody wants it, or not any more */
	PUSH_HELD,    /* another one is at it */
	PUSH_FAILED
};

struct push_task {
	char name[MARKER_NAME_SIZE];
	uint64_t waiting, before; /* files: now, and at the last look */
	enum push_result result;
	uint64_t bytes;
	wa_error err;
};

/* Push the task's file and leave a marker; a pool_work. */
void push_task_do(void *thread, void *task);

#endif
