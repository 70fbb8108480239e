/* restore_flow.c - files out of sets, through the threads, to their places. */
#include "config.h"

#include "restore_flow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "pool.h"
#include "process.h"
#include "progress.h"
#include "restore_write.h"

#define WAIT_MS 200
#define EXTRA 4096 /* what a file costs beside its bytes */

struct restore_flow {
	restore_done *done;
	void *arg;
	struct restore_owner owner;
	struct pool *pool;
	struct restore_worker *workers;
	void **worker_list;
	size_t begun;
	struct restore_task **tasks; /* one more than the pool has room for */
	size_t task_count, next;
	struct restore_task *filling;
	wa_digest *digest; /* of the file of many chunks that comes out */
	struct restore_counts counts;
};

static int
open_workers(struct restore_flow *f, const wa_config *config,
    const struct restore_owner *owner, wa_error *err)
{
	size_t count = (size_t)wa_config_number(config, "process-max"), i;
	int rc = 0;

	f->workers = calloc(count, sizeof(*f->workers));
	f->worker_list = calloc(count, sizeof(*f->worker_list));
	if (f->workers == NULL || f->worker_list == NULL)
		return out_of_memory(err);
	for (i = 0; i < count && rc == 0; i++) {
		f->worker_list[i] = &f->workers[i];
		f->begun++;
		rc = restore_worker_begin(&f->workers[i], config, owner, err);
	}
	if (rc < 0)
		return rc;
	f->pool = pool_open(f->worker_list, count, restore_write);
	return f->pool == NULL ? error_system(err, "could not start threads") :
				 0;
}

static int
make_tasks(struct restore_flow *f, wa_error *err)
{
	size_t i;
	int rc = 0;

	f->task_count = pool_room(f->pool) + 1;
	f->tasks = calloc(f->task_count, sizeof(*f->tasks));
	if (f->tasks == NULL)
		return out_of_memory(err);
	for (i = 0; i < f->task_count && rc == 0; i++)
		rc = restore_task_new(&f->tasks[i], err);
	return rc;
}

int
restore_flow_open(struct restore_flow **out, const wa_config *config,
    const struct restore_owner *owner, restore_done *done, void *arg,
    wa_error *err)
{
	struct restore_flow *f = calloc(1, sizeof(*f));
	int rc;

	if (f == NULL)
		return out_of_memory(err);
	f->done = done;
	f->arg = arg;
	f->owner = *owner;
	rc = wa_digest_new(&f->digest, err);
	if (rc == 0)
		rc = open_workers(f, config, owner, err);
	if (rc == 0)
		rc = make_tasks(f, err);
	if (rc < 0) {
		restore_flow_close(f);
		return rc;
	}
	*out = f;
	return 0;
}

/* The digest of the whole is made here, where the chunks are in order. */
static int
end_chunk(struct restore_flow *f, const struct restore_task *t,
    const struct restore_item *item, wa_error *err)
{
	const wa_set_file *file = &item->file;
	char digest[WA_DIGEST_SIZE];

	if (item->chunk == 0)
		wa_digest_reset(f->digest);
	wa_digest_add(f->digest, t->data, t->size);
	if (item->chunk < file->frame_count - 1)
		return 0;
	wa_digest_format(f->digest, digest);
	if (strcmp(digest, file->xxh128) != 0)
		return error_set(err, WA_ECORRUPT,
		    "\"%s\" in backup set \"%s\" is damaged: its digest is %s, "
		    "not %s",
		    file->path, file->in, digest, file->xxh128);
	return restore_dress(item->big->fd, file, &f->owner, item->to, err);
}

static int
end_item(struct restore_flow *f, const struct restore_task *t,
    const struct restore_item *item, wa_error *err)
{
	int whole =
	    item->big == NULL || item->chunk == item->file.frame_count - 1;
	int rc = item->big == NULL ? 0 : end_chunk(f, t, item, err);

	f->counts.done += item->big != NULL ? t->size : item->file.size;
	if (rc < 0 || !whole)
		return rc;
	if (item->way == RESTORE_KEEP)
		f->counts.kept++;
	else
		f->counts.written++;
	return f->done(f->arg, &item->file, err);
}

