/* get_fetch.h - what a thread of the get runner does. */
#ifndef GET_FETCH_H
#define GET_FETCH_H

#include "get_watch.h"
#include "spool.h"

struct get_thread {
	const wa_config *config;
	const struct spool *spool;
	const struct get_watch *watch; /* is woken at the end of each task */
	wa_repo *repo;                 /* once it is open */
};

enum get_result {
	GET_THERE,   /* fetched, or it was already */
	GET_HELD,    /* another one is at it */
	GET_DROPPED, /* nobody wants it any more */
	GET_FAILED
};

struct get_task {
	char name[WA_SEGMENT_NAME_SIZE];
	uint32_t timeline;
	uint64_t number;
	_Atomic int unwanted; /* 1: do not begin */
	_Atomic int done;
	enum get_result result;
	uint64_t bytes;
	int64_t took; /* microseconds; 0: it was there */
	wa_error err;
};

/* Fetch the task's segment and leave a marker; a pool_work. */
void get_fetch(void *thread, void *task);

/* Microseconds, of a clock that is never set. */
int64_t get_now(void);

#endif
