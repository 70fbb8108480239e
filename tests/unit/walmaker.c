/* walmaker.c - WAL made record by record. */
#include "config.h"

#include "walmaker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "pg/page.h"
#include "pg/record.h"

#define EPOCH INT64_C(946684800000000) /* 2000-01-01 in microseconds */
#define LAST_WITH_EMPTY_PAGES 0xD097   /* PostgreSQL 10 */

void
chain_begin(struct chain *c, const struct wal *w)
{
	memset(c, 0, sizeof(*c));
	c->wal = *w;
	c->start = w->number * w->size;
	c->prev = c->start - 64;
	c->random = w->seed;
}

void
chain_copy(struct chain *c, const struct chain *from)
{
	*c = *from;
	c->data = malloc(c->room);
	if (c->data == NULL)
		abort();
	memcpy(c->data, from->data, c->at);
}

void
chain_free(struct chain *c)
{
	free(c->data);
	c->data = NULL;
}

static size_t
header_size(const struct chain *c, size_t at)
{
	return at % c->wal.size == 0 ? WA_PAGE_LONG : WA_PAGE_SHORT;
}

uint64_t
chain_end(const struct chain *c)
{
	return c->start + c->at;
}

uint64_t
chain_next(const struct chain *c)
{
	return chain_end(c) +
	    (c->at % c->wal.block == 0 ? header_size(c, c->at) : 0);
}

uint8_t *
chain_byte(const struct chain *c, uint64_t lsn)
{
	return c->data + (lsn - c->start);
}

/* The header of the page at c->at, for which memory is got. */
static void
begin_page(struct chain *c, uint32_t rest, unsigned flags)
{
	const struct wal *w = &c->wal;
	size_t size = header_size(c, c->at);
	uint8_t *p;

	if (c->at + w->block > c->room) {
		c->room = 2 * c->room + w->block;
		c->data = realloc(c->data, c->room);
		if (c->data == NULL)
			abort();
	}
	p = c->data + c->at;
	memset(p, 0, w->block);
	if (rest > 0)
		flags |= WA_PAGE_CONTRECORD;
	if (size == WA_PAGE_LONG)
		flags |= WA_PAGE_IS_LONG;
	p[0] = (uint8_t)w->magic;
	p[1] = (uint8_t)(w->magic >> 8);
	p[2] = (uint8_t)flags;
	wa_put_le32(p + 4, w->timeline);
	wa_put_le64(p + 8, chain_end(c));
	wa_put_le32(p + 16, rest);
	if (size == WA_PAGE_LONG) {
		wa_put_le64(p + 24, w->system);
		wa_put_le32(p + 32, w->size);
		wa_put_le32(p + 36, w->block);
	}
	c->at += size;
}

/* Over as many pages as it takes, and the padding behind it. */
static void
put(struct chain *c, const uint8_t *record, size_t size)
{
	size_t done = 0, n;

	while (done < size) {
		if (c->at % c->wal.block == 0)
			begin_page(
			    c, done > 0 ? (uint32_t)(size - done) : 0, 0);
		n = c->wal.block - c->at % c->wal.block;
		if (n > size - done)
			n = size - done;
		memcpy(c->data + c->at, record + done, n);
		c->at += (n + 7) & ~(size_t)7;
		done += n;
	}
}

static void
put_checksum(uint8_t *record, size_t size)
{
	uint32_t crc = wa_crc32c_portable(
	    0, record + WA_RECORD_HEADER, size - WA_RECORD_HEADER);

	wa_put_le32(record + WA_RECORD_CRC,
	    wa_crc32c_portable(crc, record, WA_RECORD_CRC));
}

uint64_t
chain_record(struct chain *c, uint8_t rmid, uint8_t info, uint32_t xid,
    const void *body, size_t size)
{
	uint8_t *record = calloc(1, WA_RECORD_HEADER + size);
	uint64_t lsn;

	if (record == NULL)
		abort();
	wa_put_le32(record, (uint32_t)(WA_RECORD_HEADER + size));
	wa_put_le32(record + 4, xid);
	wa_put_le64(record + 8, c->prev);
	record[16] = info;
	record[17] = rmid;
	if (size > 0)
		memcpy(record + WA_RECORD_HEADER, body, size);
	put_checksum(record, WA_RECORD_HEADER + size);
	lsn = chain_next(c);
	put(c, record, WA_RECORD_HEADER + size);
	free(record);
	c->before = c->prev;
	c->prev = lsn;
	return lsn;
}

uint64_t
chain_data(struct chain *c, uint8_t rmid, uint8_t info, uint32_t xid,
    const void *data, size_t size)
{
	size_t header = size < 256 ? 2 : 5;
	uint8_t *body = malloc(header + size);
	uint64_t lsn;

	if (body == NULL)
		abort();
	body[0] = size < 256 ? 255 : 254;
	if (size < 256)
		body[1] = (uint8_t)size;
	else
		wa_put_le32(body + 1, (uint32_t)size);
	memcpy(body + header, data, size);
	lsn = chain_record(c, rmid, info, xid, body, header + size);
	free(body);
	return lsn;
}

