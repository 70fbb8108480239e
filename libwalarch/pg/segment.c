/* segment.c - hold a WAL segment against its name, page by page. */
#include "config.h"

#include "pg/segment.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/error.h"
#include "pg/lsn.h"
#include "pg/page.h"

#define RECORD_HEADER 24 /* SizeOfXLogRecord */
#define RECORD_CRC 20    /* offset of xl_crc */
#define XLOG_SWITCH 0x40 /* catalog/pg_control.h, of RM_XLOG_ID (0) */

void
wa_segment_begin(struct wa_segment *s, const char *text)
{
	memset(s, 0, offsetof(struct wa_segment, last));
	wa_name_parse(&s->name, text);
	if (s->name.kind == WA_DAMAGED)
		s->name.kind = WA_SEGMENT;
	(void)snprintf(s->text, sizeof(s->text), "%s", text);
}

static int
unknown_magic(const struct wa_segment *s, uint16_t magic, wa_error *err)
{
	(void)wa_error_set(err, WA_ECORRUPT,
	    "\"%s\" does not begin with a WAL page: its magic number is %04X",
	    s->text, magic);
	wa_error_hint(err,
	    "Where WAL is encrypted as a whole, or of a later PostgreSQL, "
	    "wal-check = off stores it unseen.");
	return WA_ECORRUPT;
}

/* The first page carries what the rest is held against. */
static int
first_page(
    struct wa_segment *s, const uint8_t *data, size_t size, wa_error *err)
{
	struct wa_page page;
	int64_t number;

	if (wa_page_parse(&page, data, size) < 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "\"%s\" is too short for a WAL segment", s->text);
	s->version = wa_page_version(page.magic);
	if (s->version == 0)
		return unknown_magic(s, page.magic, err);
	if ((page.info & WA_PAGE_IS_LONG) == 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "\"%s\" does not begin with a segment's first page",
		    s->text);
	if (!wa_segment_size_ok(page.segment_size) || page.block_size < 1024 ||
	    page.block_size > WA_BLOCK_MAX ||
	    (page.block_size & (page.block_size - 1)) != 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "\"%s\" claims segments of %u and pages of %u bytes",
		    s->text, page.segment_size, page.block_size);
	number = wa_name_number(&s->name, page.segment_size);
	if (number < 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "there is no segment \"%s\" where segments have %u bytes",
		    s->text, page.segment_size);
	s->magic = page.magic;
	s->system_id = page.system_id;
	s->size = page.segment_size;
	s->block_size = page.block_size;
	s->start = (uint64_t)number * page.segment_size;
	return 0;
}

/* Why is this not the page that belongs at lsn?  NULL: it is. */
static const char *
misfit(const struct wa_segment *s, const struct wa_page *page, uint64_t lsn)
{
	uint32_t newest =
	    s->run_count == 0 ? 0 : s->runs[s->run_count - 1].timeline;

	if (page->magic != s->magic)
		return "is no page of this PostgreSQL version";
	if (page->address != lsn)
		return "belongs at another place";
	if (page->timeline == 0)
		return "is of no timeline";
	if (page->timeline > s->name.timeline)
		return "is of a later timeline";
	if (page->timeline < newest)
		return "is of an earlier timeline than the one before it";
	if (s->done == 0 ? 0 : (page->info & WA_PAGE_IS_LONG) != 0)
		return "claims to begin a segment";
	return NULL;
}

static int
refuse(const struct wa_segment *s, const struct wa_page *page, uint64_t lsn,
    const char *why, wa_error *err)
{
	char here[WA_LSN_SIZE], there[WA_LSN_SIZE];

	wa_lsn_format(here, lsn);
	wa_lsn_format(there, page->address);
	(void)wa_error_set(err, WA_ECORRUPT,
	    "page at %s of \"%s\" %s (magic %04X, address %s, timeline %u)",
	    here, s->text, why, page->magic, there, page->timeline);
	if (lsn == s->start && page->address != lsn)
		wa_error_hint(err,
		    "The file is misnamed, or was recycled "
		    "before it was written.");
	return WA_ECORRUPT;
}

static void
note_timeline(struct wa_segment *s, uint32_t timeline, uint64_t lsn)
{
	struct wa_segment_run *run;

	if (s->run_count > 0 &&
	    s->runs[s->run_count - 1].timeline == timeline) {
		s->runs[s->run_count - 1].last = lsn;
	} else if (s->run_count < WA_SEGMENT_RUNS) {
		run = &s->runs[s->run_count++];
		run->timeline = timeline;
		run->first = run->last = lsn;
	}
}

static int
is_zero(const uint8_t *data, size_t size)
{
	return data[0] == 0 && memcmp(data, data + 1, size - 1) == 0;
}

