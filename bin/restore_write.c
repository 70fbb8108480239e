/* restore_write.c - decode frames, and write files. */
#include "config.h"

#include "restore_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "tar_header.h"

#define SECOND INT64_C(1000000000)
#define PLAIN_ROOM (TAR_HEADER_MAX + WA_SET_CHUNK + TAR_BLOCK)
#define PACKED_ROOM (PLAIN_ROOM + (PLAIN_ROOM >> 4))

int
restore_task_new(struct restore_task **out, wa_error *err)
{
	struct restore_task *task = calloc(1, sizeof(*task));

	if (task == NULL || (task->plain = malloc(PLAIN_ROOM)) == NULL) {
		free(task);
		return out_of_memory(err);
	}
	*out = task;
	return 0;
}

void
restore_task_clear(struct restore_task *task)
{
	size_t i;

	for (i = 0; i < task->count; i++)
		restore_item_free(task->items[i]);
	task->count = 0;
	task->expected = 0;
	task->rc = 0;
}

void
restore_task_free(struct restore_task *task)
{
	if (task == NULL)
		return;
	restore_task_clear(task);
	free(task->plain);
	free(task);
}

/* A repository's handle is for one thread, so each opens it. */
int
restore_worker_begin(struct restore_worker *worker, const wa_config *config,
    const struct restore_owner *owner, wa_error *err)
{
	int rc = wa_repo_open(&worker->repo, config, err);

	worker->owner = *owner;
	if (rc == 0)
		rc = wa_unpacker_new(&worker->unpacker, err);
	if (rc == 0)
		rc = wa_digest_new(&worker->digest, err);
	if (rc == 0 && (worker->packed = malloc(PACKED_ROOM)) == NULL)
		rc = out_of_memory(err);
	return rc;
}

void
restore_worker_end(struct restore_worker *worker)
{
	wa_part_close(worker->part);
	wa_unpacker_free(worker->unpacker);
	wa_digest_free(worker->digest);
	wa_repo_close(worker->repo);
	free(worker->packed);
}

static int
open_part(struct restore_worker *w, const wa_set_file *f, wa_error *err)
{
	int rc;

	if (w->part != NULL && w->number == f->part &&
	    strcmp(w->label, f->in) == 0)
		return 0;
	wa_part_close(w->part);
	w->part = NULL;
	rc = wa_part_open(&w->part, w->repo, f->in, f->part, err);
	(void)snprintf(w->label, sizeof(w->label), "%s", f->in);
	w->number = f->part;
	return rc;
}

/*
 * The data of a frame: what is in front of them in the first is the tar header,
 * what is behind them in the last is padding.
 */
static int
read_frame(struct restore_worker *w, struct restore_task *t,
    const struct restore_item *item, wa_error *err)
{
	const wa_set_file *f = &item->file;
	uint64_t left = f->size - item->chunk * WA_SET_CHUNK;
	size_t length = f->frames[item->chunk], plain = 0, around = 0;
	int rc = open_part(w, f, err);

	t->size = left < WA_SET_CHUNK ? (size_t)left : WA_SET_CHUNK;
	if (item->chunk == f->frame_count - 1)
		around = tar_padding(f->size);
	if (rc == 0 && length > PACKED_ROOM)
		rc = error_set(err, WA_ECORRUPT, "its frame is too long");
	if (rc == 0)
		rc = wa_part_read(w->part, w->packed, length, item->at, err);
	if (rc == 0)
		rc = wa_unpacker_unpack(&plain, w->unpacker, t->plain,
		    PLAIN_ROOM, w->packed, length, err);
	if (rc == 0 &&
	    (plain < t->size + around ||
		(item->chunk > 0 && plain != t->size + around)))
		rc = error_set(err, WA_ECORRUPT,
		    "a frame has %zu bytes, which cannot be", plain);
	if (rc == 0)
		t->data = t->plain + (plain - around - t->size);
	return rc < 0 ?
	    error_in(err, rc, "\"%s\" in backup set \"%s\"", f->path, f->in) :
	    0;
}

/* Mostly there is nothing in its place. */
int
restore_create(int *fd, const char *path, wa_error *err)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

	*fd = open(path, flags, 0600);
	if (*fd < 0 && errno == EEXIST) {
		if (unlink(path) < 0)
			return error_system(
			    err, "could not remove \"%s\"", path);
		*fd = open(path, flags, 0600);
	}
	return *fd < 0 ? error_system(err, "could not create \"%s\"", path) : 0;
}

