/* backup_flow.c - files in order, through the threads and into the set. */
#include "config.h"

#include "backup_flow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "pool.h"
#include "process.h"
#include "progress.h"
#include "rate.h"

#define WAIT_MS 200

struct backup_flow {
	struct backup_emit emit;
	struct pool *pool;
	struct backup_worker *workers;
	void **worker_list;
	size_t begun;
	struct backup_task **tasks; /* one more than the pool has room for */
	size_t task_count, next;
	struct backup_task *filling; /* that the next small files go into */
	struct rate rate;
	struct backup_item *stream; /* whose bytes come by and by */
	size_t filled;              /* of its chunk */
};

static int
open_workers(struct backup_flow *f, const wa_config *config, size_t count,
    uint64_t start_lsn, wa_error *err)
{
	size_t i;
	int rc = 0;

	f->workers = calloc(count, sizeof(*f->workers));
	f->worker_list = calloc(count, sizeof(*f->worker_list));
	if (f->workers == NULL || f->worker_list == NULL)
		return out_of_memory(err);
	for (i = 0; i < count && rc == 0; i++) {
		f->worker_list[i] = &f->workers[i];
		f->begun++;
		rc =
		    backup_worker_begin(&f->workers[i], config, start_lsn, err);
	}
	if (rc < 0)
		return rc;
	f->pool = pool_open(f->worker_list, count, backup_pack);
	return f->pool == NULL ? error_system(err, "could not start threads") :
				 0;
}

static int
make_tasks(struct backup_flow *f, wa_error *err)
{
	size_t i;
	int rc = 0;

	f->task_count = pool_room(f->pool) + 1;
	f->tasks = calloc(f->task_count, sizeof(*f->tasks));
	if (f->tasks == NULL)
		return out_of_memory(err);
	for (i = 0; i < f->task_count && rc == 0; i++)
		rc = backup_task_new(&f->tasks[i], f->workers[0].packer, err);
	return rc;
}

int
backup_flow_open(struct backup_flow **out, const wa_config *config,
    wa_set_writer *writer, uint64_t start_lsn, wa_error *err)
{
	size_t count = (size_t)wa_config_number(config, "process-max");
	struct backup_flow *f = calloc(1, sizeof(*f));
	int rc;

	if (f == NULL)
		return out_of_memory(err);
	rate_begin(&f->rate, wa_config_number(config, "rate"));
	rc = backup_emit_begin(&f->emit, writer, err);
	if (rc == 0)
		rc = open_workers(f, config, count, start_lsn, err);
	if (rc == 0)
		rc = make_tasks(f, err);
	if (rc < 0) {
		backup_flow_close(f);
		return rc;
	}
	*out = f;
	return 0;
}

/* Wait for the oldest task, and put its files into the set. */
static int
take_one(struct backup_flow *f, wa_error *err)
{
	struct backup_task *t;
	int rc;

	while ((t = pool_take(f->pool, WAIT_MS)) == NULL)
		if (process_signal() != 0)
			return error_set(
			    err, WA_EINTERRUPTED, "interrupted by a signal");
	if (t->rc < 0) {
		*err = t->err;
		return t->rc;
	}
	rc = backup_emit_task(&f->emit, t, err);
	backup_task_clear(t);
	progress_show(f->emit.counts.done);
	return rc;
}

static int
hand_out(struct backup_flow *f, wa_error *err)
{
	struct backup_task *t = f->filling;
	int rc = 0;

	if (t == NULL)
		return 0;
	f->filling = NULL;
	rate_wait(&f->rate);
	rate_spend(&f->rate, t->expected);
	while (rc == 0 && pool_put(f->pool, t) < 0)
		rc = take_one(f, err);
	return rc;
}

/* A task that has room for an item of so many bytes. */
static int
room_for(struct backup_flow *f, uint64_t size, wa_error *err)
{
	struct backup_task *t = f->filling;
	int rc = 0;

	if (t != NULL &&
	    (t->count == BACKUP_ITEMS ||
		t->expected + size + BACKUP_EXTRA > WA_SET_CHUNK))
		rc = hand_out(f, err);
	if (rc == 0 && f->filling == NULL)
		f->filling = f->tasks[f->next++ % f->task_count];
	return rc;
}

/* An item that has its task to itself has the room of all. */
static int
put_item(struct backup_flow *f, struct backup_item *item, uint64_t size,
    wa_error *err)
{
	int rc = room_for(f, size, err);

	if (rc < 0) {
		backup_item_free(item);
		return rc;
	}
	f->filling->items[f->filling->count++] = item;
	f->filling->expected += size + BACKUP_EXTRA;
	return 0;
}

static struct backup_big *
new_big(int fd, const struct backup_item *item)
{
	struct backup_big *big = calloc(1, sizeof(*big));

	if (big == NULL)
		return NULL;
	big->fd = fd;
	big->size = item->file.size;
	return big;
}

/* The item of a chunk, in a task of its own. */
static int
put_chunk(struct backup_flow *f, const struct backup_item *whole,
    struct backup_big *big, uint64_t chunk, wa_error *err)
{
	struct backup_item *item =
	    backup_item_new(whole->way, &whole->file, err);
	int rc;

