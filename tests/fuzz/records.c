/*
 * records.c - records of any bytes, with the lengths, links and checksums they
 * should have, laid out on pages as PostgreSQL does it: the walk finds them
 * all; all but one when a byte of that one's data is another; and most when any
 * byte is.
 */
#include "config.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "fuzz.h"
#include "pg/page.h"
#include "walk_check.h"

#define WAL_MAX (256u << 10)
#define PLACES 4 /* that are damaged, one after the other */

struct made {
	struct wal *wal;
	uint8_t *bytes;
	size_t used, room;
	struct wa_record *list;
	size_t count;
};

/* At the beginning of a page its header comes first; rest bytes of a record
 * are to come. */
static void
page_header(struct made *m, uint32_t rest)
{
	uint64_t address = m->wal->start + m->used;
	uint32_t size = wal_header_size(m->wal, address);
	uint8_t *p = m->bytes + m->used;

	if (m->used % m->wal->block != 0)
		return;
	p[0] = 0x10;
	p[1] = 0xD1;
	p[2] = (uint8_t)((rest > 0 ? WA_PAGE_CONTRECORD : 0) |
	    (size == WA_PAGE_LONG ? WA_PAGE_IS_LONG : 0));
	wa_put_le32(p + 4, 1);
	wa_put_le64(p + 8, address);
	wa_put_le32(p + 16, rest);
	m->used += size;
}

static void
lay_out(struct made *m, const uint8_t *record, uint32_t size)
{
	while (size > 0) {
		size_t n;

		page_header(m, size);
		n = m->wal->block - m->used % m->wal->block;
		if (n > size)
			n = size;
		memcpy(m->bytes + m->used, record, n);
		m->used += n;
		record += n;
		size -= (uint32_t)n;
	}
	m->used = (m->used + 7) & ~(size_t)7;
}

static int
is_switch(const uint8_t *record)
{
	return record[17] == 0 && (record[16] & 0xF0) == 0x40;
}

/* Nothing more is in the segment. */
static void
pass_segment(struct made *m)
{
	uint64_t at = m->wal->start + m->used;

	at = (at + m->wal->segment - 1) / m->wal->segment * m->wal->segment;
	m->used = (size_t)(at - m->wal->start);
}

/* Room for the largest thing that can follow: a record over pages, and the
 * rest of a segment. */
static int
is_full(const struct made *m, size_t size)
{
	return m->used + size * 2 + 2 * m->wal->segment > m->room;
}

static void
make_record(struct made *m, uint8_t *record, uint32_t size)
{
	struct wa_record *r = &m->list[m->count];
	uint64_t prev = m->count == 0 ? 8 : r[-1].lsn;
	uint32_t crc;

	page_header(m, 0);
	wa_put_le32(record, size);
	wa_put_le64(record + 8, prev);
	crc = wa_crc32c(0, record + WA_RECORD_HEADER, size - WA_RECORD_HEADER);
	crc = wa_crc32c(crc, record, WA_RECORD_CRC);
	wa_put_le32(record + WA_RECORD_CRC, crc);
	wa_record_header(r, record);
	r->lsn = m->wal->start + m->used;
	lay_out(m, record, size);
	r->end = m->wal->start + m->used;
	m->count++;
	if (is_switch(record))
		pass_segment(m);
}

/* The input is headers, whose lengths say where the next begins. */
static void
make_wal(struct made *m, struct input *in)
{
	while (in->left >= WA_RECORD_HEADER) {
		size_t size = wa_le32(in->p), step;
		uint8_t *record;

		if (size < WA_RECORD_HEADER || is_switch(in->p))
			size = WA_RECORD_HEADER;
		if (size > in->left)
			size = in->left;
		if (is_full(m, size))
			break;
		record = copy_of(in->p, size);
		make_record(m, record, (uint32_t)size);
		free(record);
		step = (size + 7) & ~(size_t)7;
		if (step > in->left)
			step = in->left;
		in->p += step;
		in->left -= step;
	}
	m->wal->bytes = m->bytes;
	m->wal->size =
	    (m->used + m->wal->block - 1) / m->wal->block * m->wal->block;
}

