/* from_dir_copy.c - the files of a plain base backup, in several threads. */
#include "config.h"

#include "from_dir_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "from_dir_verify.h"
#include "message.h"
#include "pool.h"
#include "process.h"
#include "progress.h"

#define PIECE (512 * 1024)

struct worker {
	const struct from_copy *copy;
	char *buf;
	struct pg_checksum *sum;
	_Atomic uint64_t *done; /* bytes */
};

struct task {
	const struct from_file *file;
	int rc;
	wa_error err;
};

int
from_where(const char **path, const struct from_copy *copy,
    const struct from_file *file)
{
	const struct from_place *place;

	*path = strcmp(file->path, FROM_CONTROL) == 0 ? FROM_CONTROL_TMP :
							file->path;
	if (file->place < 0)
		return copy->to;
	place = &copy->places->place[file->place];
	*path = file->path + strlen("pg_tblspc/") + strlen(place->oid) + 1;
	return place->fd;
}

/* Not what a backup job has opened to others, nor what a copy has made
 * executable. */
mode_t
from_mode(const struct from_copy *copy, const struct from_file *file)
{
	mode_t own = file->folder ? 0700 : 0600;

	return own | (copy->group ? file->mode & (own >> 3) : 0);
}

int
from_own(const struct from_copy *copy, int fd)
{
	return copy->owner == geteuid() ?
	    0 :
	    fchown(fd, copy->owner, copy->group_id);
}

static int
write_all(int fd, const char *buf, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, buf, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		buf += n;
		size -= (size_t)n;
	}
	return 0;
}

static ssize_t
read_some(int fd, char *buf)
{
	ssize_t n;

	do
		n = read(fd, buf, PIECE);
	while (n < 0 && errno == EINTR);
	return n;
}

static int
cannot(const struct task *t, const char *what, wa_error *err)
{
	return error_system(err, "could not %s \"%s\"", what, t->file->path);
}

/* All bytes, and as many as there were. */
static int
copy_bytes(struct worker *w, struct task *t, int in, int out, wa_error *err)
{
	uint64_t size = 0;
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = read_some(in, w->buf)) != 0) {
		if (n < 0)
			return cannot(t, "read", err);
		if (process_signal() != 0)
			return error_set(err, WA_EINTERRUPTED, "interrupted");
		rc = pg_checksum_add(w->sum, w->buf, (size_t)n, err);
		if (rc == 0 && write_all(out, w->buf, (size_t)n) < 0)
			rc = cannot(t, "write", err);
		size += (uint64_t)n;
		atomic_fetch_add(w->done, (uint64_t)n);
	}
	if (rc == 0 && size != t->file->size)
		rc = error_set(err, WA_ECORRUPT,
		    "\"%s\" of the backup changed while it was copied",
		    t->file->path);
	return rc;
}

static int
check_sum(struct worker *w, const struct task *t, const struct pg_sum *wanted,
    wa_error *err)
{
	struct pg_sum sum;
	int rc = pg_checksum_end(&sum, w->sum, err);

	if (rc < 0 || wanted == NULL || pg_sum_same(&sum, wanted))
		return rc;
	return error_set(err, WA_ECORRUPT,
	    "\"%s\" of the backup is damaged: its checksum is not that of "
	    "backup_manifest",
	    t->file->path);
}

static int
finish_file(struct worker *w, const struct task *t, int out, wa_error *err)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
		t->file->modified };

	if (fchmod(out, from_mode(w->copy, t->file)) < 0 ||
	    from_own(w->copy, out) < 0 || futimens(out, times) < 0 ||
	    (w->copy->sync && fsync(out) < 0))
		return cannot(t, "write", err);
	return 0;
}

static int
copy_open(struct worker *w, struct task *t, int in, int out, wa_error *err)
{
	const struct pg_sum *wanted =
	    from_sum(w->copy->manifest, t->file->path);
	int rc = pg_checksum_begin(
	    w->sum, wanted != NULL ? wanted->algorithm : PG_NO_CHECKSUM, err);

	if (rc == 0)
		rc = copy_bytes(w, t, in, out, err);
	if (rc == 0)
		rc = check_sum(w, t, wanted, err);
	return rc < 0 ? rc : finish_file(w, t, out, err);
}

