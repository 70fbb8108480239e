/* target.c - targets as people write them, and whether they can be reached. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

#define SECOND INT64_C(1000000)

static wa_error err;
static wa_target target;

static int
parse(const char *type, const char *value, const char *timeline)
{
	memset(&err, 0, sizeof(err));
	return wa_target_parse(&target, type, value, timeline, 15, NOON, &err);
}

Test(target, every_type_is_taken)
{
	cr_assert_eq(parse("default", NULL, NULL), 0, "%s", err.text);
	cr_expect_eq(target.type, WA_TARGET_DEFAULT);
	cr_expect_eq(target.exclusive, 0);
	cr_assert_eq(parse("immediate", NULL, NULL), 0);
	cr_expect_eq(target.type, WA_TARGET_IMMEDIATE);
	cr_assert_eq(parse("time", "2026-11-21 12:00:00Z", NULL), 0);
	cr_expect_eq(target.type, WA_TARGET_TIME);
	cr_expect_eq(target.time, NOON);
	cr_assert_eq(parse("time", "now - 5 min", NULL), 0, "%s", err.text);
	cr_expect_eq(target.time, NOON - 300 * SECOND);
	cr_assert_eq(parse("xid", "4711", NULL), 0);
	cr_expect_eq(target.xid, 4711);
	cr_assert_eq(parse("xid", "4294967299", NULL), 0, "with its epoch");
	cr_expect_eq(target.xid, 3);
	cr_assert_eq(parse("lsn", "A/FF000028", NULL), 0);
	cr_expect_eq(target.lsn, UINT64_C(0xAFF000028));
	cr_assert_eq(parse("lsn", "0/0", NULL), 0);
	cr_assert_eq(parse("name", "a point", NULL), 0);
	cr_expect_str_eq(target.name, "a point");
	cr_assert_eq(parse("name",
			 "12345678901234567890123456789012345678901234567890"
			 "1234567890123",
			 NULL),
	    0);
	cr_expect_eq(strlen(target.name), 63);
}

Test(target, bad_input_is_refused_with_a_hint)
{
	static const char *const bad[][2] = { { "times", "now" }, { "", "now" },
		{ "TIME", "now" }, { "time", "" },
		{ "time", "yesterday noon or so" },
		{ "time", "2026-13-01 00:00:00Z" }, { "xid", "" },
		{ "xid", "0" }, { "xid", "4294967296" }, { "xid", "-1" },
		{ "xid", "12a" }, { "xid", "0x10" },
		{ "xid", "99999999999999999999" }, { "lsn", "" },
		{ "lsn", "12345" }, { "lsn", "A/" }, { "lsn", "/A" },
		{ "lsn", "A/123456789" }, { "lsn", "G/0" }, { "name", "" },
		{ "name",
		    "123456789012345678901234567890123456789012345678901234567"
		    "8901234" } };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		target.xid = 4711;
		cr_expect_eq(parse(bad[i][0], bad[i][1], NULL), WA_EUSAGE,
		    "%s %s", bad[i][0], bad[i][1]);
		cr_expect_str_neq(err.text, "");
		cr_expect_str_neq(err.hint, "", "%s %s", bad[i][0], bad[i][1]);
		cr_expect_eq(target.xid, 4711, "nothing is written");
	}
	cr_expect_eq(parse("default", "x", NULL), WA_EUSAGE);
	cr_expect_eq(parse("immediate", "", NULL), WA_EUSAGE);
	cr_expect_eq(parse("time", NULL, NULL), WA_EUSAGE);
	cr_expect_eq(parse("xid", NULL, NULL), WA_EUSAGE);
	cr_expect_eq(parse("lsn", NULL, NULL), WA_EUSAGE);
	cr_expect_eq(parse("name", NULL, NULL), WA_EUSAGE);
}

Test(target, timelines_are_words_and_numbers)
{
	static const char *const bad[] = { "", "0", "-1", "x", "0x", "0x0",
		"1A", "0xG", "0x123456789", "4294967295", "4294967296",
		"LATEST", "latest ", "1 " };
	static const struct {
		uint32_t version, timeline;
	} defaults[] = { { 905, WA_TIMELINE_CURRENT },
		{ 906, WA_TIMELINE_CURRENT }, { 10, WA_TIMELINE_CURRENT },
		{ 11, WA_TIMELINE_CURRENT }, { 12, WA_TIMELINE_LATEST },
		{ 18, WA_TIMELINE_LATEST } };
	size_t i;

	cr_assert_eq(parse("default", NULL, "latest"), 0);
	cr_expect_eq(target.timeline, WA_TIMELINE_LATEST);
	cr_assert_eq(parse("default", NULL, "current"), 0);
	cr_expect_eq(target.timeline, WA_TIMELINE_CURRENT);
	cr_assert_eq(parse("default", NULL, "17"), 0);
	cr_expect_eq(target.timeline, 17);
	cr_assert_eq(parse("default", NULL, "0x1A"), 0);
	cr_expect_eq(target.timeline, 26);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_eq(
		    parse("default", NULL, bad[i]), WA_EUSAGE, "%s", bad[i]);
	for (i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		cr_assert_eq(wa_target_parse(&target, "default", NULL, NULL,
				 defaults[i].version, NOON, &err),
		    0);
		cr_expect_eq(target.timeline, defaults[i].timeline, "%u",
		    defaults[i].version);
	}
}

/* Reached, or not. */

