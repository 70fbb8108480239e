/* facts.c - what a segment's records say. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "pg/facts.h"
#include "pg/page.h"
#include "walmaker.h"

#define EPOCH INT64_C(946684800000000)
#define NOON INT64_C(1795262400000000) /* 2026-11-21T12:00:00Z */
#define SECOND INT64_C(1000000)

static struct chain c;
static struct wa_facts facts;
static const wa_wal_records *const r = &facts.records;

static void
begin_with(uint16_t magic)
{
	struct wal w = WAL_INIT;

	chain_free(&c);
	w.magic = magic;
	w.size = 64 * 1024;
	chain_begin(&c, &w);
}

static void
begin(void)
{
	begin_with(0xD110);
}

static void
end(void)
{
	chain_free(&c);
	folder_remove();
}

TestSuite(facts, .init = begin, .fini = end);

static const struct wa_format *
format(void)
{
	return wa_format_of(wa_page_version(c.wal.magic));
}

/* Of segment n, counted from 0; the walk begins with segment from. */
static void
collect(size_t n, size_t from)
{
	size_t size = c.wal.size;

	chain_finish(&c);
	memset(&facts, 0xAA, sizeof(facts));
	wa_facts_begin(&facts, format(), c.wal.size, c.wal.block,
	    c.start + n * size, c.start + from * size, 0);
	for (; from <= n; from++)
		wa_facts_add(&facts, c.data + from * size, size);
	wa_facts_end(&facts);
}

static const wa_event *
event(int kind, size_t n)
{
	uint32_t i;

	for (i = 0; i < r->event_count; i++)
		if (r->events[i].kind == kind && n-- == 0)
			return &r->events[i];
	return NULL;
}

Test(facts, transactions_are_counted_and_bounded)
{
	chain_commit(&c, 720, NOON + 5 * SECOND);
	chain_abort(&c, 700, NOON + SECOND);
	chain_commit(&c, 0, NOON - SECOND);
	chain_commit(&c, 710, NOON);
	chain_abort(&c, 730, NOON + 9 * SECOND);
	collect(0, 0);
	cr_expect_eq(r->walked, WA_WALKED);
	cr_expect_eq(r->cut, 0);
	cr_expect_eq(r->commits, 3);
	cr_expect_eq(r->aborts, 2);
	cr_expect_eq(r->first_commit, NOON - SECOND, "clocks go back");
	cr_expect_eq(r->last_commit, NOON + 5 * SECOND);
	cr_expect_eq(r->first_abort, NOON + SECOND);
	cr_expect_eq(r->last_abort, NOON + 9 * SECOND);
	cr_expect_eq(r->first_xid, 700, "0 is none");
	cr_expect_eq(r->last_xid, 730);
	cr_expect_eq(r->event_count, 0, "they are no events");
	cr_expect_eq(r->more, 0);
	cr_expect_eq(r->end, chain_end(&c));
	cr_expect_eq(r->open, 0);
}

Test(facts, without_transactions_there_are_no_times)
{
	chain_noise(&c, 100);
	collect(0, 0);
	cr_expect_gt(r->count, 100);
	cr_expect_eq(r->first_commit, WA_NO_TIME);
	cr_expect_eq(r->last_commit, WA_NO_TIME);
	cr_expect_eq(r->first_abort, WA_NO_TIME);
	cr_expect_eq(r->last_abort, WA_NO_TIME);
	cr_expect_eq(r->first_xid, 0);
	cr_expect_eq(r->last_xid, 0);
}

static void
make_checkpoint(uint8_t info, uint32_t timeline, uint32_t previous)
{
	size_t at = format()->checkpoint_time;
	uint8_t data[88] = { 0 };

	wa_put_le64(data, c.start + 40);
	wa_put_le32(data + 8, timeline);
	wa_put_le32(data + 12, previous);
	wa_put_le64(data + at, (uint64_t)(NOON / SECOND));
	chain_data(&c, 0, info, 0, data, sizeof(data));
}

static void
make_end_of_recovery(uint32_t timeline, uint32_t previous)
{
	uint8_t data[16];

	wa_put_le64(data, (uint64_t)(NOON - EPOCH));
	wa_put_le32(data + 8, timeline);
	wa_put_le32(data + 12, previous);
	chain_data(&c, 0, 0x90, 0, data, sizeof(data));
}

