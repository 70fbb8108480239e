/* window.c - what can be recovered to. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

static wa_error err;
static wa_window *windows;
static size_t count;

static void
list(void)
{
	wa_free(windows);
	windows = NULL;
	cr_assert_eq(
	    wa_window_list(&windows, &count, world.store.repo, SYSTEM, &err), 0,
	    "%s", err.text);
}

static void
end(void)
{
	wa_free(windows);
	world_end();
}

TestSuite(window, .fini = end);

static int
covered(uint32_t timeline, uint64_t lsn)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (windows[i].timeline == timeline && windows[i].from <= lsn &&
		    lsn <= windows[i].to)
			return 1;
	return 0;
}

static int
reachable(uint32_t timeline, uint64_t lsn)
{
	wa_target t = {
		.type = WA_TARGET_LSN, .timeline = timeline, .lsn = lsn
	};
	wa_answer answer;

	cr_assert_eq(
	    wa_target_check(&answer, world.store.repo, SYSTEM, &t, &err), 0,
	    "%s", err.text);
	return answer.reachable;
}

/* A record's end is in a window just when one can stop there. */
static void
windows_and_targets_agree(uint64_t seed)
{
	size_t i, step;
	uint32_t t;

	for (t = 1; t <= world.newest; t++) {
		const struct world_line *line = &world.lines[t];

		step = 1 + line->count / 12;
		for (i = 0; i < line->count; i += step) {
			const struct world_record *r = &line->records[i];

			if (r->lsn < line->begin)
				continue;
			cr_assert_eq(covered(t, r->end), reachable(t, r->lsn),
			    "world %d: timeline %u, record at %llx: %s",
			    (int)seed, t, (unsigned long long)r->lsn,
			    covered(t, r->end) ? "in a window" : "in none");
		}
	}
}

Test(window, has_what_can_be_a_target_in_random_archives)
{
	uint64_t seed;
	size_t i, all = 0;

	for (seed = 1; seed <= 8; seed++) {
		if (seed > 1)
			world_end();
		world_any(seed, 1);
		list();
		all += count;
		for (i = 0; i < count; i++) {
			cr_assert_leq(windows[i].from, windows[i].to);
			cr_assert(i == 0 ||
			    windows[i - 1].timeline < windows[i].timeline ||
			    windows[i - 1].to < windows[i].from ||
			    windows[i - 1].from < windows[i].from);
		}
		windows_and_targets_agree(seed);
	}
	cr_expect_gt(all, 8);
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
	return b;
}

Test(window, without_a_backup_there_is_none)
{
	world_begin(1);
	world_grow(1, 8 * MB);
	world_push_all(1);
	list();
	cr_expect_eq(count, 0);
	cr_expect_null(windows);
}

static int64_t
last_time_before(uint64_t lsn)
{
	const struct world_line *line = &world.lines[1];
	int64_t time = WA_NO_TIME;
	size_t i;

	for (i = 0; i < line->count && line->records[i].end <= lsn; i++)
		if (line->records[i].kind == WA_EVENT_COMMIT ||
		    line->records[i].kind == WA_EVENT_ABORT)
			time = line->records[i].time > time ?
			    line->records[i].time :
			    time;
	return time;
}

Test(window, from_the_backup_to_the_last_record)
{
	wa_backup b = one_line();

	list();
	cr_assert_eq(count, 1);
	cr_expect_eq(windows[0].timeline, 1);
	cr_expect_eq(windows[0].bound, WA_BOUND_END);
	cr_expect_eq(windows[0].from, b.stop);
	cr_expect_leq(windows[0].to, 10 * MB);
	cr_expect_gt(windows[0].to, 9 * MB);
	cr_expect_str_eq(windows[0].backup, b.name);
	cr_expect_str_eq(windows[0].first_missing, "00000001000000000000000A");
	cr_expect_eq(windows[0].from_time, last_time_before(b.stop));
	cr_expect_eq(windows[0].to_time, last_time_before(windows[0].to));
}

Test(window, a_hole_or_damage_cuts_it_in_two)
{
	wa_backup b = one_line(), later;

	later = world_backup(1, 12 * MB, 3);
	world_grow(1, 14 * MB);
	world_push_all(1);
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "00000001000000000000000A")), 0);
	list();
	cr_assert_eq(count, 2);
	cr_expect_eq(windows[0].bound, WA_BOUND_HOLE);
	cr_expect_str_eq(windows[0].backup, b.name);
	cr_expect_str_eq(windows[0].first_missing, "00000001000000000000000A");
	cr_expect_leq(windows[0].to, 10 * MB);
	cr_expect_str_eq(windows[1].backup, later.name);
	cr_expect_eq(windows[1].from, later.stop);
	cr_assert_eq(world_push(1, 10, "", 1), 2);
	list();
	cr_assert_eq(count, 2);
	cr_expect_eq(windows[0].bound, WA_BOUND_DAMAGE);
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "00000001000000000000000A.damaged")), 0);
	world_drop(1, 10, "");
	list();
	cr_assert_eq(count, 2);
	cr_expect_eq(windows[0].bound, WA_BOUND_DROPPED);
	cr_expect_str_eq(windows[0].first_missing, "00000001000000000000000A");
	cr_assert_eq(world_push(1, 10, "", 0), 0);
	list();
	cr_assert_eq(count, 1, "the older backup reaches as far");
	cr_expect_str_eq(windows[0].backup, b.name);
}

Test(window, a_backup_that_cannot_become_consistent_makes_none)
{
	wa_backup b = one_line();

	(void)b;
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "000000010000000000000005")), 0);
	list();
	cr_expect_eq(count, 0);
}

Test(window, a_timeline_has_one_from_where_it_begins)
{
	wa_backup b = one_line();

	(void)world_fork(1);
	world_grow(2, 12 * MB);
	world_push_all(2);
	list();
	cr_expect_eq(count, 0, "its history is missing");
	world_history(2);
	list();
	cr_assert_eq(count, 2);
	cr_expect_eq(windows[1].timeline, 2);
	cr_expect_eq(windows[1].from, world.lines[2].begin);
	cr_expect_str_eq(windows[1].backup, b.name);
}