static void
same_record(const struct wa_record *a, const struct wa_record *b)
{
	must(a->lsn == b->lsn && a->end == b->end && a->prev == b->prev);
	must(a->size == b->size && a->xid == b->xid);
	must(a->info == b->info && a->rmid == b->rmid);
}

/* All of them but the one with the number missing were found. */
static void
compare(const struct made *m, const struct walked *w, size_t missing)
{
	size_t i, found = 0;

	for (i = 0; i < m->count; i++) {
		if (i == missing)
			continue;
		must(found < w->count);
		same_record(&m->list[i], &w->list[found++]);
	}
	must(found == w->count);
	/* Behind the last one there may be zeros. */
	must(w->damages <= (missing < m->count) + 1u);
	must(missing >= m->count || w->damages > 0);
}

static void
walk_over(const struct made *m, size_t missing)
{
	struct walked walked;

	walk(&walked, m->wal, 1);
	compare(m, &walked, missing);
	walk_facts(m->wal, walked.count);
	free(walked.list);
}

/* Where the nth byte of a record's data is; the pages' headers are none. */
static size_t
data_byte(const struct made *m, const struct wa_record *r, uint32_t n)
{
	size_t at = (size_t)(r->lsn - m->wal->start);

	for (n += WA_RECORD_HEADER;; n--) {
		if (at % m->wal->block == 0)
			at += wal_header_size(m->wal, m->wal->start + at);
		if (n == 0)
			return at;
		at++;
	}
}

static void
damage_one(struct made *m, uint32_t which, uint32_t where)
{
	const struct wa_record *r;
	size_t missing;

	if (m->count == 0)
		return;
	missing = which % m->count;
	r = &m->list[missing];
	if (r->size == WA_RECORD_HEADER)
		return;
	m->bytes[data_byte(m, r, where % (r->size - WA_RECORD_HEADER))] ^= 1;
	walk_over(m, missing);
}

static size_t
page_of(const struct made *m, uint64_t lsn)
{
	return (size_t)((lsn - m->wal->start) / m->wal->block);
}

/* The page on which the last record ends that begins on page or before. */
static size_t
end_page(const struct made *m, size_t page)
{
	size_t i, last = page;

	for (i = 0; i < m->count && page_of(m, m->list[i].lsn) <= page; i++)
		last = page_of(m, m->list[i].end - 1);
	return last;
}

/*
 * With another byte at the place, all records before it are found, and all that
 * begin on later pages; but not on the one that ends a record of its page,
 * for bytes may look as if another record ended there.
 */
static void
check_recovery(const struct made *m, const struct walked *w, size_t at)
{
	size_t page = at / m->wal->block, last = end_page(m, page), i, j = 0;

	for (i = 0; i < m->count; i++) {
		const struct wa_record *r = &m->list[i];
		size_t its = page_of(m, r->lsn);

		while (j < w->count && w->list[j].lsn < r->lsn)
			j++;
		if (r->end > m->wal->start + at && (its <= page || its == last))
			continue;
		must(j < w->count);
		same_record(r, &w->list[j]);
	}
}

static void
damage_any(struct made *m, uint32_t where, uint8_t bits)
{
	struct walked walked;
	size_t at;

	if (m->used == 0)
		return;
	at = where % m->used;
	m->bytes[at] ^= bits;
	walk(&walked, m->wal, 1);
	check_recovery(m, &walked, at);
	free(walked.list);
	m->bytes[at] ^= bits;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct wal wal = wal_from(&in);
	uint32_t which = (uint32_t)take_number(&in, 2);
	uint32_t where = (uint32_t)take_number(&in, 3);
	struct made m = { &wal, NULL, 0, WAL_MAX + 2 * wal.segment, NULL, 0 };
	uint32_t i;

	wal.patience = 0;
	m.bytes = calloc(1, m.room);
	m.list = calloc(in.left / WA_RECORD_HEADER + 1, sizeof(*m.list));
	must(m.bytes != NULL && m.list != NULL);
	make_wal(&m, &in);
	walk_over(&m, SIZE_MAX);
	for (i = 0; i < PLACES; i++)
		damage_any(&m, where * (2 * i + 1), (uint8_t)(which | 1));
	damage_one(&m, which, where);
	free(m.list);
	free(m.bytes);
	return 0;
}