	if (item == NULL)
		return WA_ENOMEM;
	item->big = big;
	big->users++;
	item->chunk = chunk;
	item->chunks = (big->size + WA_SET_CHUNK - 1) / WA_SET_CHUNK;
	item->checked = whole->checked;
	item->segment = whole->segment;
	if (whole->source != NULL &&
	    (item->source = strdup(whole->source)) == NULL) {
		backup_item_free(item);
		return out_of_memory(err);
	}
	rc = hand_out(f, err);
	if (rc < 0) {
		backup_item_free(item);
		return rc;
	}
	return put_item(f, item, WA_SET_CHUNK, err);
}

/* It is kept open, so that all chunks are of the same file. */
static int
put_big(struct backup_flow *f, struct backup_item *whole, wa_error *err)
{
	uint64_t chunks, i;
	struct backup_big *big;
	int fd = open(whole->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc = 0;

	if (fd < 0 && errno == ENOENT) {
		f->emit.counts.gone++;
		return 0;
	}
	if (fd < 0)
		return error_system(
		    err, "could not open \"%s\"", whole->source);
	big = new_big(fd, whole);
	if (big == NULL) {
		(void)close(fd);
		return out_of_memory(err);
	}
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	big->users = 1;
	chunks = (big->size + WA_SET_CHUNK - 1) / WA_SET_CHUNK;
	for (i = 0; i < chunks && rc == 0; i++)
		rc = put_chunk(f, whole, big, i, err);
	whole->big = big;
	return rc;
}

int
backup_flow_put(
    struct backup_flow *flow, struct backup_item *item, wa_error *err)
{
	int rc;

	if (item->way != BACKUP_READ || item->file.size <= WA_SET_CHUNK)
		return put_item(flow, item,
		    item->way == BACKUP_REFER ? 0 : item->file.size, err);
	rc = put_big(flow, item, err);
	backup_item_free(item);
	return rc;
}

static int
next_chunk(struct backup_flow *f, uint64_t chunk, wa_error *err)
{
	f->filled = 0;
	return put_chunk(f, f->stream, f->stream->big, chunk, err);
}

int
backup_flow_begin(
    struct backup_flow *flow, struct backup_item *item, wa_error *err)
{
	flow->stream = item;
	flow->filled = 0;
	if (item->file.size <= WA_SET_CHUNK) {
		item->content = malloc((size_t)item->file.size + 1);
		return item->content == NULL ? out_of_memory(err) :
		    item->file.size > 0      ? 0 :
					  backup_flow_bytes(flow, NULL, 0, err);
	}
	item->big = new_big(-1, item);
	if (item->big == NULL)
		return out_of_memory(err);
	item->big->users = 1;
	return next_chunk(flow, 0, err);
}

/* The last byte is there: it is a file as any other now. */
static int
end_stream(struct backup_flow *f, wa_error *err)
{
	struct backup_item *item = f->stream;

	f->stream = NULL;
	if (item->big == NULL)
		return put_item(f, item, item->file.size, err);
	backup_item_free(item);
	return 0;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Of a large file: into the chunk that is being filled, and the next. */
static int
big_bytes(struct backup_flow *f, const uint8_t *p, size_t size, wa_error *err)
{
	int rc = 0;

	while (size > 0 && rc == 0) {
		const struct backup_item *item =
		    f->filling == NULL ? NULL : f->filling->items[0];
		uint64_t at = item == NULL ? 0 : item->chunk * WA_SET_CHUNK;
		size_t n = least(size, WA_SET_CHUNK - f->filled);

		if (item == NULL || n > f->stream->file.size - at - f->filled)
			return error_set(err, WA_ECORRUPT,
			    "\"%s\" has more bytes than was said",
			    f->stream->file.path);
		memcpy(backup_task_data(f->filling) + f->filled, p, n);
		f->filled += n;
		p += n;
		size -= n;
		if (at + f->filled == f->stream->file.size)
			return size > 0 ? WA_ECORRUPT : end_stream(f, err);
		if (f->filled == WA_SET_CHUNK)
			rc = next_chunk(f, item->chunk + 1, err);
	}
	return rc;
}

int
backup_flow_bytes(
    struct backup_flow *flow, const void *buf, size_t size, wa_error *err)
{
	struct backup_item *item = flow->stream;

	if (item->big != NULL)
		return big_bytes(flow, buf, size, err);
	if (size > item->file.size - flow->filled)
		return error_set(err, WA_ECORRUPT,
		    "\"%s\" has more bytes than was said", item->file.path);
	if (size > 0)
		memcpy(item->content + flow->filled, buf, size);
	flow->filled += size;
	return flow->filled == item->file.size ? end_stream(flow, err) : 0;
}

int
backup_flow_drain(struct backup_flow *flow, wa_error *err)
{
	int rc = hand_out(flow, err);

	while (rc == 0 && pool_peek(flow->pool, 0) != NULL)
		rc = take_one(flow, err);
	return rc;
}

const struct backup_counts *
backup_flow_counts(const struct backup_flow *flow)
{
	return &flow->emit.counts;
}

void
backup_flow_close(struct backup_flow *flow)
{
	size_t i;

	if (flow == NULL)
		return;
	pool_close(flow->pool);
	for (i = 0; flow->tasks != NULL && i < flow->task_count; i++)
		backup_task_free(flow->tasks[i]);
	for (i = 0; i < flow->begun; i++)
		backup_worker_end(&flow->workers[i]);
	backup_item_free(flow->stream);
	free(flow->tasks);
	free(flow->workers);
	free(flow->worker_list);
	backup_emit_end(&flow->emit);
	free(flow);
}
