/* remote_pages.c - one frame is kept, with its MiB of pages. */
#include "config.h"

#include "remote_pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"
#include "tar_header.h"

#define PLAIN_ROOM (TAR_HEADER_MAX + WA_SET_CHUNK + TAR_BLOCK)
#define PACKED_ROOM (PLAIN_ROOM + (PLAIN_ROOM >> 4))
#define NONE SIZE_MAX

struct remote_pages {
	wa_repo *repo;
	wa_unpacker *unpacker;
	uint8_t *plain, *packed;
	wa_part *part;
	char label[WA_SET_LABEL_SIZE]; /* of the part's set */
	uint32_t number;
	const wa_set_file *file;
	size_t frame; /* that is in plain, or NONE */
	const uint8_t *data;
};

int
remote_pages_open(struct remote_pages **out, wa_repo *repo, wa_error *err)
{
	struct remote_pages *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return out_of_memory(err);
	p->repo = repo;
	p->plain = malloc(PLAIN_ROOM);
	p->packed = malloc(PACKED_ROOM);
	rc = p->plain == NULL || p->packed == NULL ?
	    out_of_memory(err) :
	    wa_unpacker_new(&p->unpacker, err);
	if (rc == 0)
		*out = p;
	else
		remote_pages_close(p);
	return rc;
}

void
remote_pages_close(struct remote_pages *pages)
{
	if (pages == NULL)
		return;
	wa_part_close(pages->part);
	wa_unpacker_free(pages->unpacker);
	free(pages->plain);
	free(pages->packed);
	free(pages);
}

void
remote_pages_of(struct remote_pages *pages, const wa_set_file *file)
{
	pages->file = file;
	pages->frame = NONE;
}

static int
open_part(struct remote_pages *p, wa_error *err)
{
	const wa_set_file *f = p->file;
	int rc;

	if (p->part != NULL && p->number == f->part &&
	    strcmp(p->label, f->in) == 0)
		return 0;
	wa_part_close(p->part);
	p->part = NULL;
	rc = wa_part_open(&p->part, p->repo, f->in, f->part, err);
	(void)snprintf(p->label, sizeof(p->label), "%s", f->in);
	p->number = f->part;
	return rc;
}

/* The frame in packed, as restore_write.c has it: data may have a tar header in
 * front, and padding behind. */
static int
unpack(struct remote_pages *p, size_t frame, size_t length, wa_error *err)
{
	const wa_set_file *f = p->file;
	uint64_t left = f->size - (uint64_t)frame * WA_SET_CHUNK;
	size_t size = left < WA_SET_CHUNK ? (size_t)left : WA_SET_CHUNK;
	size_t around = left <= WA_SET_CHUNK ? tar_padding(f->size) : 0;
	size_t plain = 0;
	int rc = wa_unpacker_unpack(
	    &plain, p->unpacker, p->plain, PLAIN_ROOM, p->packed, length, err);

	if (rc < 0)
		return rc;
	if (plain < size + around || (frame > 0 && plain != size + around))
		return error_set(err, WA_ECORRUPT,
		    "a frame has %zu bytes, which cannot be", plain);
	p->data = p->plain + (plain - around - size);
	p->frame = frame;
	return 0;
}

static int
load(struct remote_pages *p, size_t frame, wa_error *err)
{
	const wa_set_file *f = p->file;
	uint64_t at = f->at;
	size_t i;
	int rc = open_part(p, err);

	p->frame = NONE;
	for (i = 0; i < frame && i < f->frame_count; i++)
		at += f->frames[i];
	if (rc == 0 && frame >= f->frame_count)
		rc = error_set(err, WA_ECORRUPT, "it has too few frames");
	if (rc == 0 && f->frames[frame] > PACKED_ROOM)
		rc = error_set(err, WA_ECORRUPT, "its frame is too long");
	if (rc == 0)
		rc =
		    wa_part_read(p->part, p->packed, f->frames[frame], at, err);
	if (rc == 0)
		rc = unpack(p, frame, f->frames[frame], err);
	if (rc == 0)
		return 0;
	rc = error_in(err, rc, "\"%s\" in backup set \"%s\"", f->path, f->in);
	error_hint(err, "Use --type=full to do without that set.");
	return rc;
}

int
remote_pages_get(const void **page, struct remote_pages *pages, uint32_t block,
    wa_error *err)
{
	static const uint8_t zeros[REMOTE_PAGE];
	uint64_t at = (uint64_t)block * REMOTE_PAGE;
	size_t frame = (size_t)(at / WA_SET_CHUNK);
	int rc = 0;

	if (pages->file->size < at + REMOTE_PAGE) {
		*page = zeros;
		return 0;
	}
	if (frame != pages->frame)
		rc = load(pages, frame, err);
	if (rc == 0)
		*page = pages->data + at % WA_SET_CHUNK;
	return rc;
}
