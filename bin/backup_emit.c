/* backup_emit.c - what comes out of a backup's threads goes into the set. */
#include "config.h"

#include "backup_emit.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

int
backup_emit_begin(
    struct backup_emit *emit, wa_set_writer *writer, wa_error *err)
{
	memset(emit, 0, sizeof(*emit));
	emit->writer = writer;
	return wa_digest_new(&emit->digest, err);
}

void
backup_emit_end(struct backup_emit *emit)
{
	wa_digest_free(emit->digest);
	free(emit->frames);
}

static int
add_file(struct backup_emit *e, const wa_set_file *file, uint32_t first_bad,
    wa_error *err)
{
	if (file->bad_pages > 0)
		say(LEVEL_WARN,
		    "\"%s\" has %u page%s with a wrong checksum, first page %u",
		    file->path, file->bad_pages,
		    file->bad_pages == 1 ? "" : "s", first_bad);
	e->counts.bad_pages += file->bad_pages;
	return wa_set_add(e->writer, file, err);
}

static int
begin_big(struct backup_emit *e, const struct backup_item *item, wa_error *err)
{
	free(e->frames);
	e->frames = calloc(item->chunks, sizeof(*e->frames));
	if (e->frames == NULL)
		return out_of_memory(err);
	wa_digest_reset(e->digest);
	e->crc = 0;
	e->bad_pages = 0;
	return 0;
}

static int
end_big(struct backup_emit *e, const struct backup_item *item, wa_error *err)
{
	wa_set_file file = item->file;

	file.part = e->part;
	file.at = e->at;
	file.frames = e->frames;
	file.frame_count = item->chunks;
	file.crc32c = e->crc;
	file.bad_pages = e->bad_pages;
	wa_digest_format(e->digest, file.xxh128);
	return add_file(e, &file, e->first_bad, err);
}

/* The digests of the whole are made here, where the chunks are in order. */
static int
add_chunk(struct backup_emit *e, const struct backup_item *item,
    const uint8_t *data, wa_error *err)
{
	int rc = item->chunk == 0 ? begin_big(e, item, err) : 0;

	if (rc < 0)
		return rc;
	wa_digest_add(e->digest, data, item->data);
	e->crc = wa_crc32c(e->crc, data, item->data);
	e->frames[item->chunk] = (uint32_t)item->packed;
	if (e->bad_pages == 0)
		e->first_bad = item->bad[0];
	e->bad_pages += item->file.bad_pages;
	return item->chunk == item->chunks - 1 ? end_big(e, item, err) : 0;
}

static int
add_small(struct backup_emit *e, struct backup_item *item, wa_error *err)
{
	uint32_t frame = (uint32_t)item->packed;

	item->file.part = e->part;
	item->file.at = e->at;
	free((void *)item->file.frames);
	item->file.frames = NULL;
	item->file.frame_count = 0;
	if (item->file.kind == WA_FILE_REGULAR) {
		wa_set_file file = item->file;

		file.frames = &frame;
		file.frame_count = 1;
		return add_file(e, &file, item->bad[0], err);
	}
	return add_file(e, &item->file, 0, err);
}

static int
emit_item(struct backup_emit *e, struct backup_item *item, const uint8_t *frame,
    const uint8_t *data, wa_error *err)
{
	uint32_t part;
	uint64_t at;
	int rc;

	if (item->way == BACKUP_REFER || item->file.kind == WA_FILE_LINK) {
		e->counts.done += item->file.size;
		return add_file(e, &item->file, 0, err);
	}
	if (item->gone) {
		e->counts.gone++;
		return 0;
	}
	e->counts.done += item->data;
	rc = wa_set_append(&part, &at, e->writer, frame, item->packed,
	    item->plain, item->chunk == 0 ? WA_SET_NEW_FILE : 0, err);
	if (rc < 0)
		return rc;
	if (item->chunk == 0) {
		e->part = part;
		e->at = at;
	}
	return item->big == NULL ? add_small(e, item, err) :
				   add_chunk(e, item, data, err);
}

int
backup_emit_task(
    struct backup_emit *emit, struct backup_task *task, wa_error *err)
{
	const uint8_t *frame = task->packed;
	size_t i;
	int rc = 0;

	for (i = 0; i < task->count && rc == 0; i++) {
		rc = emit_item(
		    emit, task->items[i], frame, backup_task_data(task), err);
		frame += task->items[i]->packed;
	}
	return rc;
}