static void
make_drop(uint32_t xid, uint32_t relations)
{
	uint8_t data[16 + 12 * 8] = { 0 };

	wa_put_le64(data, (uint64_t)(NOON - EPOCH));
	wa_put_le32(data + 8, 4);
	wa_put_le32(data + 12, relations);
	chain_data(&c, 1, 0x80, xid, data, 16 + 12 * relations);
}

static void
make_drop_database(uint32_t xid, uint32_t oid)
{
	uint8_t data[12] = { 0 };

	wa_put_le32(data, oid);
	chain_data(&c, 4, format()->drop_database, xid, data, sizeof(data));
}

static void
all_events(void)
{
	uint64_t point, drop;

	make_checkpoint(0x10, 1, 1);
	point = chain_point(&c, "before the release", NOON);
	chain_noise(&c, 300);
	make_drop(800, 3);
	drop = c.prev;
	make_end_of_recovery(2, 1);
	make_drop_database(801, 16385);
	chain_noise(&c, 300);
	chain_commit(&c, 801, NOON + SECOND);
	make_checkpoint(0x00, 3, 2);
	collect(0, 0);
	cr_expect_eq(r->event_count, 6, "%u", r->event_count);
	cr_assert_not_null(event(WA_EVENT_CHECKPOINT, 0));
	cr_expect_eq(event(WA_EVENT_CHECKPOINT, 0)->time, NOON, "version %u",
	    format()->version);
	cr_expect_eq(event(WA_EVENT_CHECKPOINT, 0)->other, c.start + 40);
	cr_expect_eq(event(WA_EVENT_RESTORE_POINT, 0)->lsn, point);
	cr_expect_eq(event(WA_EVENT_RESTORE_POINT, 0)->time, NOON);
	cr_expect_str_eq(
	    event(WA_EVENT_RESTORE_POINT, 0)->name, "before the release");
	cr_expect_eq(event(WA_EVENT_DROP, 0)->lsn, drop);
	cr_expect_eq(event(WA_EVENT_DROP, 0)->xid, 800);
	cr_expect_eq(event(WA_EVENT_DROP, 0)->count, 3);
	cr_assert_not_null(
	    event(WA_EVENT_DROP_DATABASE, 0), "version %u", format()->version);
	cr_expect_eq(event(WA_EVENT_DROP_DATABASE, 0)->other, 16385);
	cr_expect_eq(event(WA_EVENT_DROP_DATABASE, 0)->time, NOON + SECOND,
	    "that of its commit");
	cr_expect_eq(event(WA_EVENT_TIMELINE, 0)->timeline, 2);
	cr_expect_eq(event(WA_EVENT_TIMELINE, 0)->other, 1);
	cr_expect_eq(event(WA_EVENT_TIMELINE, 1)->timeline, 3, "a checkpoint");
	cr_expect_eq(event(WA_EVENT_TIMELINE, 1)->other, 2);
	cr_expect_eq(r->commits, 2);
}

Test(facts, events_of_every_version)
{
	static const uint16_t magics[] = { 0xD087, 0xD093, 0xD097, 0xD098,
		0xD101, 0xD106, 0xD10D, 0xD110, 0xD113, 0xD116, 0xD118,
		0xD122 };
	size_t i;

	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		begin_with(magics[i]);
		all_events();
	}
}

Test(facts, events_are_in_order_of_kind_and_place)
{
	uint32_t i;

	make_drop(1, 1);
	chain_point(&c, "b", NOON);
	make_drop(2, 1);
	chain_point(&c, "a", NOON);
	make_checkpoint(0x10, 1, 1);
	collect(0, 0);
	cr_assert_eq(r->event_count, 5);
	for (i = 1; i < 5; i++)
		cr_expect(r->events[i - 1].kind < r->events[i].kind ||
		    (r->events[i - 1].kind == r->events[i].kind &&
			r->events[i - 1].lsn < r->events[i].lsn));
}

Test(facts, names_are_as_long_as_they_may_be)
{
	char name[65];

	memset(name, 'n', 64);
	name[64] = '\0';
	chain_point(&c, name, NOON);
	name[63] = '\0';
	collect(0, 0);
	cr_expect_str_eq(event(WA_EVENT_RESTORE_POINT, 0)->name, name);
}

