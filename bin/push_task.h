/* push_task.h - what a thread of the push runner does. */
#ifndef PUSH_TASK_H
#define PUSH_TASK_H

#include "push_order.h"
#include "spool.h"

struct push_thread {
	wa_repo *repo;
	const struct spool *spool;
	const wa_config *config;
	const char *wal; /* "pg_wal" */
	struct push_order *order;
	uint64_t number; /* of the task it does */
};

enum push_result {
	PUSH_DONE,
	PUSH_SKIPPED, /* nobody wants it, or not any more */
	PUSH_FAILED
};

struct push_task {
	char name[MARKER_NAME_SIZE];
	uint64_t number;          /* tasks were put before it */
	uint64_t waiting, before; /* files: now, and at the last look */
	enum push_result result;
	uint64_t bytes;
	wa_error err;
};

/* Push the task's file and leave a marker; a pool_work. */
void push_task_do(void *thread, void *task);

/* For the repository of a thread: names are given in order. */
wa_gate push_task_gate;

#endif
