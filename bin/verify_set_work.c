/* verify_set_work.c - decode the files of a backup, and its parts. */
#include "config.h"

#include "verify_set_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"
#include "process.h"
#include "tar_header.h"

#define PLAIN_ROOM (TAR_HEADER_MAX + WA_SET_CHUNK + TAR_BLOCK)
#define PACKED_ROOM (PLAIN_ROOM + (PLAIN_ROOM >> 4))

int
verify_set_worker_open(struct verify_set_worker *worker,
    const wa_config *config, struct rate *rate, atomic_uint_fast64_t *read,
    wa_error *err)
{
	int rc;

	memset(worker, 0, sizeof(*worker));
	worker->rate = rate;
	worker->read = read;
	worker->packed = malloc(PACKED_ROOM);
	worker->plain = malloc(PLAIN_ROOM);
	if (worker->packed == NULL || worker->plain == NULL)
		return out_of_memory(err);
	rc = wa_repo_open(&worker->repo, config, err);
	if (rc == 0)
		rc = wa_unpacker_new(&worker->unpacker, err);
	if (rc == 0)
		rc = wa_digest_new(&worker->digest, err);
	return rc;
}

void
verify_set_worker_close(struct verify_set_worker *worker)
{
	wa_part_close(worker->part);
	wa_unpacker_free(worker->unpacker);
	wa_digest_free(worker->digest);
	wa_repo_close(worker->repo);
	free(worker->packed);
	free(worker->plain);
}

int
verify_set_task_add(
    struct verify_set_task *task, const wa_set_file *file, wa_error *err)
{
	struct verify_set_file *to = &task->files[task->count];
	size_t size = file->frame_count * sizeof(*file->frames);
	uint32_t *frames = malloc(size + 1);

	to->file = *file;
	to->file.path = strdup(file->path);
	to->file.in = strdup(file->in);
	to->file.frames = frames;
	to->file.to = to->file.user = to->file.group = NULL;
	task->count++;
	if (to->file.path == NULL || to->file.in == NULL || frames == NULL)
		return out_of_memory(err);
	if (size > 0)
		memcpy(frames, file->frames, size);
	task->bytes += file->size;
	return 0;
}

void
verify_set_task_clear(struct verify_set_task *task)
{
	size_t i;

	for (i = 0; i < task->count; i++) {
		free((void *)(uintptr_t)task->files[i].file.path);
		free((void *)(uintptr_t)task->files[i].file.in);
		free((void *)(uintptr_t)task->files[i].file.frames);
	}
	task->count = 0;
	task->bytes = 0;
	task->part = 0;
}

static int
open_part(struct verify_set_worker *w, const wa_set_file *f, wa_error *err)
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

/* In front of the data of the first frame is a header, behind those of the last
 * there is padding. */
static int
add_frame(struct verify_set_worker *w, const wa_set_file *f, size_t i,
    uint64_t at, wa_error *err)
{
	uint64_t left = f->size - i * (uint64_t)WA_SET_CHUNK;
	size_t data = left < WA_SET_CHUNK ? (size_t)left : WA_SET_CHUNK;
	size_t length = f->frames[i], plain = 0, behind = 0;
	int rc = 0;

	if (i + 1 == f->frame_count)
		behind = (TAR_BLOCK - f->size % TAR_BLOCK) % TAR_BLOCK;
	if (length > PACKED_ROOM)
		rc = error_set(err, WA_ECORRUPT, "its frame is too long");
	if (rc == 0)
		rc = wa_part_read(w->part, w->packed, length, at, err);
	if (rc == 0)
		rc = wa_unpacker_unpack(&plain, w->unpacker, w->plain,
		    PLAIN_ROOM, w->packed, length, err);
	if (rc == 0 &&
	    (plain < data + behind || (i > 0 && plain != data + behind)))
		rc = error_set(err, WA_ECORRUPT,
		    "a frame has %zu bytes, which cannot be", plain);
	if (rc == 0)
		wa_digest_add(
		    w->digest, w->plain + (plain - behind - data), data);
	return rc;
}

static int
check_file(struct verify_set_worker *w, const wa_set_file *f, wa_error *err)
{
	uint64_t chunks = (f->size + WA_SET_CHUNK - 1) / WA_SET_CHUNK;
	char digest[WA_DIGEST_SIZE];
	uint64_t at = f->at;
	size_t i;
	int rc = open_part(w, f, err);

	if (rc == 0 && f->frame_count != (chunks == 0 ? 1 : chunks))
		rc = error_set(err, WA_ECORRUPT,
		    "the manifest does not have as many frames as it needs");
	wa_digest_reset(w->digest);
	for (i = 0; rc == 0 && i < f->frame_count; i++) {
		rate_wait(w->rate);
		rc = process_signal() != 0 ? WA_EINTERRUPTED :
					     add_frame(w, f, i, at, err);
		at += f->frames[i];
		rate_spend(w->rate, f->frames[i]);
		atomic_fetch_add(w->read, f->frames[i]);
	}
	if (rc < 0)
		return rc;
	wa_digest_format(w->digest, digest);
	return strcmp(digest, f->xxh128) == 0 ?
	    0 :
	    error_set(err, WA_ECORRUPT,
		"its content is not what was backed up: its digest is %s, "
		"not %s",
		digest, f->xxh128);
}

static int
check_part(
    struct verify_set_worker *w, const struct verify_set_task *t, wa_error *err)
{
	wa_part *part = NULL;
	uint64_t size = 0;
	int rc = wa_part_open(&part, w->repo, t->label, t->part, err);

	if (rc == 0)
		size = wa_part_size(part);
	wa_part_close(part);
	rate_wait(w->rate);
	if (rc == 0 && process_signal() != 0)
		return WA_EINTERRUPTED;
	if (rc == 0)
		rc = wa_part_check(w->repo, t->label, t->part, err);
	rate_spend(w->rate, size);
	atomic_fetch_add(w->read, size);
	return rc;
}

void
verify_set_work(void *worker, void *task)
{
	struct verify_set_task *t = task;
	size_t i;

	for (i = 0; i < t->count; i++) {
		struct verify_set_file *f = &t->files[i];

		f->rc = process_signal() != 0 ?
		    WA_EINTERRUPTED :
		    check_file(worker, &f->file, &f->err);
	}
	t->rc = t->part == 0 ? 0 : check_part(worker, t, &t->err);
}