/* Nothing is dropped without a word. */
Test(facts, more_than_there_is_room_for_is_told)
{
	static const struct {
		int kind;
		size_t room;
	} kinds[] = { { WA_EVENT_RESTORE_POINT, 20 },
		{ WA_EVENT_CHECKPOINT, 4 }, { WA_EVENT_DROP, 20 },
		{ WA_EVENT_DROP_DATABASE, 8 }, { WA_EVENT_TIMELINE, 4 } };
	size_t i, n;

	for (i = 0; i < 10; i++) {
		int kind = kinds[i / 2].kind;

		begin();
		for (n = 0; n < kinds[i / 2].room + i % 2; n++)
			switch (kind) {
			case WA_EVENT_RESTORE_POINT:
				chain_point(&c, "p", NOON);
				break;
			case WA_EVENT_CHECKPOINT:
				make_checkpoint(0x10, 1, 1);
				break;
			case WA_EVENT_DROP:
				make_drop(700, 1);
				break;
			case WA_EVENT_DROP_DATABASE:
				make_drop_database(700, 1);
				break;
			default:
				make_end_of_recovery(2, 1);
			}
		collect(0, 0);
		cr_expect_eq(r->event_count, kinds[i / 2].room);
		cr_expect_eq(r->more, i % 2 == 0 ? 0 : WA_EVENT_BIT(kind));
	}
}

/* More than one segment. */

Test(facts, a_record_is_counted_where_it_ends)
{
	uint64_t lsn, ended, all;

	chain_to(&c, c.start + 64 * 1024 - 200);
	lsn = chain_noise(&c, 5000);
	ended = chain_end(&c);
	chain_commit(&c, 700, NOON);
	chain_finish(&c);
	collect(0, 0);
	all = r->count;
	cr_expect_eq(r->open, lsn);
	cr_expect_leq(r->end, lsn);
	cr_expect_eq(r->commits, 0);
	collect(1, 1);
	cr_expect_eq(r->cut, 1, "its beginning is not at hand");
	cr_expect_eq(r->commits, 1);
	all += r->count + 1;
	collect(1, 0);
	cr_expect_eq(r->cut, 0);
	cr_expect_eq(r->end, chain_end(&c));
	collect(0, 0);
	all -= r->count;
	collect(1, 0);
	cr_expect_eq(r->count, all, "and not those before the segment");
	cr_expect_gt(ended, c.start + 64 * 1024);
}

Test(facts, a_walk_goes_on_into_the_next_segment)
{
	uint64_t count;

	chain_to(&c, c.start + 64 * 1024 - 200);
	chain_commit(&c, 1, NOON);
	chain_noise(&c, 5000);
	chain_commit(&c, 2, NOON + SECOND);
	chain_finish(&c);
	collect(1, 0);
	count = r->count;
	collect(0, 0);
	wa_facts_next(&facts, c.start + 64 * 1024, 0);
	wa_facts_add(&facts, c.data + 64 * 1024, 64 * 1024);
	wa_facts_end(&facts);
	cr_expect_eq(r->count, count);
	cr_expect_eq(r->commits, 1);
	cr_expect_eq(r->first_xid, 2);
	cr_expect_eq(r->cut, 0);
}

Test(facts, a_record_longer_than_a_segment)
{
	uint64_t lsn;

	chain_noise(&c, 100);
	lsn = chain_noise(&c, 200000);
	chain_commit(&c, 7, NOON);
	collect(1, 0);
	cr_expect_eq(r->count, 0);
	cr_expect_eq(r->end, 0);
	cr_expect_eq(r->open, lsn);
	cr_expect_eq(r->walked, WA_WALKED);
	collect(2, 2);
	cr_expect_eq(r->count, 0);
	cr_expect_eq(r->cut, 1);
	collect(3, 0);
	cr_expect_eq(r->commits, 1);
	cr_expect_eq(r->cut, 0);
}

/* Damage and ends. */

Test(facts, damage_is_an_event)
{
	uint64_t lsn;

	chain_noise(&c, 100);
	lsn = chain_noise(&c, 100);
	chain_commit(&c, 7, NOON);
	chain_finish(&c);
	chain_byte(&c, lsn + 50)[0] ^= 1;
	collect(0, 0);
	cr_assert_not_null(wa_records_damage(r));
	cr_expect_eq(wa_records_damage(r)->lsn, lsn);
	cr_expect_eq(wa_records_damage(r)->time, WA_NO_TIME);
	cr_expect_str_eq(wa_records_damage(r)->name, "record checksum");
	cr_expect_eq(r->walked, WA_WALKED);
	cr_expect_eq(r->commits, 1, "what lies behind it counts");
	chain_byte(&c, lsn + 50)[0] ^= 1;
	collect(0, 0);
	cr_expect_null(wa_records_damage(r));
}