/* Half of them compress. */
uint64_t
chain_noise(struct chain *c, size_t size)
{
	uint64_t seed = next_random(&c->random), lsn;
	size_t body = size - WA_RECORD_HEADER, header = body < 258 ? 2 : 5;
	uint8_t *p;

	if (body == 0)
		return chain_record(c, WA_RM_XLOG, NO_OPERATION, 0, NULL, 0);
	p = calloc(1, body + 8);
	if (p == NULL)
		abort();
	p[0] = header == 2 ? 255 : 254;
	p[1] = (uint8_t)(body - header);
	if (header == 5)
		wa_put_le32(p + 1, (uint32_t)(body - header));
	fill_random(p + header,
	    seed % 2 == 0 ? body - header : (body - header) / 8, seed);
	lsn = chain_record(c, WA_RM_XLOG, NO_OPERATION, 0, p, body);
	free(p);
	return lsn;
}

static uint64_t
put_xact(struct chain *c, uint8_t info, uint32_t xid, int64_t time)
{
	uint8_t data[8];

	wa_put_le64(data, (uint64_t)(time - EPOCH));
	return chain_data(c, WA_RM_XACT, info, xid, data, sizeof(data));
}

uint64_t
chain_commit(struct chain *c, uint32_t xid, int64_t time)
{
	return put_xact(c, 0x00, xid, time);
}

uint64_t
chain_abort(struct chain *c, uint32_t xid, int64_t time)
{
	return put_xact(c, 0x20, xid, time);
}

uint64_t
chain_point(struct chain *c, const char *name, int64_t time)
{
	uint8_t data[8 + 64] = { 0 };

	wa_put_le64(data, (uint64_t)(time - EPOCH));
	memcpy(data + 8, name, strnlen(name, 63));
	return chain_data(c, WA_RM_XLOG, RESTORE_POINT, 0, data, sizeof(data));
}

uint64_t
chain_checkpoint(struct chain *c, uint64_t redo, int64_t time)
{
	size_t at =
	    wa_format_of(wa_page_version(c->wal.magic))->checkpoint_time;
	uint8_t data[88] = { 0 };

	wa_put_le64(data, redo);
	wa_put_le32(data + 8, c->wal.timeline);
	wa_put_le32(data + 12, c->wal.timeline);
	wa_put_le64(data + at, (uint64_t)(time / 1000000));
	return chain_data(c, WA_RM_XLOG, 0x10, 0, data, sizeof(data));
}

/* Bytes that records can have up to the offset. */
static size_t
usable(const struct chain *c, size_t to)
{
	size_t at = c->at, n = 0, end;

	for (; at < to; at = end) {
		end = (at / c->wal.block + 1) * c->wal.block;
		if (end > to)
			end = to;
		if (at % c->wal.block == 0)
			at += header_size(c, at);
		n += end - at;
	}
	return n;
}

void
chain_to(struct chain *c, uint64_t lsn)
{
	size_t left, size;

	while ((left = usable(c, lsn - c->start)) > 0) {
		uint64_t random = next_random(&c->random);

		size = 30 + random % (random >> 40 & 7 ? 300 : LARGEST_NOISE);
		if (left < size + 72)
			size = left <= LARGEST_NOISE ? left : left / 16 * 8;
		if (size < WA_RECORD_HEADER)
			abort();
		chain_noise(c, size);
	}
}

void
chain_finish(struct chain *c)
{
	size_t rest = c->at % c->wal.size;

	if (rest != 0)
		chain_to(c, chain_end(c) - rest + c->wal.size);
}

uint64_t
chain_switch(struct chain *c)
{
	uint64_t lsn = chain_record(c, WA_RM_XLOG, SWITCH, 0, NULL, 0);
	size_t block = c->wal.block;

	c->at = (c->at + block - 1) / block * block;
	for (; c->at % c->wal.size != 0;
	     c->at = (c->at + block - 1) / block * block) {
		begin_page(c, 0, 0);
		if (c->wal.magic > LAST_WITH_EMPTY_PAGES)
			memset(c->data + c->at / block * block, 0, block);
	}
	return lsn;
}

void
chain_crash(struct chain *c, unsigned flags)
{
	size_t block = c->wal.block;
	size_t page = (c->prev - c->start) / block + 1;

	c->at = page * block;
	c->prev = c->before;
	begin_page(c, 0, flags);
}

void
chain_seal(struct chain *c, uint64_t lsn, uint32_t size)
{
	put_checksum(chain_byte(c, lsn), size);
}

const char *
chain_name(const struct chain *c, uint64_t number)
{
	struct wal w = c->wal;

	w.number = number;
	return wal_name(&w);
}

const char *
chain_file(const struct chain *c, uint64_t number, const char *suffix)
{
	size_t begin = number * c->wal.size - c->start;
	uint8_t *segment = calloc(1, c->wal.size);
	char name[64];
	const char *path;

	if (segment == NULL || begin >= c->at)
		abort();
	memcpy(segment, c->data + begin,
	    c->at - begin < c->wal.size ? c->at - begin : c->wal.size);
	(void)snprintf(
	    name, sizeof(name), "pg_wal/%s%s", chain_name(c, number), suffix);
	(void)mkdir(path_of("pg_wal"), 0700);
	path = path_of(name);
	file_put(path, segment, c->wal.size);
	free(segment);
	return path;
}
