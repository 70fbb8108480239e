/* get_crew.c - the threads of the get runner, and what they have to do. */
#include "config.h"

#include "get_crew.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"
#include "pool.h"

#define SECOND 1000 /* milliseconds */

static int
start(struct get_crew *crew, wa_error *err)
{
	void **workers = calloc(crew->count, sizeof(*workers));
	size_t i;

	if (workers == NULL)
		return out_of_memory(err);
	for (i = 0; i < crew->count; i++)
		workers[i] = &crew->threads[i];
	crew->pool = pool_open(workers, crew->count, get_fetch);
	free(workers);
	if (crew->pool == NULL)
		return error_system(err, "could not start a thread");
	crew->tasks = calloc(pool_room(crew->pool), sizeof(*crew->tasks));
	return crew->tasks == NULL ? out_of_memory(err) : 0;
}

int
get_crew_open(struct get_crew *out, const struct spool *spool,
    const wa_config *config, const struct get_watch *watch, wa_error *err)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	out->count = (size_t)wa_config_number(config, "process-max");
	out->threads = calloc(out->count, sizeof(*out->threads));
	if (out->threads == NULL)
		return out_of_memory(err);
	for (i = 0; i < out->count; i++) {
		out->threads[i].spool = spool;
		out->threads[i].config = config;
		out->threads[i].watch = watch;
	}
	return start(out, err);
}

void
get_crew_close(struct get_crew *crew)
{
	size_t i;

	if (crew->pool != NULL)
		get_crew_drop(crew, NULL, NULL);
	pool_close(crew->pool);
	for (i = 0; crew->threads != NULL && i < crew->count; i++)
		wa_repo_close(crew->threads[i].repo);
	free(crew->threads);
	free(crew->tasks);
}

size_t
get_crew_threads(const struct get_crew *crew)
{
	return crew->count;
}

int
get_crew_put(struct get_crew *crew, uint32_t timeline, uint64_t number,
    uint32_t segment_size)
{
	size_t room = pool_room(crew->pool);
	struct get_task *task = &crew->tasks[crew->put % room];

	if (get_crew_busy(crew) == room)
		return -1;
	memset(task, 0, sizeof(*task));
	wa_segment_format(task->name, timeline, number, segment_size);
	task->timeline = timeline;
	task->number = number;
	crew->put++;
	return pool_put(crew->pool, task);
}

size_t
get_crew_busy(const struct get_crew *crew)
{
	return crew->put - crew->taken;
}

/* The pool takes it for done a moment after it has said so itself. */
struct get_task *
get_crew_take(struct get_crew *crew)
{
	struct get_task *task = pool_peek(crew->pool, 0);

	if (task == NULL || !task->done)
		return NULL;
	while (pool_take(crew->pool, SECOND) == NULL)
		;
	crew->taken++;
	return task;
}

void
get_crew_drop(struct get_crew *crew, get_wanted *wanted, const void *arg)
{
	struct get_task *task;
	size_t i;

	for (i = 0; (task = pool_peek(crew->pool, i)) != NULL; i++)
		if (wanted == NULL || !wanted(arg, task->name))
			task->unwanted = 1;
}
