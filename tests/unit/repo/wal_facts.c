/* wal_facts.c - lines of a label: written, read, and made up by others. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repo/wal_facts.h"
#include "support.h"

#define NOON INT64_C(1795262400000000)

static wa_label label;
static wa_wal_records in, out;
static wa_error err;

static void
begin(void)
{
	memset(&in, 0, sizeof(in));
	in.walked = WA_WALKED;
	in.first_commit = in.last_commit = WA_NO_TIME;
	in.first_abort = in.last_abort = WA_NO_TIME;
	wa_label_begin(&label, "segment");
}

TestSuite(wal_facts, .init = begin);

/* Through a sealed label, as it is stored. */
static int
round_trip(void)
{
	static wa_label parsed;

	wa_label_begin(&label, "segment");
	wa_wal_facts_write(&label, &in);
	wa_label_add(&label, "payload", "%020d %032d", 0, 0);
	cr_assert_eq(wa_label_seal(&label, &err), 0, "%zu bytes", label.used);
	cr_assert_leq(label.used, WA_LABEL_MAX);
	cr_assert_eq(wa_label_parse(&parsed, label.text, label.used, &err), 0,
	    "%s", err.text);
	memset(&out, 0xAA, sizeof(out));
	return wa_wal_facts_read(&out, &parsed, &err);
}

static wa_event *
add(int kind, uint64_t lsn)
{
	wa_event *e = &in.events[in.event_count++];

	memset(e, 0, sizeof(*e));
	e->kind = kind;
	e->lsn = lsn;
	e->time = kind == WA_EVENT_DAMAGE ? WA_NO_TIME : NOON + 1;
	return e;
}

static const wa_event *
find(const wa_event *e)
{
	uint32_t i;

	for (i = 0; i < out.event_count; i++)
		if (out.events[i].kind == e->kind &&
		    out.events[i].lsn == e->lsn)
			return &out.events[i];
	return NULL;
}

static void
same_event(const wa_event *e)
{
	const wa_event *is = find(e);

	cr_assert_not_null(is, "kind %d", e->kind);
	cr_expect_eq(is->time, e->time);
	cr_expect_eq(is->xid, e->xid);
	cr_expect_eq(is->count, e->count);
	cr_expect_eq(is->other, e->other);
	cr_expect_eq(is->timeline, e->timeline);
	cr_expect_str_eq(is->name, e->name);
}

Test(wal_facts, counts_and_times_come_back)
{
	in.count = UINT64_MAX;
	in.commits = 1234567;
	in.aborts = 89;
	in.end = UINT64_C(0xA000000FF0000028);
	in.open = in.end + 8;
	in.cut = 1;
	in.first_commit = NOON;
	in.last_commit = NOON + 123456;
	in.first_abort = INT64_C(946684800000000);
	in.last_abort = NOON;
	in.first_xid = 3;
	in.last_xid = UINT32_MAX;
	in.more =
	    WA_EVENT_BIT(WA_EVENT_DROP) | WA_EVENT_BIT(WA_EVENT_RESTORE_POINT);
	cr_assert_eq(round_trip(), 0, "%s", err.text);
	cr_expect_eq(memcmp(&in, &out, offsetof(wa_wal_records, events)), 0,
	    "%s", label.text);
}

Test(wal_facts, what_is_not_known_stays_so)
{
	cr_assert_eq(round_trip(), 0, "%s", err.text);
	cr_expect_eq(memcmp(&in, &out, offsetof(wa_wal_records, events)), 0);
	in.walked = WA_UNREADABLE;
	cr_assert_eq(round_trip(), 0, "%s", err.text);
	cr_expect_eq(memcmp(&in, &out, offsetof(wa_wal_records, events)), 0);
	in.walked = WA_NOT_WALKED;
	cr_assert_eq(round_trip(), 0, "%s", err.text);
	cr_expect_eq(memcmp(&in, &out, offsetof(wa_wal_records, events)), 0);
}

