/* walk.c - from record to record, over whatever lies between. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "pg/page.h"
#include "pg/walk.h"
#include "walmaker.h"

#define MOST 4096

static struct chain c;
static struct wa_walk walk;

static const uint16_t magics[] = { 0xD087, 0xD093, 0xD097, 0xD098, 0xD101,
	0xD106, 0xD10D, 0xD110, 0xD113, 0xD116, 0xD118, 0xD122 };

#define VERSIONS (sizeof(magics) / sizeof(magics[0]))

/* What was made, and what the walk found. */
static struct one {
	uint64_t lsn, end;
	uint32_t size;
} made[MOST], found[MOST];
static size_t made_count, found_count;

static struct damage {
	uint64_t lsn;
	char why[64];
} damages[64];
static size_t damage_count;
static int verdict;

static void
on_record(void *arg, const struct wa_record *record, const struct wa_xact *xact)
{
	struct one *one = &found[found_count++];

	(void)xact;
	cr_assert_eq(arg, &c);
	cr_assert_lt(found_count, MOST);
	one->lsn = record->lsn;
	one->end = record->end;
	one->size = record->size;
}

static int
on_damage(void *arg, uint64_t lsn, const char *why)
{
	cr_assert_eq(arg, &c);
	cr_assert_lt(damage_count, 64);
	damages[damage_count].lsn = lsn;
	snprintf(damages[damage_count++].why, 64, "%s", why);
	return verdict;
}

static const struct wa_walk_sink sink = { &c, on_record, on_damage };

static void
begin_with(uint16_t magic, uint32_t size, uint32_t block)
{
	struct wal w = WAL_INIT;

	chain_free(&c);
	w.magic = magic;
	w.size = size;
	w.block = block;
	chain_begin(&c, &w);
	made_count = 0;
}

/* Sixteen small pages a segment. */
static void
begin(void)
{
	begin_with(0xD110, 16 * 1024, 1024);
}

static void
end(void)
{
	chain_free(&c);
	folder_remove();
}

TestSuite(walk, .init = begin, .fini = end);

static uint64_t
make(size_t size)
{
	struct one *one = &made[made_count++];

	cr_assert_lt(made_count, MOST);
	one->lsn = chain_noise(&c, size);
	one->end = chain_end(&c);
	one->size = (uint32_t)size;
	return one->lsn;
}

/* Walk from the page at lsn to the end, so many pages at once. */
static void
walk_from(uint64_t lsn, size_t pages)
{
	size_t block = c.wal.block, step = pages * block;
	size_t to = (c.at + block - 1) / block * block, at;

	found_count = damage_count = 0;
	memset(&walk, 0xAA, sizeof(walk));
	wa_walk_begin(&walk, wa_format_of(wa_page_version(c.wal.magic)),
	    c.wal.size, c.wal.block, lsn, &sink);
	for (at = lsn - c.start; at < to; at += step)
		wa_walk_add(
		    &walk, c.data + at, to - at < step ? to - at : step);
}

/* The walk finds what was made, from number first on, and no damage. */
static void
found_all_from(size_t first, const char *what)
{
	cr_assert_eq(damage_count, 0, "%s: %s at %llx", what, damages[0].why,
	    (unsigned long long)damages[0].lsn);
	cr_assert_eq(found_count, made_count - first, "%s: %zu of %zu", what,
	    found_count, made_count - first);
	cr_assert_eq(
	    memcmp(found, made + first, found_count * sizeof(found[0])), 0,
	    "%s: others", what);
}

/* Fill the last page, whose unused rest would be damage. */
static void
fill_up(void)
{
	size_t left;

	while ((left = c.wal.block - c.at % c.wal.block) < c.wal.block)
		make(left < 24 ? left + 64 : left);
}

static void
all_is_found(const char *what)
{
	size_t pages;

	fill_up();
	for (pages = 1; pages < 70; pages += 1 + pages * 3) {
		walk_from(c.start, pages);
		found_all_from(0, what);
		cr_assert_eq(walk.end, chain_end(&c));
		cr_assert_eq(walk.last, made[made_count - 1].lsn);
		cr_assert_eq(walk.lsn, chain_end(&c));
	}
}

