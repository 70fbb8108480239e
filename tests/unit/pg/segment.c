/* segment.c - segments as they are, and as they must not be. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "pg/page.h"
#include "pg/segment.h"
#include "samples.h"
#include "support.h"

TestSuite(segment, .fini = folder_remove);

static wa_error err;
static struct wa_segment s;

/* Hold size bytes against name, in pieces of step. */
static int
check(const char *name, const uint8_t *data, size_t size, size_t step)
{
	size_t at;
	int rc = 0;

	memset(&err, 0, sizeof(err));
	/* What the caller's memory held before must not matter. */
	memset(&s, 0xAA, sizeof(s));
	wa_segment_begin(&s, name);
	for (at = 0; at < size && rc == 0; at += step)
		rc = wa_segment_add(
		    &s, data + at, size - at < step ? size - at : step, &err);
	return rc == 0 ? wa_segment_end(&s, &err) : rc;
}

/* The answer must not depend on the pieces. */
static int
judge(const char *name, const uint8_t *data, size_t size)
{
	static const size_t steps[] = { 256u << 10, 2 * WA_BLOCK_MAX,
		WA_BLOCK_MAX, 3 * WA_BLOCK_MAX };
	int first = check(name, data, size, 1u << 20);
	size_t i;

	for (i = 0; i < 4; i++)
		cr_expect_eq(check(name, data, size, steps[i]), first,
		    "%s in pieces of %zu: %s", name, steps[i], err.text);
	return first;
}

static const char *
partial(const struct wal *w)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s.partial", wal_name(w));
	return name;
}

Test(segment, a_right_one_is_right_at_every_size)
{
	struct wal w = WAL_INIT;

	for (w.size = MB; w.size <= 64 * MB; w.size *= 2) {
		uint8_t *data = wal_make(&w);

		cr_expect_eq(check(wal_name(&w), data, w.size, 256u << 10), 0,
		    "%s", err.text);
		cr_expect_eq(s.version, 15);
		cr_expect_eq(s.system_id, SYSTEM);
		cr_expect_eq(s.size, w.size);
		cr_expect_eq(s.block_size, 8192);
		cr_expect_eq(s.start, w.number * w.size);
		cr_assert_eq(s.run_count, 1);
		cr_expect_eq(s.runs[0].timeline, 1);
		cr_expect_eq(s.runs[0].first, s.start);
		cr_expect_eq(s.runs[0].last, s.start + w.size - 8192);
		cr_expect_eq(check(partial(&w), data, w.size, 256u << 10), 0);
		free(data);
	}
}

Test(segment, every_block_size_is_taken)
{
	struct wal w = WAL_INIT;

	for (w.block = 1024; w.block <= WA_BLOCK_MAX; w.block *= 2) {
		uint8_t *data = wal_make(&w);

		cr_expect_eq(judge(wal_name(&w), data, w.size), 0, "%u: %s",
		    w.block, err.text);
		cr_expect_eq(s.block_size, w.block);
		free(data);
	}
}

Test(segment, every_version_is_taken)
{
	static const uint16_t magics[] = { 0xD087, 0xD093, 0xD097, 0xD098,
		0xD101, 0xD106, 0xD10D, 0xD110, 0xD113, 0xD116, 0xD118,
		0xD122 };
	struct wal w = WAL_INIT;
	size_t i;

	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		uint8_t *data;

		w.magic = magics[i];
		data = wal_make(&w);
		cr_expect_eq(check(wal_name(&w), data, w.size, MB), 0);
		cr_expect_eq(s.version, wa_page_version(magics[i]));
		free(data);
	}
}

Test(segment, the_first_page_of_every_server_begins_one)
{
	unsigned major;

	for (major = 10; major <= 19; major++) {
		struct sample sample;
		uint8_t page[8192] = { 0 };

		sample_read(&sample, major);
		memcpy(page, sample.page, sizeof(sample.page));
		wa_segment_begin(&s, sample.segment);
		cr_expect_eq(wa_segment_add(&s, page, sizeof(page), &err), 0,
		    "%u: %s", major, err.text);
		cr_expect_eq(s.version, major);
		cr_expect_eq(s.system_id, sample.system);
		cr_expect_eq(wa_segment_end(&s, &err), WA_ECORRUPT);
	}
}