Test(wal_facts, every_kind_of_event_comes_back)
{
	uint32_t i;
	wa_event *e;

	e = add(WA_EVENT_CHECKPOINT, 0x100);
	e->other = UINT64_C(0xFFFFFFFF00000028);
	e = add(WA_EVENT_DROP, 0x200);
	e->xid = UINT32_MAX;
	e->count = 17;
	e = add(WA_EVENT_DROP_DATABASE, 0x300);
	e->xid = 700;
	e->other = UINT32_MAX;
	e->time = WA_NO_TIME;
	e = add(WA_EVENT_TIMELINE, 0x400);
	e->other = 16;
	e->timeline = 17;
	e = add(WA_EVENT_DAMAGE, 0x500);
	(void)strcpy(e->name, "link to the record before");
	e = add(WA_EVENT_RESTORE_POINT, 0x600);
	(void)strcpy(e->name, "p");
	cr_assert_eq(round_trip(), 0, "%s", err.text);
	cr_expect_eq(out.event_count, 6);
	cr_expect_eq(out.more, 0);
	for (i = 0; i < 6; i++)
		same_event(&in.events[i]);
}

Test(wal_facts, odd_names_come_back)
{
	static const char *const names[] = { "a\nb", "\\", "\\x41", " ", " a ",
		"a  b", "tab\tand\x01\x1f\x7f",
		"gr\xc3\xbc\xc3\x9f"
		"e \xe2\x98\x83",
		"\xff\xfe", "%s%n", "check 00000000", "-", "\"quoted\"",
		"\r\n\r\n" };
	char longest[64];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		begin();
		(void)strcpy(add(WA_EVENT_RESTORE_POINT, 8)->name, names[i]);
		cr_assert_eq(round_trip(), 0, "%zu: %s", i, err.text);
		cr_assert_eq(out.event_count, 1);
		same_event(&in.events[0]);
	}
	for (i = 1; i < 256; i++) {
		begin();
		memset(longest, (int)i, 63);
		longest[63] = '\0';
		(void)strcpy(add(WA_EVENT_RESTORE_POINT, 8)->name, longest);
		cr_assert_eq(round_trip(), 0, "%zu: %s", i, err.text);
		same_event(&in.events[0]);
	}
}

/* The largest there can be: no line is lost without a word. */
Test(wal_facts, what_does_not_fit_is_told)
{
	static const struct {
		int kind;
		uint32_t n;
	} room[] = { { WA_EVENT_RESTORE_POINT, 20 }, { WA_EVENT_CHECKPOINT, 4 },
		{ WA_EVENT_DROP, 20 }, { WA_EVENT_DROP_DATABASE, 8 },
		{ WA_EVENT_TIMELINE, 4 }, { WA_EVENT_DAMAGE, 8 } };
	size_t i, length;
	uint32_t n, lost;

	for (length = 1; length <= 63; length++) {
		begin();
		in.count = in.commits = in.aborts = UINT64_MAX;
		in.end = in.open = UINT64_MAX;
		in.cut = 1;
		in.first_commit = in.last_commit = NOON + 1;
		in.first_abort = in.last_abort = NOON + 1;
		in.first_xid = in.last_xid = UINT32_MAX;
		for (i = 0; i < 6; i++)
			for (n = 0; n < room[i].n; n++) {
				wa_event *e = add(room[i].kind, UINT64_MAX - n);

				e->xid = e->count = UINT32_MAX;
				e->other = e->kind == WA_EVENT_CHECKPOINT ?
				    UINT64_MAX :
				    UINT32_MAX;
				e->timeline = UINT32_MAX;
				memset(e->name, '\n', length);
			}
		cr_assert_eq(round_trip(), 0, "%s", err.text);
		for (i = lost = 0; i < in.event_count; i++) {
			int gone = find(&in.events[i]) == NULL;

			lost += (uint32_t)gone;
			cr_assert(!gone ||
				(out.more & WA_EVENT_BIT(in.events[i].kind)),
			    "kind %d", in.events[i].kind);
		}
		cr_assert_eq(in.event_count, out.event_count + lost);
		cr_assert_gt(lost, 0);
		for (i = 0; i < in.event_count; i++)
			cr_assert(in.events[i].kind != WA_EVENT_DAMAGE ||
			    find(&in.events[i]) != NULL);
	}
}

/* Hostile ones. */

static int
read_line(const char *key, const char *value)
{
	wa_label_begin(&label, "segment");
	wa_label_add(&label, "records", "10");
	wa_label_add(&label, key, "%s", value);
	memset(&err, 0, sizeof(err));
	return wa_wal_facts_read(&out, &label, &err);
}