Test(walk, every_record_is_found_in_every_version_and_block_size)
{
	uint32_t block;
	size_t i, n;

	for (i = 0; i < VERSIONS; i++)
		for (block = 1024; block <= 65536; block *= 2) {
			uint64_t random = block + i;

			begin_with(magics[i], 8 * block, block);
			for (n = 0; n < 120; n++)
				make(30 + next_random(&random) % 250);
			make(3 * block);
			for (n = 0; n < 120; n++)
				make(30 + next_random(&random) % 250);
			all_is_found("random ones");
		}
}

Test(walk, a_record_may_span_pages_and_segments)
{
	static const size_t sizes[] = { 900, 960, 984, 985, 1000, 1024, 1500,
		1960, 1961, 1976, 2000, 5000, 16000, 16384, 40000, 70000 };
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		begin();
		make(sizes[i]);
		make(40);
		make(sizes[i]);
		make(24);
		all_is_found("spanning");
	}
}

Test(walk, a_header_may_be_cut_by_a_page)
{
	size_t left, size;

	for (left = 0; left <= 32; left += 8)
		for (size = 24; size <= 2500; size += size == 24 ? 8 : 412) {
			begin();
			make(1024 - 40 - left);
			make(size);
			make(64);
			all_is_found("cut header");
		}
}

Test(walk, a_header_may_be_cut_by_a_segment)
{
	size_t left;

	for (left = 0; left <= 24; left += 8) {
		begin();
		while (c.at < 15 * 1024)
			make(500);
		make(16 * 1024 - (c.at == 15 * 1024 ? c.at + 24 : c.at) - left);
		make(800);
		make(64);
		all_is_found("cut by a segment");
	}
}

Test(walk, a_walk_may_begin_at_any_page)
{
	uint64_t random = 4711, lsn;
	size_t first;

	while (c.at < 60 * 1024)
		make(30 + next_random(&random) % 3000);
	all_is_found("from the beginning");
	for (lsn = c.start; lsn < chain_end(&c); lsn += 1024) {
		walk_from(lsn, 1);
		for (first = 0; first < made_count && made[first].lsn < lsn;)
			first++;
		found_all_from(first, "from a page");
	}
}

Test(walk, what_is_under_way_is_told)
{
	uint64_t lsn;

	make(500);
	lsn = make(5000);
	wa_walk_begin(
	    &walk, wa_format_of(15), c.wal.size, 1024, c.start, &sink);
	found_count = damage_count = 0;
	wa_walk_add(&walk, c.data, 3 * 1024);
	cr_expect_eq(walk.state, WA_WALK_INSIDE);
	cr_expect_eq(walk.open, lsn);
	cr_expect_eq(walk.last, made[0].lsn);
	cr_expect_eq(walk.end, made[0].end);
	cr_expect_eq(found_count, 1);
}

/* Nothing but the switch record itself is on its page's rest. */
static void
switched(uint16_t magic, size_t left)
{
	begin_with(magic, 16 * 1024, 1024);
	make(200);
	make(1024 - c.at - left);
	made[made_count].lsn = chain_switch(&c);
	made[made_count].size = 24;
	made[made_count].end = left >= 24 ? c.start + 1024 - left + 24 :
	    left == 0                     ? c.start + 1024 + 48 :
					    c.start + 1024 + 24 + 24 - left;
	made_count++;
	make(600);
	make(24);
	all_is_found("switch");
}

Test(walk, a_switch_leads_to_the_next_segment)
{
	size_t i, left;

	for (i = 0; i < VERSIONS; i++)
		for (left = 0; left <= 64; left += 8)
			switched(magics[i], left);
}

Test(walk, a_crash_may_cut_a_record_when_the_next_page_says_so)
{
	size_t i, lost;

	for (i = 0; i < VERSIONS; i++) {
		unsigned flag = magics[i] == 0xD122 ? 0x04 : 0x08;

		begin_with(magics[i], 16 * 1024, 1024);
		make(500);
		lost = made_count;
		make(3000);
		made_count = lost;
		chain_crash(&c, flag);
		make(100);
		all_is_found("overwritten");
		begin_with(magics[i], 16 * 1024, 1024);
		make(500);
		make(3000);
		chain_crash(&c, flag ^ 0x0C);
		fill_up();
		walk_from(c.start, 1);
		cr_expect_eq(damage_count, 1);
		cr_expect_eq(damages[0].lsn, made[1].lsn);
		cr_expect_str_eq(damages[0].why, "record is not continued");
		cr_expect_eq(found_count, 2, "and it goes on there");
		cr_expect_eq(found[1].lsn, made[2].lsn);
	}
}

/* Damage. */

