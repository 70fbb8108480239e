/* walk.c - from record to record, through pages and segments. */
#include "config.h"

#include "pg/walk.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "pg/page.h"

#define XLOG_SWITCH 0x40 /* of WA_RM_XLOG */

/* A page of the walk: its bytes, and where in it we are. */
struct page {
	const uint8_t *data;
	uint64_t lsn;
	uint32_t at, size;
};

static uint32_t
aligned(uint32_t n)
{
	return (n + 7) & ~(uint32_t)7;
}

void
wa_walk_begin(struct wa_walk *w, const struct wa_format *format,
    uint32_t segment_size, uint32_t block_size, uint64_t lsn,
    const struct wa_walk_sink *sink)
{
	memset(w, 0, offsetof(struct wa_walk, head));
	w->state = WA_WALK_SEEK;
	w->lsn = lsn;
	w->format = format;
	w->sink = *sink;
	w->segment_size = segment_size;
	w->block_size = block_size;
}

/*
 * Nothing valid is at lsn.  What follows in the wake of one damage is not told
 * again.
 */
static void
damaged(
    struct wa_walk *w, uint64_t lsn, const char *why, enum wa_walk_state then)
{
	w->state = then;
	if (!w->doubt && w->sink.damage(w->sink.arg, lsn, why) != 0)
		w->state = WA_WALK_ENDED;
	w->doubt = 1;
	w->failures++;
	if (then == WA_WALK_SEEK)
		w->last = 0;
}

/* What is wrong with a record's header, or NULL. */
static const char *
misfit(const struct wa_walk *w, const struct wa_record *r)
{
	if (r->size < WA_RECORD_HEADER || r->size > WA_RECORD_MAX)
		return "record length";
	if (w->last != 0 && r->prev != w->last)
		return "link to the record before";
	return NULL;
}

/* The record is whole, its CRC is as it says. */
static void
whole(struct wa_walk *w, const struct wa_xact *xact)
{
	const struct wa_record *r = &w->record;

	w->doubt = 0;
	w->last = r->lsn;
	w->end = r->end;
	w->state = WA_WALK_BETWEEN;
	if (r->rmid == WA_RM_XLOG && (r->info & 0xF0) == XLOG_SWITCH)
		w->state = WA_WALK_SWITCHED;
	w->sink.record(w->sink.arg, r, xact);
}

/* A record of which nothing lies on another page. */
static void
on_one_page(struct wa_walk *w, struct page *page)
{
	struct wa_record *r = &w->record;
	const uint8_t *p = page->data + page->at;
	struct wa_xact *xact = NULL;
	uint32_t crc;

	r->head = p;
	r->head_size = r->size;
	r->end = r->lsn + aligned(r->size);
	page->at += aligned(r->size);
	crc = wa_crc32c(0, p + WA_RECORD_HEADER, r->size - WA_RECORD_HEADER);
	crc = wa_crc32c(crc, p, WA_RECORD_CRC);
	if (crc != wa_le32(p + WA_RECORD_CRC)) {
		damaged(w, r->lsn, "record checksum", WA_WALK_BETWEEN);
		w->last = r->lsn;
		return;
	}
	if (r->rmid == WA_RM_XACT) {
		wa_xact_begin(&w->xact, w->format, r->info, r->xid);
		wa_xact_add(
		    &w->xact, p + WA_RECORD_HEADER, r->size - WA_RECORD_HEADER);
		if (w->xact.kind != WA_XACT_NONE)
			xact = &w->xact;
	}
	whole(w, xact);
}

/* A record that spans pages has its header together. */
static void
header_complete(struct wa_walk *w)
{
	struct wa_record *r = &w->record;
	const char *why;

	wa_record_header(r, w->head);
	why = misfit(w, r);
	if (why != NULL) {
		damaged(w, r->lsn, why, WA_WALK_SEEK);
		return;
	}
	wa_xact_begin(&w->xact, w->format, r->info, r->xid);
	if (r->rmid != WA_RM_XACT)
		w->xact.kind = WA_XACT_NONE;
}

/* The next n bytes of a record that spans pages. */
static void
consume(struct wa_walk *w, const uint8_t *p, uint32_t n)
{
	uint32_t head = 0;

	if (w->have < WA_RECORD_HEAD) {
		head = WA_RECORD_HEAD - w->have;
		memcpy(w->head + w->have, p, head < n ? head : n);
	}
	if (w->have < WA_RECORD_HEADER) {
		head = WA_RECORD_HEADER - w->have;
		if (head > n)
			head = n;
		w->have += head;
		p += head;
		n -= head;
		if (w->have == WA_RECORD_HEADER)
			header_complete(w);
	}
	if (w->state != WA_WALK_INSIDE)
		return;
	w->crc = wa_crc32c(w->crc, p, n);
	if (w->xact.kind != WA_XACT_NONE)
		wa_xact_add(&w->xact, p, n);
	w->have += n;
}