Test(segment, any_other_size_is_refused)
{
	struct wal w = WAL_INIT;
	uint8_t *data = wal_make(&w), *more = calloc(3, MB);
	static const size_t sizes[] = { 0, 1, 23, 24, 39, 40, 100, 8191, 8192,
		8193, 65536, MB / 2, MB - 8192, MB - 1, MB + 1, MB + 8192,
		2 * MB, 3 * MB };
	size_t i;

	memcpy(more, data, MB);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		cr_expect_eq(check(wal_name(&w), more, sizes[i], 256u << 10),
		    WA_ECORRUPT, "%zu bytes", sizes[i]);
		cr_expect_eq(check(partial(&w), more, sizes[i], 256u << 10),
		    WA_ECORRUPT, "%zu bytes of a partial one", sizes[i]);
		cr_expect_not_null(strstr(err.text, wal_name(&w)));
	}
	free(more);
	free(data);
}

/* A copy of another segment, or one recycled before it was written. */
Test(segment, another_ones_pages_are_refused)
{
	struct wal w = WAL_INIT, other = WAL_INIT;
	uint8_t *data = wal_make(&w);

	other.number++;
	cr_expect_eq(judge(wal_name(&other), data, w.size), WA_ECORRUPT);
	cr_expect_not_null(strstr(err.hint, "recycled"));
	cr_expect_eq(judge(partial(&other), data, w.size), WA_ECORRUPT,
	    "also of a partial one, whose first page must be its own");
	other.number = 4096;
	cr_expect_eq(judge("000000010000000000001000", data, w.size),
	    WA_ECORRUPT, "no such name at this size");
	free(data);
}

static int
with_page(size_t n, const struct wal *header, const char *name)
{
	struct wal w = WAL_INIT;
	uint8_t *data = wal_make(&w);
	int rc;

	wal_page(data, header, n, header->timeline);
	rc = judge(name, data, w.size);
	free(data);
	return rc;
}

Test(segment, one_wrong_page_anywhere_is_refused)
{
	static const size_t pages[] = { 1, 2, 7, 8, 31, 32, 63, 126, 127 };
	struct wal w = WAL_INIT;
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct wal h = w;
		char lsn[WA_LSN_SIZE];

		wa_lsn_format(lsn, w.number * w.size + pages[i] * 8192);
		h.number = 3;
		cr_expect_eq(with_page(pages[i], &h, wal_name(&w)), WA_ECORRUPT,
		    "recycled page %zu", pages[i]);
		cr_expect_not_null(strstr(err.text, lsn), "%s", err.text);
		h = w;
		h.magic = 0xD10D;
		cr_expect_eq(with_page(pages[i], &h, wal_name(&w)), WA_ECORRUPT,
		    "page %zu of another version", pages[i]);
		h = w;
		h.timeline = 2;
		cr_expect_eq(with_page(pages[i], &h, wal_name(&w)), WA_ECORRUPT,
		    "page %zu of a later timeline", pages[i]);
	}
}

Test(segment, a_long_header_inside_is_refused)
{
	struct wal w = WAL_INIT;
	uint8_t *data = wal_make(&w);

	data[5 * 8192 + 2] |= WA_PAGE_IS_LONG;
	cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT);
	free(data);
}

Test(segment, what_does_not_begin_with_a_wal_page_is_refused)
{
	struct wal w = WAL_INIT;
	uint8_t *data = wal_make(&w);
	static const uint8_t zeros[MB];

	cr_expect_eq(judge(wal_name(&w), zeros, MB), WA_ECORRUPT);
	cr_expect_eq(judge(partial(&w), zeros, MB), WA_ECORRUPT);
	data[2] = 0;
	cr_expect_eq(
	    judge(wal_name(&w), data, w.size), WA_ECORRUPT, "a short header");
	data[2] = 2;
	data[1] = 0xD0;
	cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT,
	    "an unknown magic number");
	cr_expect_not_null(strstr(err.text, "D010"), "%s", err.text);
	free(data);
}

Test(segment, impossible_sizes_in_the_first_page_are_refused)
{
	static const uint32_t sizes[] = { 0, 1, 512 << 10, 3 * MB, 0x80000000u,
		UINT32_MAX };
	static const uint32_t blocks[] = { 0, 1, 512, 1536, 8191, 131072,
		0x80000000u, UINT32_MAX };
	struct wal w = WAL_INIT;
	uint8_t *data = wal_make(&w);
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		wa_put_le32(data + 32, sizes[i]);
		cr_expect_eq(
		    judge(wal_name(&w), data, MB), WA_ECORRUPT, "%u", sizes[i]);
	}
	wa_put_le32(data + 32, MB);
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		wa_put_le32(data + 36, blocks[i]);
		cr_expect_eq(judge(wal_name(&w), data, MB), WA_ECORRUPT, "%u",
		    blocks[i]);
	}
	free(data);
}

