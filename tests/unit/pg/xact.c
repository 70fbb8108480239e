/* xact.c - commits and aborts, whatever they carry and however they are cut. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "pg/xact.h"
#include "support.h"

#define TIME INT64_C(1795230000123456)       /* 2026-11-21 */
#define EARLIEST INT64_C(-30610224000000000) /* with four digits: 1000 */
#define LATEST INT64_C(253402300799999999)   /* and the end of 9999 */
#define SINCE_2000 (TIME - INT64_C(946684800000000))

/* What a commit or abort is made of. */
struct spec {
	uint32_t version;
	uint8_t operation; /* 0x00 commit, 0x20 abort, 0x30, 0x40 prepared */
	int has_info;
	uint32_t children, relations, invalidations, stats;
	uint32_t prepared_xid;
	int origin, top_xid; /* in front of the main data */
};

static uint8_t body[1u << 20];
static size_t size;

static void
add32(uint32_t n)
{
	wa_put_le32(body + size, n);
	size += 4;
}

static void
add_noise(size_t n)
{
	fill_random(body + size, n, size);
	size += n;
}

static void
add_parts(const struct spec *s)
{
	uint32_t info = 1u << 0 | 1u << 5 | (s->children > 0 ? 1u << 1 : 0) |
	    (s->relations > 0 ? 1u << 2 : 0) |
	    (s->invalidations > 0 ? 1u << 3 : 0) |
	    (s->prepared_xid != 0 ? 1u << 4 : 0) | (s->stats > 0 ? 1u << 8 : 0);

	add32(info);
	add_noise(8); /* database and tablespace */
	if (s->children > 0) {
		add32(s->children);
		add_noise(4 * s->children);
	}
	if (s->relations > 0) {
		add32(s->relations);
		add_noise(12 * s->relations);
	}
	if (s->stats > 0) {
		add32(s->stats);
		add_noise((s->version >= 18 ? 16 : 12) * s->stats);
	}
	if (s->invalidations > 0) {
		add32(s->invalidations);
		add_noise(16 * s->invalidations);
	}
	if (s->prepared_xid != 0) {
		add32(s->prepared_xid);
		add_noise(18); /* a GID; then the origin */
	}
	add_noise(16);
}

/* The body of the record, behind its header. */
static void
build(const struct spec *s)
{
	size_t at, header;

	size = 0;
	if (s->origin) {
		body[size++] = 253;
		add_noise(2);
	}
	if (s->top_xid) {
		body[size++] = 252;
		add_noise(4);
	}
	at = size;
	header = s->has_info ? 5 : 2;
	size += header;
	wa_put_le64(body + size, (uint64_t)SINCE_2000);
	size += 8;
	if (s->has_info)
		add_parts(s);
	body[at] = header == 5 ? 254 : 255;
	if (header == 5)
		wa_put_le32(body + at + 1, (uint32_t)(size - at - header));
	else
		body[at + 1] = (uint8_t)(size - at - header);
}

static void
begin(struct wa_xact *x, const struct spec *s)
{
	memset(x, 0xAA, sizeof(*x));
	wa_xact_begin(x, wa_format_of(s->version),
	    s->operation | (s->has_info ? 0x80 : 0), 4711);
}

static void
is_right(
    const struct wa_xact *x, const struct spec *s, const char *how, size_t at)
{
	cr_assert_eq(wa_xact_end(x), 0, "%s %zu", how, at);
	cr_assert_eq(x->kind,
	    s->operation == 0x00 || s->operation == 0x30 ? WA_XACT_COMMIT :
							   WA_XACT_ABORT);
	cr_assert_eq(x->time, TIME, "%s %zu", how, at);
	cr_assert_eq(x->children, s->children, "%s %zu", how, at);
	cr_assert_eq(x->relations, s->relations, "%s %zu", how, at);
	cr_assert_eq(x->xid, s->prepared_xid != 0 ? s->prepared_xid : 4711,
	    "%s %zu: %u", how, at, x->xid);
}