int
restore_dress(int fd, const wa_set_file *file,
    const struct restore_owner *owner, const char *path, wa_error *err)
{
	struct timespec times[2];

	times[0].tv_nsec = UTIME_OMIT;
	times[0].tv_sec = 0;
	times[1].tv_sec = file->mtime / SECOND;
	times[1].tv_nsec = file->mtime % SECOND;
	if ((owner->uid != geteuid() &&
		fchown(fd, owner->uid, owner->gid) < 0) ||
	    fchmod(fd, file->mode & 0777) < 0 || futimens(fd, times) < 0)
		return error_system(
		    err, "could not set mode, owner or time of \"%s\"", path);
	return 0;
}

static int
write_at(int fd, const uint8_t *p, size_t size, uint64_t at, const char *path,
    wa_error *err)
{
	while (size > 0) {
		ssize_t n = pwrite(fd, p, size, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_system(
			    err, "could not write \"%s\"", path);
		p += n;
		at += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

/* One after the other, for all want the same inode. */
static int
write_chunk(const struct restore_task *t, const struct restore_item *item,
    wa_error *err)
{
	struct restore_big *big = item->big;
	int rc;

	(void)pthread_mutex_lock(&big->writing);
	rc = write_at(big->fd, t->data, t->size, item->chunk * WA_SET_CHUNK,
	    item->to, err);
	(void)pthread_mutex_unlock(&big->writing);
	return rc;
}

static int
check_digest(struct restore_worker *w, const struct restore_task *t,
    const wa_set_file *f, wa_error *err)
{
	char digest[WA_DIGEST_SIZE];

	wa_digest_reset(w->digest);
	wa_digest_add(w->digest, t->data, t->size);
	wa_digest_format(w->digest, digest);
	if (strcmp(digest, f->xxh128) == 0)
		return 0;
	return error_set(err, WA_ECORRUPT,
	    "\"%s\" in backup set \"%s\" is damaged: its digest is %s, not %s",
	    f->path, f->in, digest, f->xxh128);
}

/* Of a file of one chunk: verified before it is written. */
static int
write_small(struct restore_worker *w, struct restore_task *t,
    const struct restore_item *item, wa_error *err)
{
	int fd = -1, rc = check_digest(w, t, &item->file, err);

	if (rc == 0)
		rc = restore_create(&fd, item->to, err);
	if (rc == 0)
		rc = write_at(fd, t->data, t->size, 0, item->to, err);
	if (rc == 0)
		rc = restore_dress(fd, &item->file, &w->owner, item->to, err);
	if (fd >= 0 && close(fd) < 0 && rc == 0)
		rc = error_system(err, "could not write \"%s\"", item->to);
	return rc;
}

static int
write_zeros(const struct restore_worker *w, const struct restore_item *item,
    wa_error *err)
{
	int fd = -1, rc = restore_create(&fd, item->to, err);

	if (rc == 0 && ftruncate(fd, (off_t)item->file.size) < 0)
		rc = error_system(err, "could not write \"%s\"", item->to);
	if (rc == 0)
		rc = restore_dress(fd, &item->file, &w->owner, item->to, err);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

static int
keep(const struct restore_worker *w, const struct restore_item *item,
    wa_error *err)
{
	int fd = open(item->to, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int rc = fd < 0 ?
	    error_system(err, "could not open \"%s\"", item->to) :
	    restore_dress(fd, &item->file, &w->owner, item->to, err);

	if (fd >= 0)
		(void)close(fd);
	return rc;
}

static int
do_item(struct restore_worker *w, struct restore_task *t,
    const struct restore_item *item, wa_error *err)
{
	int rc;

	if (item->way == RESTORE_KEEP)
		return keep(w, item, err);
	if (item->way == RESTORE_ZERO)
		return write_zeros(w, item, err);
	rc = read_frame(w, t, item, err);
	if (rc < 0)
		return rc;
	return item->big == NULL ? write_small(w, t, item, err) :
				   write_chunk(t, item, err);
}

void
restore_write(void *worker, void *task)
{
	struct restore_task *t = task;
	size_t i;

	for (i = 0; i < t->count && t->rc == 0; i++)
		t->rc = do_item(worker, t, t->items[i], &t->err);
}
