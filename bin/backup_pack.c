/* backup_pack.c - read files, and make frames of them. */
#include "config.h"

#include "backup_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "tar_header.h"

#define PAGE 8192u
#define RELATION_PAGES 131072u /* blocks of a relation's segment */
#define BAD_MAX (sizeof(((struct backup_item *)0)->bad) / sizeof(uint32_t))

/* The data stand at the same place of the buffer; the header is moved against
 * them. */
#define PLAIN_ROOM (TAR_HEADER_MAX + WA_SET_CHUNK + TAR_BLOCK)
#define PACKED_ITEMS (WA_SET_CHUNK + TAR_HEADER_MAX)

uint8_t *
backup_task_data(struct backup_task *task)
{
	return task->plain + TAR_HEADER_MAX;
}

static size_t
packed_room(const wa_packer *packer)
{
	return wa_packer_bound(packer, PACKED_ITEMS) +
	    BACKUP_ITEMS * wa_packer_bound(packer, 0);
}

int
backup_task_new(
    struct backup_task **out, const wa_packer *packer, wa_error *err)
{
	struct backup_task *task = calloc(1, sizeof(*task));

	if (task == NULL)
		return out_of_memory(err);
	task->plain = malloc(PLAIN_ROOM);
	task->packed = malloc(packed_room(packer));
	if (task->plain == NULL || task->packed == NULL) {
		backup_task_free(task);
		return out_of_memory(err);
	}
	*out = task;
	return 0;
}

void
backup_task_clear(struct backup_task *task)
{
	size_t i;

	for (i = 0; i < task->count; i++)
		backup_item_free(task->items[i]);
	task->count = task->expected = task->used = 0;
	task->rc = 0;
}

void
backup_task_free(struct backup_task *task)
{
	if (task == NULL)
		return;
	backup_task_clear(task);
	free(task->plain);
	free(task->packed);
	free(task);
}

int
backup_worker_begin(struct backup_worker *worker, const wa_config *config,
    uint64_t start_lsn, wa_error *err)
{
	int rc = wa_packer_new(&worker->packer, config, err);

	worker->start_lsn = start_lsn;
	return rc < 0 ? rc : wa_digest_new(&worker->digest, err);
}

void
backup_worker_end(struct backup_worker *worker)
{
	wa_packer_free(worker->packer);
	wa_digest_free(worker->digest);
}