static void
span_complete(struct wa_walk *w, uint64_t end)
{
	struct wa_record *r = &w->record;
	uint32_t crc = wa_crc32c(w->crc, w->head, WA_RECORD_CRC);

	r->head = w->head;
	r->head_size = r->size < WA_RECORD_HEAD ? r->size : WA_RECORD_HEAD;
	r->end = end;
	if (crc != wa_le32(w->head + WA_RECORD_CRC)) {
		damaged(w, r->lsn, "record checksum", WA_WALK_BETWEEN);
		w->last = r->lsn;
		return;
	}
	whole(w, w->xact.kind != WA_XACT_NONE ? &w->xact : NULL);
}

/* As much of the record under way as the page has. */
static void
go_on(struct wa_walk *w, struct page *page)
{
	uint32_t n = w->size - w->have;

	if (n > page->size - page->at)
		n = page->size - page->at;
	consume(w, page->data + page->at, n);
	page->at += aligned(n);
	if (w->state == WA_WALK_INSIDE && w->have == w->size)
		span_complete(w, page->lsn + page->at);
}

/* Records are aligned to 8, so the length is never cut. */
static void
next_record(struct wa_walk *w, struct page *page)
{
	struct wa_record *r = &w->record;
	uint32_t left = page->size - page->at;
	const char *why = NULL;

	r->lsn = page->lsn + page->at;
	r->size = wa_le32(page->data + page->at);
	if (left >= WA_RECORD_HEADER)
		wa_record_header(r, page->data + page->at);
	else
		r->prev = w->last;
	why = misfit(w, r);
	if (why != NULL) {
		damaged(w, r->lsn, why, WA_WALK_SEEK);
		return;
	}
	if (r->size <= left) {
		on_one_page(w, page);
		return;
	}
	w->state = WA_WALK_INSIDE;
	w->open = r->lsn;
	w->size = r->size;
	w->have = w->crc = 0;
	go_on(w, page);
}

/* Where the record that the page begins inside of ends; behind the page's end
 * when it does not end there. */
static void
seek(struct wa_walk *w, struct page *page, uint32_t rest)
{
	if (rest > page->size - page->at) {
		page->at = page->size;
		return;
	}
	page->at += aligned(rest);
	w->state = WA_WALK_BETWEEN;
}

/* The page's header must agree with what is under way. */
static void
enter(struct wa_walk *w, struct page *page, const struct wa_page *header)
{
	uint32_t rest =
	    (header->info & WA_PAGE_CONTRECORD) != 0 ? header->rest : 0;

	page->at = (header->info & WA_PAGE_IS_LONG) != 0 ? WA_PAGE_LONG :
							   WA_PAGE_SHORT;
	if (w->state == WA_WALK_SWITCHED && page->lsn % w->segment_size == 0)
		w->state = WA_WALK_BETWEEN;
	if (w->state == WA_WALK_BETWEEN && w->doubt)
		w->last = 0; /* a wrong length led here, perhaps */
	if (w->state == WA_WALK_INSIDE &&
	    (header->info & w->format->overwrite) != 0)
		w->state = WA_WALK_BETWEEN; /* a crash cut the record */
	else if (w->state == WA_WALK_INSIDE && rest != w->size - w->have)
		damaged(w, w->open, "record is not continued", WA_WALK_SEEK);
	else if (w->state == WA_WALK_BETWEEN && rest != 0)
		damaged(w, page->lsn, "page begins inside of a record",
		    WA_WALK_SEEK);
	if (w->state == WA_WALK_SEEK)
		seek(w, page, rest);
}

static void
one_page(struct wa_walk *w, const uint8_t *data)
{
	struct page page = { data, w->lsn, 0, w->block_size };
	struct wa_page header;

	(void)wa_page_parse(&header, data, w->block_size);
	enter(w, &page, &header);
	if (w->state == WA_WALK_INSIDE)
		go_on(w, &page);
	while (w->state == WA_WALK_BETWEEN && page.at < page.size)
		next_record(w, &page);
}

void
wa_walk_add(struct wa_walk *w, const uint8_t *data, size_t size)
{
	size_t at;

	for (at = 0; at < size && w->state != WA_WALK_ENDED;
	     at += w->block_size) {
		if (w->state != WA_WALK_SWITCHED ||
		    w->lsn % w->segment_size == 0)
			one_page(w, data + at);
		w->lsn += w->block_size;
	}
}