static const struct spec specs[] = {
	{ 15, 0x00, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 15, 0x20, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 15, 0x20, 0, 0, 0, 0, 0, 0, 1, 0 },
	{ 15, 0x00, 0, 0, 0, 0, 0, 0, 1, 1 },
	{ 15, 0x00, 1, 0, 0, 0, 0, 0, 0, 0 },
	{ 15, 0x00, 1, 1, 0, 0, 0, 0, 0, 0 },
	{ 15, 0x00, 1, 64, 0, 0, 0, 0, 1, 1 },
	{ 15, 0x00, 1, 0, 3, 0, 0, 0, 0, 0 },
	{ 15, 0x00, 1, 0, 0, 9, 0, 0, 0, 0 },
	{ 14, 0x00, 1, 5, 3, 9, 0, 0, 0, 0 },
	{ 15, 0x00, 1, 5, 3, 9, 7, 0, 0, 0 },
	{ 17, 0x20, 1, 5, 3, 0, 7, 0, 0, 1 },
	{ 18, 0x00, 1, 5, 3, 9, 7, 0, 1, 0 },
	{ 15, 0x30, 1, 0, 0, 0, 0, 815, 0, 0 },
	{ 15, 0x40, 1, 0, 0, 0, 0, 815, 0, 0 },
	{ 15, 0x30, 1, 5, 3, 9, 7, 815, 1, 1 },
	{ 18, 0x40, 1, 5, 3, 0, 7, 815, 1, 1 },
	{ 906, 0x30, 1, 5, 3, 9, 0, 815, 1, 0 },
};

#define SPECS (sizeof(specs) / sizeof(specs[0]))

Test(xact, says_the_same_whatever_the_pieces)
{
	struct wa_xact x;
	size_t i, at, step;

	for (i = 0; i < SPECS; i++) {
		const struct spec *s = &specs[i];

		build(s);
		for (at = 0; at <= size; at++) {
			begin(&x, s);
			wa_xact_add(&x, body, at);
			wa_xact_add(&x, body + at, size - at);
			is_right(&x, s, "cut at", at);
		}
		for (step = 1; step < 40; step++) {
			begin(&x, s);
			for (at = 0; at < size; at += step)
				wa_xact_add(&x, body + at,
				    size - at < step ? size - at : step);
			is_right(&x, s, "in steps of", step);
		}
	}
}

Test(xact, long_lists_are_passed_over)
{
	static const struct spec s = { 15, 0x00, 1, 9000, 8000, 7000, 6000, 0,
		0, 0 };
	struct wa_xact x;

	build(&s);
	begin(&x, &s);
	wa_xact_add(&x, body, 8152);
	cr_expect_eq(wa_xact_end(&x), -1);
	wa_xact_add(&x, body + 8152, size - 8152);
	is_right(&x, &s, "long", size);
}

/* Up to the last byte that is of interest nothing is known. */
Test(xact, says_when_bytes_are_missing)
{
	static const struct spec s = { 15, 0x30, 1, 5, 3, 9, 7, 815, 0, 0 };
	struct wa_xact x;
	size_t at, needed;

	build(&s);
	needed = size - 16 - 18;
	for (at = 0; at < size; at++) {
		begin(&x, &s);
		wa_xact_add(&x, body, at);
		cr_assert_eq(wa_xact_end(&x), at < needed ? -1 : 0, "%zu", at);
	}
}

Test(xact, a_list_that_is_longer_than_the_record_is_not_whole)
{
	static const struct spec s = { 15, 0x00, 1, 5, 3, 9, 7, 0, 0, 0 };
	struct wa_xact x;

	build(&s);
	wa_put_le32(body + 5 + 8 + 4 + 8, UINT32_MAX);
	begin(&x, &s);
	wa_xact_add(&x, body, size);
	cr_expect_eq(wa_xact_end(&x), -1);
	body[0] = 17; /* a block, which no commit has */
	begin(&x, &s);
	wa_xact_add(&x, body, size);
	cr_expect_eq(wa_xact_end(&x), -1);
}

/* PREPARE, ASSIGNMENT, INVALIDATIONS */
Test(xact, other_records_of_transactions_are_none)
{
	static const uint8_t operations[] = { 0x10, 0x50, 0x60, 0x70 };
	struct wa_xact x;
	size_t i;

	for (i = 0; i < sizeof(operations); i++) {
		wa_xact_begin(&x, wa_format_of(15), operations[i], 4711);
		cr_expect_eq(x.kind, WA_XACT_NONE);
		wa_xact_add(&x, body, 100);
		cr_expect_eq(wa_xact_end(&x), 0);
	}
}

Test(xact, times_are_counted_from_1970)
{
	cr_expect_eq(wa_timestamp(0), INT64_C(946684800000000));
	cr_expect_eq(wa_timestamp(-1), INT64_C(946684799999999));
	cr_expect_eq(wa_timestamp(SINCE_2000), TIME);
	cr_expect_eq(wa_timestamp(INT64_MAX), LATEST, "infinity");
	cr_expect_eq(wa_timestamp(INT64_MAX - 1), LATEST);
	cr_expect_eq(wa_timestamp(INT64_MIN), EARLIEST);
}