/* The page n pages before the one at data + at. */
static const uint8_t *
page_back(const struct wa_segment *s, const uint8_t *data, size_t at, size_t n)
{
	size_t back = n * s->block_size;

	return at >= back ? data + at - back :
			    s->last + 2 * s->block_size - (back - at);
}

/*
 * Do the records end with a switch to a new segment on page (with before in
 * front of it)?  Only then may zeros follow.  The record is the last thing
 * written, is aligned to 8 bytes, and may begin on the page before.
 */
static int
ends_with_switch(const uint8_t *page, const uint8_t *before, size_t block)
{
	size_t header = (wa_le16(page + 2) & WA_PAGE_IS_LONG) != 0 ?
	    WA_PAGE_LONG :
	    WA_PAGE_SHORT;
	uint8_t record[RECORD_HEADER];
	size_t end = block, here;

	while (end > header && page[end - 1] == 0)
		end--;
	end = (end + 7) & ~(size_t)7;
	here = end - header < RECORD_HEADER ? end - header : RECORD_HEADER;
	if (here < RECORD_HEADER && before == NULL)
		return 0;
	if (here < RECORD_HEADER)
		memcpy(record, before + block - (RECORD_HEADER - here),
		    RECORD_HEADER - here);
	memcpy(record + RECORD_HEADER - here, page + end - here, here);
	return wa_le32(record) == RECORD_HEADER &&
	    (record[16] & 0xF0) == XLOG_SWITCH && record[17] == 0 &&
	    wa_crc32c(0, record, RECORD_CRC) == wa_le32(record + RECORD_CRC);
}

static int
zeros_begin(struct wa_segment *s, const uint8_t *data, size_t at, wa_error *err)
{
	char here[WA_LSN_SIZE];

	s->now = WA_ZEROS;
	if (ends_with_switch(page_back(s, data, at, 1),
		s->done >= 2 * s->block_size ? page_back(s, data, at, 2) : NULL,
		s->block_size))
		return 0;
	wa_lsn_format(here, s->start + s->done);
	(void)wa_error_set(err, WA_ECORRUPT,
	    "\"%s\" is zeros from %s on, but its records do not end there",
	    s->text, here);
	wa_error_hint(err, "It was not written to its end, or has lost it.");
	return WA_ECORRUPT;
}

static int
one_page(struct wa_segment *s, const uint8_t *data, size_t at, wa_error *err)
{
	uint64_t lsn = s->start + s->done;
	struct wa_page page;
	const char *why;

	(void)wa_page_parse(&page, data + at, s->block_size);
	if (s->now == WA_PAGES && page.magic == 0 && s->done > 0 &&
	    s->name.kind == WA_SEGMENT && is_zero(data + at, s->block_size))
		return zeros_begin(s, data, at, err);
	if (s->now == WA_ZEROS)
		return is_zero(data + at, s->block_size) ?
		    0 :
		    refuse(s, &page, lsn, "stands after the end of WAL", err);
	why = misfit(s, &page, lsn);
	if (why == NULL) {
		note_timeline(s, page.timeline, lsn);
		return 0;
	}
	if (s->name.kind == WA_SEGMENT || s->done == 0)
		return refuse(s, &page, lsn, why, err);
	s->now = WA_ANYTHING;
	return 0;
}

/* The last two pages, for zeros may begin with the next bytes. */
static void
keep_last(struct wa_segment *s, const uint8_t *data, size_t size)
{
	size_t keep = 2 * (size_t)s->block_size;
	size_t n = size < keep ? size : keep;

	memmove(s->last, s->last + n, keep - n);
	memcpy(s->last + keep - n, data + size - n, n);
}

int
wa_segment_add(
    struct wa_segment *s, const uint8_t *data, size_t size, wa_error *err)
{
	size_t at;
	int rc = 0;

	if (s->done == 0)
		rc = first_page(s, data, size, err);
	if (rc == 0 && (s->done + size > s->size || size % s->block_size != 0))
		rc = wa_error_set(err, WA_ECORRUPT,
		    "\"%s\" should have %u bytes, as its first page says, "
		    "but has another size",
		    s->text, s->size);
	for (at = 0; at < size && rc == 0; at += s->block_size) {
		if (s->now != WA_ANYTHING)
			rc = one_page(s, data, at, err);
		s->done += s->block_size;
	}
	if (rc == 0)
		keep_last(s, data, size);
	return rc;
}

int
wa_segment_end(const struct wa_segment *s, wa_error *err)
{
	if (s->done == s->size && s->size > 0)
		return 0;
	(void)wa_error_set(err, WA_ECORRUPT,
	    "\"%s\" has %llu bytes, but a segment of its cluster has %u",
	    s->text, (unsigned long long)s->done, s->size);
	wa_error_hint(err, "It was cut short, by a full disk perhaps.");
	return WA_ECORRUPT;
}