/* The first segment of a timeline begins with pages of its ancestors. */
Test(segment, pages_of_ancestors_may_come_first)
{
	struct wal w = WAL_INIT;
	uint8_t *data;
	size_t n;

	w.timeline = 7;
	data = wal_make(&w);
	for (n = 0; n < 20; n++)
		wal_page(data, &w, n, 2);
	for (n = 20; n < 30; n++)
		wal_page(data, &w, n, 5);
	cr_assert_eq(judge(wal_name(&w), data, w.size), 0, "%s", err.text);
	cr_assert_eq(s.run_count, 3);
	cr_expect_eq(s.runs[0].timeline, 2);
	cr_expect_eq(s.runs[0].first, s.start);
	cr_expect_eq(s.runs[0].last, s.start + 19 * 8192);
	cr_expect_eq(s.runs[1].timeline, 5);
	cr_expect_eq(s.runs[1].first, s.start + 20 * 8192);
	cr_expect_eq(s.runs[1].last, s.start + 29 * 8192);
	cr_expect_eq(s.runs[2].timeline, 7);
	cr_expect_eq(s.runs[2].first, s.start + 30 * 8192);
	cr_expect_eq(s.runs[2].last, s.start + 127 * 8192);
	free(data);
}

Test(segment, timelines_never_go_back)
{
	struct wal w = WAL_INIT;
	uint8_t *data;

	w.timeline = 7;
	data = wal_make(&w);
	wal_page(data, &w, 100, 6);
	cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, "earlier timeline"));
	free(data);
}

Test(segment, more_timelines_than_are_told_do_no_harm)
{
	struct wal w = WAL_INIT;
	uint8_t *data;
	size_t n;

	w.timeline = 200;
	data = wal_make(&w);
	for (n = 0; n < 128; n++)
		wal_page(data, &w, n, 10 + (uint32_t)n);
	cr_expect_eq(judge(wal_name(&w), data, w.size), 0, "%s", err.text);
	cr_expect_eq(s.run_count, WA_SEGMENT_RUNS);
	free(data);
}

/* Wherever the switch record is: inside a page, at its end, in two pages. */
Test(segment, zeros_may_follow_a_switch)
{
	static const uint32_t blocks[] = { 8192, 1024, 65536 };
	struct wal w = WAL_INIT;
	size_t i, at;

	for (i = 0; i < 3; i++) {
		w.block = blocks[i];
		for (at = 3 * w.block + 24; at < 4 * w.block;
		     at += at < 3 * w.block + 64 || at > 4 * w.block - 64 ?
			 8 :
			 (w.block - 128) & ~7u) {
			uint8_t *data = wal_make(&w);

			(void)wal_switch(data, &w, at);
			cr_expect_eq(judge(wal_name(&w), data, w.size), 0,
			    "page of %u, record at %zu: %s", w.block, at,
			    err.text);
			free(data);
		}
	}
}

Test(segment, a_switch_may_stand_on_the_first_page_and_the_last)
{
	static const size_t places[] = { 40, 48, 8192 - 24, 8192 - 16, 8192 - 8,
		8192 + 24, MB - 8192 - 8, MB - 8192 - 24, MB - 24,
		127 * 8192 + 24 };
	struct wal w = WAL_INIT;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint8_t *data = wal_make(&w);

		(void)wal_switch(data, &w, places[i]);
		cr_expect_eq(judge(wal_name(&w), data, w.size), 0, "%zu: %s",
		    places[i], err.text);
		free(data);
	}
}

Test(segment, pieces_may_end_between_the_record_and_the_zeros)
{
	struct wal w = WAL_INIT;
	size_t at;

	for (at = 65536 - 64; at < 65536 + 64; at += 8) {
		uint8_t *data;

		if (at >= 65536 && at < 65536 + 24)
			continue;
		data = wal_make(&w);
		(void)wal_switch(data, &w, at);
		cr_expect_eq(judge(wal_name(&w), data, w.size), 0, "%zu: %s",
		    at, err.text);
		free(data);
	}
}

/* PostgreSQL up to 10 wrote empty pages, with headers, after the switch. */
Test(segment, empty_pages_may_follow_a_switch)
{
	struct wal w = WAL_INIT;
	uint8_t *data;
	size_t n;

	w.magic = 0xD097;
	data = wal_make(&w);
	(void)wal_switch(data, &w, 2 * 8192 + 1000);
	for (n = 3; n < 128; n++)
		wal_page(data, &w, n, 1);
	cr_expect_eq(judge(wal_name(&w), data, w.size), 0, "%s", err.text);
	free(data);
}