static void
damaged_once(uint64_t lsn, const char *why)
{
	cr_assert_eq(damage_count, 1, "%zu", damage_count);
	cr_expect_eq(damages[0].lsn, lsn);
	cr_expect_str_eq(damages[0].why, why);
}

/* Four records on a page, of which the second is spoilt; two on the next. */
static void
four_and_two(void)
{
	begin();
	make(100);
	make(200);
	make(300);
	make(1024 - c.at);
	make(500);
	make(2 * 1024 - c.at);
}

Test(walk, a_length_no_record_has)
{
	static const uint32_t lengths[] = { 0, 1, 23, (1020u << 20) + 1,
		0x80000000u, 0xFFFFFFFFu };
	size_t i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		four_and_two();
		wa_put_le32(chain_byte(&c, made[1].lsn), lengths[i]);
		walk_from(c.start, 1);
		damaged_once(made[1].lsn, "record length");
		cr_assert_eq(found_count, 3, "%zu", found_count);
		cr_expect_eq(found[1].lsn, made[4].lsn);
	}
}

Test(walk, a_length_that_leads_elsewhere)
{
	uint32_t length;

	for (length = 24; length < 4000; length++) {
		if (length == 200)
			continue;
		four_and_two();
		wa_put_le32(chain_byte(&c, made[1].lsn), length);
		walk_from(c.start, 1);
		cr_assert_eq(damage_count, 1, "%u", length);
		cr_assert_eq(damages[0].lsn, made[1].lsn);
		cr_assert_eq(found[0].lsn, made[0].lsn);
		cr_assert_eq(
		    found[found_count - 1].lsn, made[5].lsn, "%u", length);
		cr_assert_eq(found[found_count - 2].lsn, made[4].lsn);
	}
}

Test(walk, a_link_to_another_record)
{
	four_and_two();
	wa_put_le64(chain_byte(&c, made[1].lsn) + 8, made[0].lsn - 8);
	chain_seal(&c, made[1].lsn, 200);
	walk_from(c.start, 1);
	damaged_once(made[1].lsn, "link to the record before");
	cr_expect_eq(found_count, 3);
}

Test(walk, a_link_in_a_cut_header)
{
	size_t left;

	for (left = 8; left <= 16; left += 8) {
		begin();
		make(1024 - 40 - left);
		make(200);
		make(2 * 1024 - c.at);
		make(1000);
		/* The link is the second of the header's three words. */
		chain_byte(&c,
		    left == 8 ? made[1].lsn + 8 + 24 : made[1].lsn + 8)[0] ^= 1;
		walk_from(c.start, 1);
		damaged_once(made[1].lsn, "link to the record before");
		cr_expect_eq(found_count, 2);
		cr_expect_eq(found[1].lsn, made[3].lsn);
	}
}

Test(walk, a_checksum_that_is_wrong_costs_one_record)
{
	size_t i;

	for (i = 0; i < 6; i++) {
		four_and_two();
		chain_byte(&c, made[i].end - 8)[0] ^= 0x20;
		walk_from(c.start, 1);
		damaged_once(made[i].lsn, "record checksum");
		cr_expect_eq(found_count, 5);
	}
}

Test(walk, two_damages_are_told_when_a_record_is_between)
{
	four_and_two();
	chain_byte(&c, made[1].lsn + 40)[0] ^= 1;
	chain_byte(&c, made[4].lsn + 40)[0] ^= 1;
	walk_from(c.start, 1);
	cr_assert_eq(damage_count, 2);
	cr_expect_eq(damages[0].lsn, made[1].lsn);
	cr_expect_eq(damages[1].lsn, made[4].lsn);
	cr_expect_eq(found_count, 4);
	chain_byte(&c, made[2].lsn + 40)[0] ^= 1;
	chain_byte(&c, made[3].lsn + 40)[0] ^= 1;
	walk_from(c.start, 1);
	cr_expect_eq(damage_count, 1, "one after the other is one");
}

Test(walk, a_page_that_begins_inside_of_a_record_that_is_none)
{
	four_and_two();
	wa_put_le32(c.data + 1024 + 16, 96);
	c.data[1024 + 2] |= WA_PAGE_CONTRECORD;
	walk_from(c.start, 1);
	damaged_once(c.start + 1024, "page begins inside of a record");
}