static int
take_one(struct restore_flow *f, wa_error *err)
{
	struct restore_task *t;
	size_t i;
	int rc;

	while ((t = pool_take(f->pool, WAIT_MS)) == NULL)
		if (process_signal() != 0)
			return error_set(
			    err, WA_EINTERRUPTED, "interrupted by a signal");
	rc = t->rc;
	if (rc < 0)
		*err = t->err;
	for (i = 0; i < t->count && rc == 0; i++)
		rc = end_item(f, t, t->items[i], err);
	restore_task_clear(t);
	progress_show(f->counts.done);
	return rc;
}

static int
hand_out(struct restore_flow *f, wa_error *err)
{
	struct restore_task *t = f->filling;
	int rc = 0;

	if (t == NULL)
		return 0;
	f->filling = NULL;
	while (rc == 0 && pool_put(f->pool, t) < 0)
		rc = take_one(f, err);
	return rc;
}

static int
put_item(struct restore_flow *f, struct restore_item *item, uint64_t size,
    wa_error *err)
{
	struct restore_task *t = f->filling;
	int rc = 0;

	if (t != NULL &&
	    (t->count == RESTORE_ITEMS ||
		t->expected + size + EXTRA > WA_SET_CHUNK))
		rc = hand_out(f, err);
	if (rc < 0) {
		restore_item_free(item);
		return rc;
	}
	if (f->filling == NULL)
		f->filling = f->tasks[f->next++ % f->task_count];
	t = f->filling;
	t->items[t->count++] = item;
	t->expected += size + EXTRA;
	return 0;
}

static int
put_chunk(struct restore_flow *f, const struct restore_item *whole,
    struct restore_big *big, uint64_t chunk, uint64_t at, wa_error *err)
{
	struct restore_item *item =
	    restore_item_new(whole->way, &whole->file, whole->to, err);

	if (item == NULL)
		return WA_ENOMEM;
	item->big = big;
	big->users++;
	item->chunk = chunk;
	item->at = at;
	return put_item(f, item, WA_SET_CHUNK, err);
}

static int
put_big(struct restore_flow *f, struct restore_item *whole, wa_error *err)
{
	struct restore_big *big = calloc(1, sizeof(*big));
	uint64_t at = whole->file.at;
	size_t i;
	int rc;

	if (big == NULL)
		return out_of_memory(err);
	rc = restore_create(&big->fd, whole->to, err);
	if (rc < 0) {
		free(big);
		return rc;
	}
	big->users = 1;
	(void)pthread_mutex_init(&big->writing, NULL);
	whole->big = big;
	for (i = 0; i < whole->file.frame_count && rc == 0; i++) {
		rc = put_chunk(f, whole, big, i, at, err);
		at += whole->file.frames[i];
	}
	return rc;
}

int
restore_flow_put(
    struct restore_flow *flow, struct restore_item *item, wa_error *err)
{
	int rc;

	if (item->way != RESTORE_WRITE || item->file.frame_count == 1)
		return put_item(flow, item,
		    item->way == RESTORE_WRITE ? item->file.size : 0, err);
	rc = put_big(flow, item, err);
	restore_item_free(item);
	return rc;
}

int
restore_flow_drain(struct restore_flow *flow, wa_error *err)
{
	int rc = hand_out(flow, err);

	while (rc == 0 && pool_peek(flow->pool, 0) != NULL)
		rc = take_one(flow, err);
	return rc;
}

const struct restore_counts *
restore_flow_counts(const struct restore_flow *flow)
{
	return &flow->counts;
}

void
restore_flow_close(struct restore_flow *flow)
{
	size_t i;

	if (flow == NULL)
		return;
	pool_close(flow->pool);
	for (i = 0; flow->tasks != NULL && i < flow->task_count; i++)
		restore_task_free(flow->tasks[i]);
	for (i = 0; i < flow->begun; i++)
		restore_worker_end(&flow->workers[i]);
	wa_digest_free(flow->digest);
	free(flow->tasks);
	free(flow->workers);
	free(flow->worker_list);
	free(flow);
}