/* Read as far as the file goes: how much, or -1 with errno. */
static int64_t
read_at(int fd, uint8_t *buf, size_t size, uint64_t at)
{
	size_t got = 0;
	ssize_t n;

	while (got < size) {
		n = pread(fd, buf + got, size - got, (off_t)(at + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (int64_t)got;
}

/*
 * A page that is wrong may have been caught in the middle of a write: what
 * a second look finds right was.  (A server that writes it at that very moment
 * will replay it as well.)
 */
static uint32_t
check_pages(struct backup_item *item, const struct backup_worker *w, int fd,
    uint8_t *data, size_t size, uint64_t at)
{
	uint32_t first = item->segment * RELATION_PAGES + (uint32_t)(at / PAGE);
	size_t pages = size / PAGE;
	uint32_t bad[64], count = 0;
	size_t n, i, j;

	n = wa_pages_check(bad, 64, data, pages, first, w->start_lsn);
	for (i = 0; i < n && i < 64; i++) {
		uint8_t *page = data + (size_t)bad[i] * PAGE;
		uint32_t still;
		size_t wrong = 1;

		for (j = 0; j < 3 && wrong > 0; j++)
			wrong = read_at(fd, page, PAGE,
				    at + (uint64_t)bad[i] * PAGE) != PAGE ?
			    0 :
			    wa_pages_check(&still, 1, page, 1, first + bad[i],
				w->start_lsn);
		if (wrong > 0 && count < BAD_MAX)
			item->bad[count] = (uint32_t)(at / PAGE) + bad[i];
		count += wrong > 0;
	}
	return count + (uint32_t)(n > 64 ? n - 64 : 0);
}

/* The whole of a file of one chunk; it may have shrunk, or gone. */
static int
read_small(struct backup_item *item, const struct backup_worker *w,
    uint8_t *data, wa_error *err)
{
	int fd = open(item->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int64_t n;

	if (fd < 0 && errno == ENOENT) {
		item->gone = 1;
		return 0;
	}
	if (fd < 0)
		return error_system(err, "could not open \"%s\"", item->source);
	n = read_at(fd, data, (size_t)item->file.size, 0);
	if (n >= 0 && item->checked)
		item->file.bad_pages =
		    check_pages(item, w, fd, data, (size_t)n, 0);
	if (n < 0)
		(void)error_system(err, "could not read \"%s\"", item->source);
	(void)close(fd);
	if (n < 0)
		return WA_ESYSTEM;
	item->file.size = (uint64_t)n;
	item->data = (size_t)n;
	return 0;
}

/* A chunk.  What the file has lost since is zeros: its truncation is in the
 * WAL. */
static int
read_chunk(struct backup_item *item, const struct backup_worker *w,
    uint8_t *data, wa_error *err)
{
	uint64_t at = item->chunk * WA_SET_CHUNK;
	uint64_t left = item->file.size - at;
	int64_t n;

	item->data = left < WA_SET_CHUNK ? (size_t)left : WA_SET_CHUNK;
	if (item->big->fd < 0)
		return 0;
	n = read_at(item->big->fd, data, item->data, at);
	if (n < 0)
		return error_system(err, "could not read \"%s\"", item->source);
	if (item->checked)
		item->file.bad_pages =
		    check_pages(item, w, item->big->fd, data, (size_t)n, at);
	memset(data + n, 0, item->data - (size_t)n);
	return 0;
}

static int
read_item(struct backup_item *item, const struct backup_worker *w,
    uint8_t *data, wa_error *err)
{
	if (item->big != NULL)
		return read_chunk(item, w, data, err);
	if (item->way == BACKUP_READ)
		return read_small(item, w, data, err);
	item->data = (size_t)item->file.size;
	if (item->way == BACKUP_CONTENT && item->content != NULL)
		memcpy(data, item->content, item->data);
	return 0;
}

/* Of a file of many chunks only the whole has a digest. */
static void
digest_item(
    struct backup_item *item, struct backup_worker *w, const uint8_t *data)
{
	if (item->big != NULL || item->file.kind != WA_FILE_REGULAR)
		return;
	wa_digest_reset(w->digest);
	wa_digest_add(w->digest, data, item->data);
	wa_digest_format(w->digest, item->file.xxh128);
	item->file.crc32c = wa_crc32c(0, data, item->data);
}

/* The tar bytes around the data, then all of them as a frame. */
static int
pack_item(struct backup_item *item, struct backup_worker *w,
    struct backup_task *t, wa_error *err)
{
	uint8_t *data = backup_task_data(t), *begin = data;
	char header[TAR_HEADER_MAX];
	size_t size = 0, padding = 0;
	int rc = 0;

	if (item->chunk == 0)
		rc = tar_header(&size, header, &item->file, err);
	if (rc < 0)
		return rc;
	begin -= size;
	memcpy(begin, header, size);
	if (item->chunk == item->chunks - 1)
		padding = tar_padding(item->file.size);
	memset(data + item->data, 0, padding);
	item->plain = size + item->data + padding;
	rc = wa_packer_pack(&item->packed, w->packer, t->packed + t->used,
	    packed_room(w->packer) - t->used, begin, (size_t)item->plain, err);
	if (rc == 0)
		t->used += item->packed;
	return rc;
}

static int
do_item(struct backup_item *item, struct backup_worker *w,
    struct backup_task *t, wa_error *err)
{
	uint8_t *data = backup_task_data(t);
	int rc;

	if (item->way == BACKUP_REFER || item->file.kind == WA_FILE_LINK)
		return 0;
	rc = read_item(item, w, data, err);
	if (rc < 0 || item->gone)
		return rc;
	digest_item(item, w, data);
	return pack_item(item, w, t, err);
}

void
backup_pack(void *worker, void *task)
{
	struct backup_task *t = task;
	size_t i;

	for (i = 0; i < t->count && t->rc == 0; i++)
		t->rc = do_item(t->items[i], worker, t, &t->err);
}