static int
copy_one(struct worker *w, struct task *t, wa_error *err)
{
	int in, out = -1, dir, rc;
	const char *path;

	dir = from_where(&path, w->copy, t->file);
	in = openat(w->copy->from, t->file->path, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return cannot(t, "open", err);
	out = openat(dir, path,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	rc = out < 0 ? cannot(t, "make", err) : copy_open(w, t, in, out, err);
	(void)close(in);
	/* A file system over the network may tell here what it could not
	 * write. */
	if (out >= 0 && close(out) < 0 && rc == 0)
		rc = cannot(t, "write", err);
	return rc;
}

static void
work(void *worker, void *task)
{
	struct task *t = task;

	t->err = (wa_error)WA_ERROR_INIT;
	t->rc = copy_one(worker, t, &t->err);
}

struct copier {
	const struct from_copy *copy;
	struct worker *workers;
	void **pointers;
	struct pool *pool;
	struct task *tasks;
	size_t room; /* tasks */
	_Atomic uint64_t done;
};

static int
make_workers(struct copier *c, wa_error *err)
{
	size_t i, n = c->copy->threads;
	int rc = 0;

	c->workers = calloc(n, sizeof(*c->workers));
	c->pointers = calloc(n, sizeof(*c->pointers));
	if (c->workers == NULL || c->pointers == NULL)
		return out_of_memory(err);
	for (i = 0; i < n && rc == 0; i++) {
		c->workers[i].copy = c->copy;
		c->workers[i].done = &c->done;
		c->workers[i].buf = malloc(PIECE);
		c->pointers[i] = &c->workers[i];
		rc = c->workers[i].buf == NULL ?
		    out_of_memory(err) :
		    pg_checksum_new(&c->workers[i].sum, err);
	}
	return rc;
}

static int
start(struct copier *c, wa_error *err)
{
	int rc = make_workers(c, err);

	if (rc < 0)
		return rc;
	c->pool = pool_open(c->pointers, c->copy->threads, work);
	if (c->pool == NULL)
		return error_system(err, "could not start threads");
	c->room = pool_room(c->pool);
	c->tasks = calloc(c->room, sizeof(*c->tasks));
	return c->tasks == NULL ? out_of_memory(err) : 0;
}

/* The oldest task's result. */
static int
take(struct copier *c, wa_error *err)
{
	struct task *t;

	while ((t = pool_take(c->pool, 100)) == NULL)
		progress_show(atomic_load(&c->done));
	progress_show(atomic_load(&c->done));
	if (t->rc < 0)
		*err = t->err;
	return t->rc;
}

static int
run(struct copier *c, wa_error *err)
{
	const struct from_list *list = c->copy->list;
	size_t i, put = 0, taken = 0;
	int rc = 0;

	for (i = 0; i < list->count && rc == 0; i++) {
		struct task *t;

		if (list->files[i].folder)
			continue;
		if (put - taken == c->room) {
			rc = take(c, err);
			taken++;
		}
		t = &c->tasks[put % c->room];
		t->file = &list->files[i];
		if (rc == 0 && pool_put(c->pool, t) == 0)
			put++;
	}
	for (; taken < put && rc == 0; taken++)
		rc = take(c, err);
	return rc;
}

static void
stop(struct copier *c)
{
	size_t i;

	pool_close(c->pool);
	for (i = 0; c->workers != NULL && i < c->copy->threads; i++) {
		free(c->workers[i].buf);
		pg_checksum_free(c->workers[i].sum);
	}
	free(c->workers);
	free(c->pointers);
	free(c->tasks);
}

int
from_copy_files(const struct from_copy *copy, wa_error *err)
{
	struct copier c = { .copy = copy };
	int rc;

	if (progress_wanted() && copy->list->size > 0)
		progress_begin(copy->list->size);
	rc = start(&c, err);
	if (rc == 0)
		rc = run(&c, err);
	stop(&c);
	progress_hide();
	return rc;
}