/* Lost to a power cut, or preallocated and archived by somebody else. */
Test(segment, zeros_without_a_switch_are_refused)
{
	static const size_t places[] = { 8192, 2 * 8192, 65536, 131072,
		MB - 8192 };
	struct wal w = WAL_INIT;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint8_t *data = wal_make(&w);

		memset(data + places[i], 0, MB - places[i]);
		cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT,
		    "zeros from %zu", places[i]);
		cr_expect_not_null(strstr(err.text, "zeros"), "%s", err.text);
		free(data);
	}
}

Test(segment, zeros_after_a_broken_switch_are_refused)
{
	struct wal w = WAL_INIT;
	size_t bit;

	for (bit = 0; bit < 24 * 8; bit += 5) {
		uint8_t *data = wal_make(&w);

		(void)wal_switch(data, &w, 8192 + 1000);
		data[8192 + 1000 + bit / 8] ^= (uint8_t)(1u << bit % 8);
		cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT,
		    "bit %zu", bit);
		free(data);
	}
}

Test(segment, zeros_after_another_record_are_refused)
{
	struct wal w = WAL_INIT;
	uint8_t *data = wal_make(&w), *record = data + 8192 + 1000;

	(void)wal_switch(data, &w, 8192 + 1000);
	record[16] = 0x10; /* a checkpoint */
	wa_put_le32(record + 20, wa_crc32c(0, record, 20));
	cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT);
	record[16] = 0x40;
	record[17] = 1; /* of another resource manager */
	wa_put_le32(record + 20, wa_crc32c(0, record, 20));
	cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT);
	free(data);
}

Test(segment, nothing_may_stand_behind_the_zeros)
{
	struct wal w = WAL_INIT;
	static const size_t places[] = { 4 * 8192, 4 * 8192 + 100, 65536 - 1,
		65536, MB - 8192, MB - 1 };
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint8_t *data = wal_make(&w);

		(void)wal_switch(data, &w, 8192 + 1000);
		data[places[i]] = 1;
		cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT,
		    "byte %zu", places[i]);
		free(data);
	}
	{
		uint8_t *data = wal_make(&w);

		(void)wal_switch(data, &w, 8192 + 1000);
		wal_page(data, &w, 60, 1);
		cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT,
		    "not even a right page");
		cr_expect_not_null(strstr(err.text, "after the end of WAL"));
		free(data);
	}
}

/* A checksum that ends in zeros must not hide where the record ends. */
Test(segment, a_switch_whose_checksum_ends_in_zeros_is_found)
{
	struct wal w = WAL_INIT;
	uint8_t *data = wal_make(&w), *record = data + 8192 + 1000;
	uint64_t back;

	(void)wal_switch(data, &w, 8192 + 1000);
	for (back = 0;; back++) {
		wa_put_le64(record + 8, back);
		if ((wa_crc32c(0, record, 20) >> 16) == 0)
			break;
	}
	wa_put_le32(record + 20, wa_crc32c(0, record, 20));
	cr_assert_eq(record[23], 0);
	cr_assert_eq(record[22], 0);
	cr_expect_eq(judge(wal_name(&w), data, w.size), 0, "%s", err.text);
	free(data);
}

Test(segment, a_partial_one_may_end_in_anything)
{
	struct wal w = WAL_INIT;
	static const size_t places[] = { 8192, 5 * 8192, 65536, MB - 8192 };
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint8_t *data = wal_make(&w);

		fill_random(data + places[i], MB - places[i], 99);
		cr_expect_eq(
		    judge(partial(&w), data, w.size), 0, "%s", err.text);
		cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT);
		memset(data + places[i], 0, MB - places[i]);
		cr_expect_eq(
		    judge(partial(&w), data, w.size), 0, "%s", err.text);
		free(data);
	}
}

/* What a recycled file held before is of older segments. */
Test(segment, a_partial_one_may_end_in_recycled_pages)
{
	struct wal w = WAL_INIT, old = WAL_INIT;
	uint8_t *data = wal_make(&w), *recycled;

	old.number = 2;
	recycled = wal_make(&old);
	memcpy(data + 40 * 8192, recycled + 40 * 8192, 88 * 8192);
	cr_expect_eq(judge(partial(&w), data, w.size), 0, "%s", err.text);
	cr_expect_eq(
	    s.runs[0].last, s.start + 39 * 8192, "they are not told of");
	cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT);
	free(recycled);
	free(data);
}

Test(segment, no_timeline_zero)
{
	struct wal w = WAL_INIT;

	w.timeline = 2;
	{
		uint8_t *data = wal_make(&w);

		wal_page(data, &w, 0, 0);
		cr_expect_eq(judge(wal_name(&w), data, w.size), WA_ECORRUPT);
		free(data);
	}
}