Test(wal_facts, lines_that_are_odd_are_damage)
{
	static const char *const lines[][2] = { { "records", "" },
		{ "records", "x" }, { "records", "-1" }, { "records", "+1" },
		{ "records", "18446744073709551616" }, { "records", " 1" },
		{ "records", "99999999999999999999999999999999" },
		{ "end", "1" }, { "end", "0/" }, { "end", "0/G" },
		{ "end", "FFFFFFFFF/0" }, { "open", "-" }, { "cut", "no" },
		{ "cut", "" }, { "commits", "many" }, { "aborts", "0x1" },
		{ "first-commit", "yesterday" }, { "last-commit", "" },
		{ "first-abort", "2026-13-01T00:00:00.000000Z" },
		{ "last-abort", "2026-11-21T03:15:00.123456Zx" },
		{ "xids", "1" }, { "xids", "1 4294967296" }, { "xids", "a b" },
		{ "unreadable", "perhaps" }, { "checkpoint", "" },
		{ "checkpoint", "0/10" }, { "checkpoint", "0/10 - redo" },
		{ "checkpoint", "0/10 - todo 0/8" },
		{ "drop", "0/10 - xid 1 relations" },
		{ "drop", "0/10 - xid 4294967296 relations 1" },
		{ "drop", "0/10 - xid 1 relations 99999999999" },
		{ "drop-database", "0/10 - xid 1" },
		{ "drop-database", "0/10 - xid 1 oid -4" },
		{ "timeline", "0/10 - from 1" }, { "timeline", "0/10 - to 1" },
		{ "timeline", "0/10 - from 1 to x" }, { "restore-point", "" },
		{ "restore-point", "0/10" }, { "damage", "x why" },
		{ "restore-point", "0/10 - a\\" },
		{ "restore-point", "0/10 - \\x" },
		{ "restore-point", "0/10 - \\x4" },
		{ "restore-point", "0/10 - \\x00" },
		{ "restore-point", "0/10 - \\xg1" },
		{ "restore-point", "0/10 - \\n" },
		{ "restore-point",
		    "0/10 - 1234567890123456789012345678901234567890123456789"
		    "012345678901234" } };
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		cr_expect_eq(read_line(lines[i][0], lines[i][1]), WA_ECORRUPT,
		    "%s %s", lines[i][0], lines[i][1]);
		cr_expect_not_null(strstr(err.text, lines[i][0]), "%s: %s",
		    lines[i][0], err.text);
	}
}

Test(wal_facts, lines_of_a_later_version_are_passed_over)
{
	cr_expect_eq(read_line("colour", "blue"), 0);
	cr_expect_eq(read_line("a-key-that-is-longer-than-any-that-there-is-"
			       "today",
			 "1"),
	    0);
	cr_expect_eq(read_line("more", "wonders"), 0);
	cr_expect_eq(out.count, 10);
}

Test(wal_facts, more_events_than_anybody_writes_do_no_harm)
{
	int i;

	wa_label_begin(&label, "segment");
	wa_label_add(&label, "records", "1000");
	for (i = 0; i < 300; i++)
		wa_label_add(&label, "damage", "0/%X x", 8 * i);
	cr_assert_eq(wa_wal_facts_read(&out, &label, &err), 0, "%s", err.text);
	cr_expect_eq(out.event_count, WA_EVENTS_MAX);
	cr_expect_eq(out.more, WA_EVENT_BIT(WA_EVENT_DAMAGE));
}

/* Any bytes: no harm (see what the sanitizers say). */
Test(wal_facts, random_lines_do_no_harm)
{
	static const char *const keys[] = { "records", "end", "cut", "xids",
		"restore-point", "drop", "timeline", "damage", "more",
		"last-commit", "checkpoint", "drop-database" };
	uint64_t random = 1;
	char value[400];
	int i;

	for (i = 0; i < 100000; i++) {
		size_t n = next_random(&random) % sizeof(value), k;

		fill_random(value, sizeof(value), next_random(&random));
		for (k = 0; k < n; k++)
			if (value[k] == '\0' || value[k] == '\n')
				value[k] = "0/ -\\x19"[i % 8];
		value[n < sizeof(value) ? n : sizeof(value) - 1] = '\0';
		(void)read_line(keys[i % 12], value);
	}
}
