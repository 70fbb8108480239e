/* digests.c - read files, and make digests of them. */
#include "config.h"

#include "digests.h"

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
#define WAITING 1024 /* things that have not gone on */
#define WAIT_MS 200

struct waiting {
	void *thing;
	char *path; /* NULL: there is nothing to read */
	uint64_t size;
	int handed;                  /* to a thread */
	int error;                   /* errno */
	char digest[WA_DIGEST_SIZE]; /* "": none */
};

struct worker {
	wa_digest *digest;
	uint8_t *buffer;
};

struct digests {
	digests_done *done;
	digests_drop *drop;
	void *arg;
	struct pool *pool;
	struct worker *workers;
	void **worker_list;
	size_t begun;
	struct waiting ring[WAITING];
	size_t first, last;
};

/* 0, 1 when there are fewer bytes, or -1 with errno. */
static int
read_all(struct worker *w, int fd, uint64_t left)
{
	ssize_t n = 1;

	wa_digest_reset(w->digest);
	while (left > 0 && n != 0) {
		n = read(fd, w->buffer, left < BUFFER ? (size_t)left : BUFFER);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			wa_digest_add(w->digest, w->buffer, (size_t)n);
			left -= (uint64_t)n;
		}
	}
	return left > 0;
}

static void
read_file(void *worker, void *task)
{
	struct waiting *x = task;
	struct worker *w = worker;
	int fd = open(x->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc = fd < 0 ? -1 : read_all(w, fd, x->size);

	if (rc < 0 && errno != ENOENT)
		x->error = errno;
	if (rc == 0)
		wa_digest_format(w->digest, x->digest);
	if (fd >= 0)
		(void)close(fd);
}

static int
open_workers(struct digests *d, size_t count, wa_error *err)
{
	size_t i;
	int rc;

	d->workers = calloc(count, sizeof(*d->workers));
	d->worker_list = calloc(count, sizeof(*d->worker_list));
	if (d->workers == NULL || d->worker_list == NULL)
		return out_of_memory(err);
	for (i = 0; i < count; i++) {
		d->worker_list[i] = &d->workers[i];
		d->begun++;
		rc = wa_digest_new(&d->workers[i].digest, err);
		if (rc < 0)
			return rc;
		d->workers[i].buffer = malloc(BUFFER);
		if (d->workers[i].buffer == NULL)
			return out_of_memory(err);
	}
	d->pool = pool_open(d->worker_list, count, read_file);
	return d->pool == NULL ? error_system(err, "could not start threads") :
				 0;
}

int
digests_open(struct digests **out, const wa_config *config, digests_done *done,
    digests_drop *drop, void *arg, wa_error *err)
{
	struct digests *d = calloc(1, sizeof(*d));
	int rc;

	if (d == NULL)
		return out_of_memory(err);
	d->done = done;
	d->drop = drop;
	d->arg = arg;
	rc = open_workers(
	    d, (size_t)wa_config_number(config, "process-max"), err);
	if (rc < 0) {
		digests_close(d);
		return rc;
	}
	*out = d;
	return 0;
}

/* The oldest goes on. */
static int
go_on(struct digests *d, wa_error *err)
{
	struct waiting x = d->ring[d->first % WAITING];
	int rc = 0;

	while (x.handed && pool_take(d->pool, WAIT_MS) == NULL)
		if (process_signal() != 0)
			return error_set(
			    err, WA_EINTERRUPTED, "interrupted by a signal");
	x = d->ring[d->first++ % WAITING];
	errno = x.error;
	if (x.error != 0) {
		rc = error_system(err, "could not read \"%s\"", x.path);
		d->drop(x.thing);
	} else
		rc = d->done(d->arg, x.thing,
		    x.digest[0] == '\0' ? NULL : x.digest, err);
	free(x.path);
	return rc;
}

static int
hand_out(struct digests *d, struct waiting *x, const char *path, wa_error *err)
{
	int rc = 0;

	x->path = strdup(path);
	if (x->path == NULL)
		return out_of_memory(err);
	while (rc == 0 && pool_put(d->pool, x) < 0)
		rc = go_on(d, err);
	x->handed = rc == 0;
	return rc;
}

int
digests_put(struct digests *digests, void *thing, const char *path,
    uint64_t size, wa_error *err)
{
	struct digests *d = digests;
	struct waiting *x = &d->ring[d->last % WAITING];
	int rc = 0;

	if (path == NULL && d->first == d->last)
		return d->done(d->arg, thing, NULL, err);
	if (d->last - d->first == WAITING)
		rc = go_on(d, err);
	if (rc < 0) {
		d->drop(thing);
		return rc;
	}
	memset(x, 0, sizeof(*x));
	x->thing = thing;
	x->size = size;
	d->last++;
	return path == NULL ? 0 : hand_out(d, x, path, err);
}

int
digests_drain(struct digests *digests, wa_error *err)
{
	int rc = 0;

	while (rc == 0 && digests->first < digests->last)
		rc = go_on(digests, err);
	return rc;
}

void
digests_close(struct digests *digests)
{
	size_t i;

	if (digests == NULL)
		return;
	pool_close(digests->pool);
	for (; digests->first < digests->last; digests->first++) {
		struct waiting *x = &digests->ring[digests->first % WAITING];

		digests->drop(x->thing);
		free(x->path);
	}
	for (i = 0; i < digests->begun; i++) {
		wa_digest_free(digests->workers[i].digest);
		free(digests->workers[i].buffer);
	}
	free(digests->workers);
	free(digests->worker_list);
	free(digests);
}