TestSuite(target_check, .fini = world_end);

/* What should be answered: found by replaying. */
struct expected {
	int reachable;
	int unknown; /* it hangs on a time that has no commit */
	uint32_t timeline;
	uint64_t lsn;
	char backup[64];
};

static int
by_stop(const void *a, const void *b)
{
	const wa_backup *x = a, *y = b;

	return x->stop < y->stop ? -1 : x->stop > y->stop;
}

static int
has_history(uint32_t timeline)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "%08X.history", timeline);
	return timeline == 1 || file_exists(object_path(SYSTEM, name));
}

static uint32_t
line_of(const wa_backup *b)
{
	uint32_t t = b->timeline;

	if (target.timeline == WA_TIMELINE_LATEST)
		while (t < world.newest && has_history(t + 1))
			t++;
	else if (target.timeline != WA_TIMELINE_CURRENT)
		t = target.timeline;
	return t;
}

/* Is the backup of the way to the timeline? */
static int
is_of(const wa_backup *b, uint32_t timeline)
{
	for (; timeline != b->timeline; timeline = world.lines[timeline].parent)
		if (timeline == 0 || world.lines[timeline].begin < b->stop)
			return 0;
	return 1;
}

static int
is_xact(const struct world_record *r)
{
	return r->kind == WA_EVENT_COMMIT || r->kind == WA_EVENT_ABORT;
}

static int
stops(const struct world_record *r, int *after)
{
	*after = !target.exclusive;
	switch (target.type) {
	case WA_TARGET_LSN:
		return r->lsn >= target.lsn;
	case WA_TARGET_XID:
		return is_xact(r) && r->xid == target.xid;
	case WA_TARGET_TIME:
		*after = 0;
		return is_xact(r) &&
		    (target.exclusive ? r->time >= target.time :
					r->time > target.time);
	default:
		*after = 1;
		return r->kind == WA_EVENT_RESTORE_POINT &&
		    strcmp(r->name, target.name) == 0;
	}
}

/* Does the backup have everything up to the time already? */
static int
too_early(const wa_backup *b, const struct world_line *line, int *unknown)
{
	int64_t time = WA_NO_TIME;
	uint64_t n;
	size_t i;

	for (n = (b->stop - 1) / MB + 1;
	     time == WA_NO_TIME && n-- > b->redo / MB;)
		for (i = 0; i < line->count; i++) {
			const struct world_record *r = &line->records[i];

			if (is_xact(r) && r->lsn < b->stop &&
			    (r->end - 1) / MB == n && r->time > time)
				time = r->time;
		}
	*unknown |= time == WA_NO_TIME;
	return time > target.time || (time == target.time && target.exclusive);
}

static void
replay(struct expected *e, const wa_backup *b, uint32_t t,
    const struct world_reach *reach)
{
	const struct world_line *line = &world.lines[t];
	int after = 0;
	size_t i;

	if (target.type == WA_TARGET_TIME && too_early(b, line, &e->unknown))
		return;
	for (i = 0; i < line->count; i++)
		if (line->records[i].lsn >= b->redo &&
		    stops(&line->records[i], &after))
			break;
	if (i == line->count || line->records[i].end > reach->end)
		return;
	e->lsn = after ? line->records[i].end : line->records[i].lsn;
	e->reachable = e->lsn >= b->stop;
}

