/* record.c - the header and the parts of a WAL record. */
#include "config.h"

#include "pg/record.h"

#include <string.h>

#include "base/bytes.h"

/* Ids in the place of a block's (access/xlogrecord.h). */
#define ID_DATA_SHORT 255
#define ID_DATA_LONG 254
#define ID_ORIGIN 253
#define ID_TOP_XID 252

#define SAME_RELATION 0x80 /* BKPBLOCK_SAME_REL */
#define HAS_HOLE 0x01      /* BKPIMAGE_HAS_HOLE */

void
wa_record_header(struct wa_record *out, const uint8_t *header)
{
	out->size = wa_le32(header);
	out->xid = wa_le32(header + 4);
	out->prev = wa_le64(header + 8);
	out->info = header[16];
	out->rmid = header[17];
}

/* A record's head, read from one end to the other. */
struct head {
	const uint8_t *p;
	size_t left;
	size_t body; /* bytes that its headers announce behind them */
};

/* The next n bytes, or NULL. */
static const uint8_t *
take(struct head *h, size_t n)
{
	const uint8_t *p = h->p;

	if (h->left < n)
		return NULL;
	h->p += n;
	h->left -= n;
	return p;
}

static int
take_image(struct wa_block *b, struct head *h, const struct wa_format *format)
{
	const uint8_t *p = take(h, 5);

	if (p == NULL)
		return -1;
	b->image_size = wa_le16(p);
	h->body += b->image_size;
	b->hole_offset = wa_le16(p + 2);
	b->image_info = p[4];
	if ((b->image_info & HAS_HOLE) == 0 ||
	    (b->image_info & format->image_compressed) == 0)
		return 0;
	p = take(h, 2);
	if (p == NULL)
		return -1;
	b->hole_size = wa_le16(p);
	return 0;
}

/* One block's header behind its id; last is the block before it, or NULL. */
static int
take_block(struct wa_block *b, const struct wa_block *last, struct head *h,
    const struct wa_format *format)
{
	const uint8_t *p = take(h, 3);

	if (p == NULL)
		return -1;
	b->flags = p[0];
	b->fork = b->flags & 0x0F;
	h->body += wa_le16(p + 1);
	if ((b->flags & WA_BLOCK_IMAGE) != 0 && take_image(b, h, format) < 0)
		return -1;
	if ((b->flags & SAME_RELATION) != 0) {
		if (last == NULL)
			return -1;
		b->tablespace = last->tablespace;
		b->database = last->database;
		b->relation = last->relation;
	} else {
		p = take(h, 12);
		if (p == NULL)
			return -1;
		b->tablespace = wa_le32(p);
		b->database = wa_le32(p + 4);
		b->relation = wa_le32(p + 8);
	}
	p = take(h, 4);
	if (p == NULL)
		return -1;
	b->number = wa_le32(p);
	return 0;
}

static int
add_block(struct wa_parts *parts, uint8_t id, struct head *h,
    const struct wa_format *format)
{
	struct wa_block *b = &parts->blocks[parts->count];

	if (id >= WA_RECORD_BLOCKS ||
	    (parts->count > 0 && id <= b[-1].id)) /* they ascend */
		return -1;
	memset(b, 0, sizeof(*b));
	b->id = id;
	if (take_block(b, parts->count > 0 ? b - 1 : NULL, h, format) < 0)
		return -1;
	parts->count++;
	return 0;
}

/* The headers end with that of the main data: 1; 0: go on. */
static int
take_part(
    struct wa_parts *parts, struct head *h, const struct wa_format *format)
{
	const uint8_t *id = take(h, 1), *p;

	if (id == NULL)
		return -1;
	switch (*id) {
	case ID_DATA_SHORT:
		p = take(h, 1);
		parts->data_size = p == NULL ? 0 : *p;
		return p == NULL ? -1 : 1;
	case ID_DATA_LONG:
		p = take(h, 4);
		parts->data_size = p == NULL ? 0 : wa_le32(p);
		return p == NULL ? -1 : 1;
	case ID_ORIGIN:
		return take(h, 2) == NULL ? -1 : 0;
	case ID_TOP_XID:
		p = take(h, 4);
		parts->top_xid = p == NULL ? 0 : wa_le32(p);
		return p == NULL ? -1 : 0;
	default:
		return add_block(parts, *id, h, format);
	}
}

/* Behind the headers come the blocks' images and data, then the main data,
 * which is the last of the record. */
int
wa_record_parts(struct wa_parts *out, const struct wa_record *record,
    const struct wa_format *format)
{
	struct head h = { record->head + WA_RECORD_HEADER,
		record->head_size - WA_RECORD_HEADER, 0 };
	int rc = 0;

	out->count = 0;
	out->top_xid = out->data_size = 0;
	while (rc == 0 && (size_t)(h.p - record->head) + h.body < record->size)
		if ((rc = take_part(out, &h, format)) < 0)
			return -1;
	if ((size_t)(h.p - record->head) + h.body + out->data_size !=
	    record->size)
		return -1;
	out->data_offset = record->size - out->data_size;
	return 0;
}

const uint8_t *
wa_record_data(size_t *size, const struct wa_record *record,
    const struct wa_format *format)
{
	struct wa_parts parts;

	if (wa_record_parts(&parts, record, format) < 0 ||
	    record->head_size < record->size)
		return NULL;
	*size = parts.data_size;
	return record->head + parts.data_offset;
}
