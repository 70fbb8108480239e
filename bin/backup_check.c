/* backup_check.c - read files whose time proves nothing, and compare digests. */
#include "config.h"

#include "backup_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "pool.h"
#include "process.h"

#define BUFFER (256u << 10)
#define WAITING 1024 /* files that have not gone on */
#define WAIT_MS 200

struct waiting {
	struct backup_item *item;
	struct backup_item *known[2];
	int count;
	int handed; /* to a thread */
	int found;  /* index of known, or -1 */
	int error;  /* errno */
};

struct worker {
	wa_digest *digest;
	uint8_t *buffer;
};

struct backup_check {
	struct backup_flow *flow;
	struct pool *pool;
	struct worker *workers;
	void **worker_list;
	size_t begun;
	struct waiting ring[WAITING];
	size_t first, last;
};

/* As much of the file as the item has: -1 with errno; 1 when it is shorter. */
static int
digest_file(struct worker *w, const struct backup_item *item)
{
	int fd = open(item->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint64_t left = item->file.size;
	ssize_t n = 1;

	if (fd < 0)
		return -1;
	wa_digest_reset(w->digest);
	while (left > 0 && n != 0) {
		size_t want = left < BUFFER ? (size_t)left : BUFFER;

		n = read(fd, w->buffer, want);
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0) {
			wa_digest_add(w->digest, w->buffer, (size_t)n);
			left -= (uint64_t)n;
		}
	}
	(void)close(fd);
	return n < 0 ? -1 : left > 0;
}

/* A file that has gone, or shrunk, is left to the flow. */
static void
compare(void *worker, void *task)
{
	struct waiting *x = task;
	struct worker *w = worker;
	char digest[WA_DIGEST_SIZE];
	int rc = digest_file(w, x->item), i;

	if (rc < 0 && errno != ENOENT)
		x->error = errno;
	if (rc != 0)
		return;
	wa_digest_format(w->digest, digest);
	for (i = x->count - 1; i >= 0; i--)
		if (x->known[i]->file.size == x->item->file.size &&
		    strcmp(x->known[i]->file.xxh128, digest) == 0)
			x->found = i;
}

static int
open_workers(struct backup_check *c, size_t count, wa_error *err)
{
	size_t i;

	c->workers = calloc(count, sizeof(*c->workers));
	c->worker_list = calloc(count, sizeof(*c->worker_list));
	if (c->workers == NULL || c->worker_list == NULL)
		return out_of_memory(err);
	for (i = 0; i < count; i++) {
		int rc;

		c->worker_list[i] = &c->workers[i];
		c->begun++;
		rc = wa_digest_new(&c->workers[i].digest, err);
		if (rc < 0)
			return rc;
		c->workers[i].buffer = malloc(BUFFER);
		if (c->workers[i].buffer == NULL)
			return out_of_memory(err);
	}
	c->pool = pool_open(c->worker_list, count, compare);
	return c->pool == NULL ? error_system(err, "could not start threads") :
				 0;
}

int
backup_check_open(struct backup_check **out, const wa_config *config,
    struct backup_flow *flow, wa_error *err)
{
	struct backup_check *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL)
		return out_of_memory(err);
	c->flow = flow;
	rc = open_workers(
	    c, (size_t)wa_config_number(config, "process-max"), err);
	if (rc < 0) {
		backup_check_close(c);
		return rc;
	}
	*out = c;
	return 0;
}

struct backup_item *
backup_refer(
    struct backup_item *item, const wa_set_file *known, wa_error *err)
{
	wa_set_file file = item->file;
	struct backup_item *new;

	memcpy(file.xxh128, known->xxh128, sizeof(file.xxh128));
	file.crc32c = known->crc32c;
	file.in = known->in;
	file.part = known->part;
	file.at = known->at;
	file.frames = known->frames;
	file.frame_count = known->frame_count;
	file.bad_pages = known->bad_pages;
	new = backup_item_new(BACKUP_REFER, &file, err);
	backup_item_free(item);
	return new;
}

static void
forget(struct waiting *x)
{
	int i;

	backup_item_free(x->item);
	for (i = 0; i < x->count; i++)
		backup_item_free(x->known[i]);
	memset(x, 0, sizeof(*x));
}

/* The oldest goes on. */
static int
go_on(struct backup_check *c, wa_error *err)
{
	struct waiting *x = &c->ring[c->first % WAITING];
	struct backup_item *item;
	int rc = 0;

	while (x->handed && pool_take(c->pool, WAIT_MS) == NULL)
		if (process_signal() != 0)
			return error_set(
			    err, WA_EINTERRUPTED, "interrupted by a signal");
	c->first++;
	item = x->item;
	x->item = NULL;
	errno = x->error;
	if (x->error != 0)
		rc = error_system(err, "could not read \"%s\"", item->source);
	if (rc == 0 && x->found >= 0) {
		item = backup_refer(item, &x->known[x->found]->file, err);
		rc = item == NULL ? WA_ENOMEM : 0;
	}
	forget(x);
	if (rc < 0) {
		backup_item_free(item);
		return rc;
	}
	return backup_flow_put(c->flow, item, err);
}

static int
keep_known(struct waiting *x, const wa_set_file *known, int count,
    wa_error *err)
{
	int i;

	for (i = 0; i < count; i++) {
		x->known[i] = backup_item_new(BACKUP_REFER, &known[i], err);
		if (x->known[i] == NULL)
			return WA_ENOMEM;
		x->count = i + 1;
	}
	return 0;
}

int
backup_check_put(struct backup_check *check, struct backup_item *item,
    const wa_set_file *known, int count, wa_error *err)
{
	struct waiting *x = &check->ring[check->last % WAITING];
	int rc = 0;

	if (count == 0 && check->first == check->last)
		return backup_flow_put(check->flow, item, err);
	if (check->last - check->first == WAITING)
		rc = go_on(check, err);
	if (rc < 0) {
		backup_item_free(item);
		return rc;
	}
	memset(x, 0, sizeof(*x));
	x->item = item;
	x->found = -1;
	check->last++;
	rc = keep_known(x, known, count, err);
	if (rc < 0 || count == 0)
		return rc;
	while (rc == 0 && pool_put(check->pool, x) < 0)
		rc = go_on(check, err);
	x->handed = rc == 0;
	return rc;
}

int
backup_check_drain(struct backup_check *check, wa_error *err)
{
	int rc = 0;

	while (rc == 0 && check->first < check->last)
		rc = go_on(check, err);
	return rc;
}

void
backup_check_close(struct backup_check *check)
{
	size_t i;

	if (check == NULL)
		return;
	pool_close(check->pool);
	for (; check->first < check->last; check->first++)
		forget(&check->ring[check->first % WAITING]);
	for (i = 0; i < check->begun; i++) {
		wa_digest_free(check->workers[i].digest);
		free(check->workers[i].buffer);
	}
	free(check->workers);
	free(check->worker_list);
	free(check);
}