Test(facts, with_a_free_tail_wal_ends_there)
{
	size_t at;

	chain_commit(&c, 7, NOON);
	at = c.at;
	chain_commit(&c, 8, NOON + SECOND);
	chain_finish(&c);
	memset(c.data + at, 0, 8192 - at);
	memset(&facts, 0xAA, sizeof(facts));
	wa_facts_begin(
	    &facts, format(), c.wal.size, c.wal.block, c.start, c.start, 1);
	wa_facts_add(&facts, c.data, c.wal.size);
	wa_facts_end(&facts);
	cr_expect_eq(r->walked, WA_WALKED);
	cr_expect_null(wa_records_damage(r));
	cr_expect_eq(r->count, 1);
	cr_expect_eq(r->commits, 1);
	cr_expect_eq(r->end, c.start + at);
}

Test(facts, pages_full_of_noise_are_unreadable)
{
	size_t page;

	chain_noise(&c, 100);
	chain_finish(&c);
	for (page = 0; page < 8; page++)
		fill_random(c.data + page * 8192 + (page == 0 ? 40 : 24),
		    8192 - (page == 0 ? 40 : 24), page);
	collect(0, 0);
	cr_expect_eq(r->walked, WA_UNREADABLE);
	cr_expect_eq(r->count, 0);
}

Test(facts, one_record_that_is_right_shows_that_they_can_be_read)
{
	size_t page;

	chain_noise(&c, 100);
	chain_finish(&c);
	for (page = 0; page < 7; page++)
		fill_random(c.data + page * 8192 + (page == 0 ? 40 : 24),
		    8192 - (page == 0 ? 40 : 24), page);
	collect(0, 0);
	cr_expect_eq(r->walked, WA_WALKED);
	cr_expect_gt(r->count, 0);
	cr_expect_not_null(wa_records_damage(r));
}

/* Visits. */

static wa_event seen[1000];
static size_t seen_count, stop_after;

static int
visit(void *arg, const wa_event *e)
{
	cr_assert_eq(arg, &c);
	seen[seen_count++] = *e;
	return seen_count == stop_after ? 17 : 0;
}

static void
visit_all(unsigned kinds, size_t stop)
{
	chain_finish(&c);
	seen_count = 0;
	stop_after = stop;
	wa_facts_begin(
	    &facts, format(), c.wal.size, c.wal.block, c.start, c.start, 0);
	wa_facts_visit(&facts, kinds, visit, &c);
	wa_facts_add(&facts, c.data, c.wal.size);
	wa_facts_end(&facts);
}

Test(facts, a_visit_gets_the_kinds_it_asked_for_in_order)
{
	uint64_t noise, commit;

	noise = chain_noise(&c, 100);
	commit = chain_commit(&c, 7, NOON);
	chain_abort(&c, 8, NOON + SECOND);
	make_drop(9, 2);
	chain_point(&c, "p", NOON);
	visit_all(
	    WA_EVENT_BIT(WA_EVENT_COMMIT) | WA_EVENT_BIT(WA_EVENT_ABORT), 0);
	cr_assert_eq(seen_count, 2);
	cr_expect_eq(seen[0].kind, WA_EVENT_COMMIT);
	cr_expect_eq(seen[0].lsn, commit);
	cr_expect_eq(seen[0].xid, 7);
	cr_expect_eq(seen[0].time, NOON);
	cr_expect_eq(seen[1].kind, WA_EVENT_ABORT);
	visit_all(~0u, 0);
	cr_expect_eq(seen_count, r->count);
	cr_expect_eq(seen[0].kind, WA_EVENT_RECORD);
	cr_expect_eq(seen[0].lsn, noise);
	cr_expect_str_eq(seen[0].name, "XLOG");
	cr_expect_eq(seen[3].kind, WA_EVENT_DROP);
	cr_expect_eq(seen[3].count, 2);
	cr_expect_eq(seen[4].kind, WA_EVENT_RESTORE_POINT);
	cr_expect_gt(seen[4].end, seen[4].lsn);
}

Test(facts, a_visit_may_end_the_walk)
{
	uint32_t i;

	for (i = 0; i < 10; i++)
		chain_commit(&c, 700 + i, NOON + i * SECOND);
	visit_all(WA_EVENT_BIT(WA_EVENT_COMMIT), 3);
	cr_expect_eq(seen_count, 3);
	cr_expect_eq(facts.walk.state, WA_WALK_ENDED);
	cr_expect_eq(facts.verdict, 17);
}