static void
try(struct expected *e, const wa_backup *b)
{
	struct world_reach reach;
	uint32_t t = line_of(b);

	if (!has_history(t) || !is_of(b, t) || !world_histories(b->timeline))
		return;
	world_reach(&reach, t, b->redo);
	if (reach.end < b->stop)
		return;
	e->timeline = t;
	(void)strcpy(e->backup, b->name);
	if (target.type == WA_TARGET_IMMEDIATE) {
		e->reachable = 1;
		e->lsn = b->stop;
	} else if (target.type == WA_TARGET_DEFAULT) {
		e->reachable = reach.bound == WA_BOUND_END;
		e->lsn = reach.end;
	} else
		replay(e, b, t, &reach);
}

static struct expected
expect(void)
{
	struct expected e = { 0 };
	size_t i;

	for (i = world.backup_count; i > 0 && !e.reachable; i--)
		try(&e, &world.backups[i - 1]);
	return e;
}

static const struct world_record *
any_record(void)
{
	const struct world_line *line =
	    &world.lines[1 + world_random(world.newest)];

	return &line->records[world_random(line->count)];
}

static void
any_target(void)
{
	const struct world_record *r = any_record();
	uint32_t timelines[] = { WA_TIMELINE_LATEST, WA_TIMELINE_CURRENT, 1, 2,
		3 };

	memset(&target, 0, sizeof(target));
	target.type = (int32_t)world_random(6);
	target.exclusive = (int32_t)world_random(2);
	target.timeline = timelines[world_random(5)];
	target.lsn = r->lsn + world_random(3) * 8 - 8;
	while (!is_xact(r))
		r = any_record();
	target.xid = r->xid + (world_random(20) == 0 ? 10000 : 0);
	target.time = r->time + (int64_t)world_random(3) - 1;
	(void)snprintf(
	    target.name, sizeof(target.name), "p%d", (int)world_random(13));
}

static void
describe(char *buf, size_t size, uint64_t seed)
{
	(void)snprintf(buf, size,
	    "world %d, type %d%s, timeline %u, lsn %llx, xid %u, name %s",
	    (int)seed, target.type, target.exclusive ? " exclusive" : "",
	    target.timeline, (unsigned long long)target.lsn, target.xid,
	    target.name);
}

Test(target_check, answers_as_a_replay_does_in_random_archives)
{
	int yes = 0, no = 0, i;
	char what[200];
	uint64_t seed;

	for (seed = 1; seed <= 8; seed++) {
		if (seed > 1)
			world_end();
		world_any(seed, 1);
		qsort(world.backups, world.backup_count, sizeof(wa_backup),
		    by_stop);
		for (i = 0; i < 60; i++) {
			struct expected e;
			wa_answer a;

			any_target();
			e = expect();
			describe(what, sizeof(what), seed);
			if (e.unknown)
				continue;
			cr_assert_eq(wa_target_check(&a, world.store.repo,
					 SYSTEM, &target, &err),
			    0, "%s", err.text);
			cr_assert_eq(
			    a.reachable, e.reachable, "%s: %s", what, a.reason);
			yes += e.reachable;
			no += !e.reachable;
			if (!e.reachable) {
				cr_assert_str_neq(a.reason, "");
				continue;
			}
			cr_assert_eq(a.lsn, e.lsn, "%s: %llx not %llx", what,
			    (unsigned long long)a.lsn,
			    (unsigned long long)e.lsn);
			cr_assert_eq(a.timeline, e.timeline, "%s", what);
			cr_assert_str_eq(a.backup, e.backup, "%s", what);
		}
	}
	cr_expect_gt(yes, 50, "%d", yes);
	cr_expect_gt(no, 50, "%d", no);
}

/* By hand. */

static wa_answer answer;

static void
check(void)
{
	cr_assert_eq(
	    wa_target_check(&answer, world.store.repo, SYSTEM, &target, &err),
	    0, "%s", err.text);
}