Test(walk, the_sink_may_end_it)
{
	verdict = 1;
	four_and_two();
	chain_byte(&c, made[1].lsn + 40)[0] ^= 1;
	walk_from(c.start, 1);
	damaged_once(made[1].lsn, "record checksum");
	cr_expect_eq(walk.state, WA_WALK_ENDED);
	cr_expect_eq(found_count, 1);
	cr_expect_eq(walk.end, made[0].end);
	wa_walk_add(&walk, c.data, 2048);
	cr_expect_eq(found_count, 1, "and it stays ended");
}

/* A bit anywhere. */

enum place { NOTHING, RECORD, REST };

/* What the byte is of: the record's number in *which. */
static enum place
place_of(uint64_t lsn, size_t *which)
{
	size_t page = (lsn - c.start) / 1024, at = (lsn - c.start) % 1024;
	size_t header = page % 16 == 0 ? 40 : 24, size, i, n;
	const uint8_t *p = c.data + page * 1024;

	for (i = 0; i + 1 < made_count && made[i + 1].lsn <= lsn;)
		i++;
	*which = i;
	if (at < header)
		return at >= 16 && at < 20 && (p[2] & WA_PAGE_CONTRECORD) != 0 ?
		    REST :
		    NOTHING;
	/* Behind the record's last byte there is padding. */
	size = made[i].size;
	for (n = made[i].lsn; n < lsn; n++) {
		size_t in_page = (n - c.start) % 1024;

		size -= in_page >= ((n - c.start) / 1024 % 16 == 0 ? 40 : 24) &&
		    size > 0;
	}
	return size > 0 ? RECORD : NOTHING;
}

static int
was_found(const struct one *one)
{
	size_t i;

	for (i = 0; i < found_count; i++)
		if (memcmp(&found[i], one, sizeof(*one)) == 0)
			return 1;
	return 0;
}

/* What lies behind it on its page, and on the one where its record begins,
 * may be lost; nothing else. */
static void
judge_flip(uint64_t lsn, size_t which)
{
	uint64_t first = made[which].lsn;
	size_t i;

	cr_assert_geq(damage_count, 1, "byte %llx", (unsigned long long)lsn);
	cr_assert_leq(damages[0].lsn, lsn);
	for (i = 0; i < made_count; i++) {
		int may_be_lost = i == which ||
		    (made[i].lsn > first &&
			(made[i].lsn / 1024 == first / 1024 ||
			    made[i].lsn / 1024 == lsn / 1024));

		cr_assert(may_be_lost || was_found(&made[i]),
		    "byte %llx: the record at %llx is lost",
		    (unsigned long long)lsn, (unsigned long long)made[i].lsn);
		cr_assert(i != which || !was_found(&made[i]));
	}
	for (i = 0; i < found_count; i++)
		cr_assert(found[i].end <= lsn || found[i].lsn >= first);
}

Test(walk, a_bit_flipped_anywhere_is_found)
{
	uint64_t random = 99, lsn;
	size_t which, tried = 0;
	unsigned bit;

	while (c.at < 20 * 1024)
		make(30 + next_random(&random) % (c.at % 3 == 0 ? 1900 : 160));
	all_is_found("without a flip");
	/* A length that is wrong on the last page is not seen before the next. */
	for (lsn = c.start; lsn < chain_end(&c) - 1024; lsn++) {
		enum place place = place_of(lsn, &which);

		if (place == NOTHING)
			continue;
		bit = (unsigned)(next_random(&random) % 8);
		chain_byte(&c, lsn)[0] ^= (uint8_t)(1u << bit);
		walk_from(c.start, 100);
		if (place == RECORD)
			judge_flip(lsn, which);
		else
			cr_assert_geq(damage_count, 1, "rest at %llx",
			    (unsigned long long)lsn);
		chain_byte(&c, lsn)[0] ^= (uint8_t)(1u << bit);
		tried++;
	}
	cr_expect_gt(tried, 19 * 1024);
}

/* Whatever the bytes are: no harm, and nothing is found. */
Test(walk, noise_is_no_record)
{
	size_t n;

	for (n = 0; n < 64; n++)
		make(960);
	for (n = 0; n < c.at; n++)
		if (n % 1024 >= (n % (16 * 1024) < 1024 ? 40u : 24u))
			c.data[n] = (uint8_t)(n * n >> 7 ^ n * 31 ^ n >> 3);
	walk_from(c.start, 3);
	cr_expect_eq(found_count, 0);
	cr_expect_geq(walk.failures, 4);
	cr_expect_eq(damage_count, 1);
}
