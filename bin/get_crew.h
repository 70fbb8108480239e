/* get_crew.h - the threads of the get runner, and what they have to do. */
#ifndef GET_CREW_H
#define GET_CREW_H

#include "get_fetch.h"
#include "get_tidy.h"

struct get_crew {
	size_t count;
	struct get_thread *threads;
	struct get_task *tasks; /* as many as the pool has room for */
	struct pool *pool;
	size_t put, taken;
};

/* process-max threads, which wake watch when one has done something. */
int get_crew_open(struct get_crew *out, const struct spool *spool,
    const wa_config *config, const struct get_watch *watch, wa_error *err);

/* Waits for what was begun, and drops the rest. */
void get_crew_close(struct get_crew *crew);

size_t get_crew_threads(const struct get_crew *crew);

/* Have one more fetched; -1: they have enough to do. */
int get_crew_put(struct get_crew *crew, uint32_t timeline, uint64_t number,
    uint32_t segment_size);

/* Those that were put and not taken. */
size_t get_crew_busy(const struct get_crew *crew);

/* The oldest, when it is done; else NULL.  Valid until the next put. */
struct get_task *get_crew_take(struct get_crew *crew);

/* Do not begin what is not wanted any more; wanted is NULL: anything. */
void get_crew_drop(struct get_crew *crew, get_wanted *wanted, const void *arg);

#endif