/* Segments 5 to 9, a backup in the first. */
static wa_backup
one_line(void)
{
	wa_backup b;

	world_begin(11);
	b = world_backup(1, WORLD_FIRST * MB + 1000, 6);
	world_grow(1, 10 * MB);
	world_push_all(1);
	memset(&target, 0, sizeof(target));
	target.timeline = WA_TIMELINE_LATEST;
	return b;
}

Test(target_check, without_a_backup_nothing_is_reached)
{
	world_begin(1);
	world_grow(1, 7 * MB);
	world_push_all(1);
	memset(&target, 0, sizeof(target));
	check();
	cr_expect_eq(answer.reachable, 0);
	cr_expect_not_null(strstr(answer.reason, "no base backup"));
	cr_expect_eq(answer.has_before + answer.has_after, 0);
}

Test(target_check, a_missing_history_is_told)
{
	(void)one_line();
	target.timeline = 7;
	check();
	cr_expect_eq(answer.reachable, 0);
	cr_expect_eq(answer.bound, WA_BOUND_HISTORY);
	cr_expect_not_null(strstr(answer.reason, "timeline 7"));
}

Test(target_check, a_no_names_the_windows_around_it)
{
	(void)one_line();
	(void)world_backup(1, 12 * MB, 3);
	world_grow(1, 14 * MB);
	world_push_all(1);
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "00000001000000000000000A")), 0);
	target.type = WA_TARGET_LSN;
	target.lsn = 10 * MB + 5000;
	check();
	cr_expect_eq(answer.reachable, 0);
	cr_expect_eq(answer.has_before, 1);
	cr_expect_leq(answer.before.to, 10 * MB);
	cr_expect_eq(answer.has_after, 1);
	cr_expect_gt(answer.after.from, 12 * MB);
	target.type = WA_TARGET_DEFAULT;
	check();
	cr_expect_eq(answer.reachable, 1, "from the newer backup");
	target.type = WA_TARGET_IMMEDIATE;
	check();
	cr_expect_eq(answer.reachable, 1);
	cr_expect_gt(answer.lsn, 12 * MB, "from the newer one, too");
}

Test(target_check, right_in_front_of_a_hole_is_risky)
{
	const struct world_record *r;
	size_t i;

	(void)one_line();
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "000000010000000000000008")), 0);
	target.type = WA_TARGET_LSN;
	for (i = 0, r = world.lines[1].records; r->end <= 8 * MB; i++)
		r = &world.lines[1].records[i];
	target.lsn = r[-2].lsn;
	check();
	cr_assert_eq(answer.reachable, 1, "%s", answer.reason);
	cr_expect_eq(answer.risky, 1);
	target.lsn = 6 * MB + 40;
	check();
	cr_assert_eq(answer.reachable, 1, "%s", answer.reason);
	cr_expect_eq(world_push(1, 8, "", 0), 0);
	check();
	cr_expect_eq(answer.risky, 0);
}

Test(target_check, the_end_behind_damage_is_an_error)
{
	(void)one_line();
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "000000010000000000000008")), 0);
	cr_assert_eq(world_push(1, 8, "", 1), 2);
	check();
	cr_expect_eq(answer.reachable, 0);
	cr_expect_eq(answer.bound, WA_BOUND_DAMAGE);
	cr_expect_not_null(
	    strstr(answer.reason, "damaged"), "%s", answer.reason);
}

Test(target_check, the_end_behind_what_was_dropped_is_an_error)
{
	(void)one_line();
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "000000010000000000000008")), 0);
	world_drop(1, 8, "");
	check();
	cr_expect_eq(answer.reachable, 0);
	cr_expect_eq(answer.bound, WA_BOUND_DROPPED);
	cr_expect_not_null(
	    strstr(answer.reason, "dropped"), "%s", answer.reason);
}

Test(target_check, the_end_where_the_last_was_dropped_is_an_error)
{
	(void)one_line();
	world_drop(1, 10, "");
	check();
	cr_expect_eq(answer.reachable, 0);
	cr_expect_eq(answer.bound, WA_BOUND_DROPPED);
	cr_expect_not_null(
	    strstr(answer.reason, "\"00000001000000000000000A\""), "%s",
	    answer.reason);
}
