/* path.c - the way of a recovery, held against one that asks for each file. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "repo/path.h"
#include "world.h"

static wa_error err;

TestSuite(path, .fini = world_end);

static void
same_reach(const struct wa_path *path, uint32_t timeline, uint64_t lsn)
{
	struct wa_stretch is;
	struct world_reach should;

	world_reach(&should, timeline, lsn);
	cr_assert_eq(wa_path_reach(&is, path, lsn, &err), 0, "%s", err.text);
	cr_assert_eq(is.last, should.last, "timeline %u from %llx: %s, not %s",
	    timeline, (unsigned long long)lsn, is.last_name, should.last_name);
	cr_assert_str_eq(is.last_name, should.last_name, "timeline %u: %s",
	    timeline, is.last_name);
	cr_assert_eq(is.bound, should.bound, "timeline %u from %llx: %d at %s",
	    timeline, (unsigned long long)lsn, is.bound, is.missing);
	cr_assert_str_eq(is.missing, should.missing, "%s, not %s", is.missing,
	    should.missing);
	cr_assert_eq(is.end, should.end, "timeline %u from %llx: %llx not %llx",
	    timeline, (unsigned long long)lsn, (unsigned long long)is.end,
	    (unsigned long long)should.end);
}

/* Every timeline, from every segment on. */
static void
same_everywhere(void)
{
	struct wa_archive *archive = NULL;
	struct wa_path path;
	char name[32];
	uint64_t n;
	uint32_t t;

	cr_assert_eq(wa_archive_open(&archive, world.store.repo, SYSTEM, &err),
	    0, "%s", err.text);
	for (t = 1; t <= world.newest; t++) {
		(void)snprintf(name, sizeof(name), "%08X.history", t);
		if (t > 1 && !file_exists(object_path(SYSTEM, name))) {
			cr_expect_eq(
			    wa_path_to(&path, archive, t, &err), WA_ENOENT);
			continue;
		}
		cr_assert_eq(wa_path_to(&path, archive, t, &err), 0);
		cr_expect_eq(wa_path_begin(&path), world.lines[t].begin);
		for (n = WORLD_FIRST; n < WORLD_FIRST + 5; n++)
			same_reach(&path, t, n * MB + 40);
	}
	wa_archive_close(archive);
}

Test(path, goes_as_far_as_a_recovery_in_random_archives)
{
	uint64_t seed;

	for (seed = 1; seed <= 20; seed++) {
		world_any(seed, 0);
		same_everywhere();
		if (seed < 20)
			world_end();
	}
}

/* By hand. */

static struct wa_stretch stretch;

static void
reach(uint32_t timeline, uint64_t number)
{
	struct wa_archive *archive = NULL;
	struct wa_path path;

	cr_assert_eq(wa_archive_open(&archive, world.store.repo, SYSTEM, &err),
	    0, "%s", err.text);
	cr_assert_eq(wa_path_to(&path, archive, timeline, &err), 0);
	same_reach(&path, timeline, number * MB);
	cr_assert_eq(wa_path_reach(&stretch, &path, number * MB, &err), 0);
	wa_archive_close(archive);
}

/* One timeline: segments 5 to 8, and some of 9. */
static void
one_line(void)
{
	world_begin(7);
	world_grow(1, 9 * MB + MB / 2);
	world_push_all(1);
}

Test(path, to_the_end_of_one_timeline)
{
	one_line();
	reach(1, 5);
	cr_expect_eq(stretch.first, 5);
	cr_expect_eq(stretch.last, 8);
	cr_expect_eq(stretch.bound, WA_BOUND_END);
	cr_expect_str_eq(stretch.missing, "000000010000000000000009");
	cr_expect_lt(stretch.end, 9 * MB);
	reach(1, 9);
	cr_expect_eq(stretch.last, 8, "nothing");
	cr_expect_str_eq(stretch.last_name, "");
	cr_assert_eq(world_push(1, 9, ".partial", 0), 0);
	reach(1, 5);
	cr_expect_str_eq(stretch.last_name, "000000010000000000000009.partial");
	cr_expect_eq(stretch.end, chain_end(&world.lines[1].chain));
}

Test(path, up_to_a_hole_or_damage)
{
	one_line();
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "000000010000000000000007")), 0);
	reach(1, 5);
	cr_expect_eq(stretch.last, 6);
	cr_expect_eq(stretch.bound, WA_BOUND_HOLE);
	cr_assert_eq(world_push(1, 7, "", 1), 2);
	reach(1, 5);
	cr_expect_eq(stretch.last, 6);
	cr_expect_eq(stretch.bound, WA_BOUND_DAMAGE);
	cr_expect_str_eq(stretch.missing, "000000010000000000000007");
	cr_assert_eq(world_push(1, 7, "", 0), 0);
	reach(1, 5);
	cr_expect_eq(stretch.last, 8, "healed");
}

Test(path, a_timeline_that_begins_inside_of_a_segment)
{
	one_line();
	(void)world_fork(1);
	world_grow(2, 11 * MB);
	world_history(2);
	reach(2, 5);
	cr_expect_eq(stretch.last, 8, "its first is not there");
	cr_expect_eq(stretch.bound, WA_BOUND_END);
	world_push_all(2);
	reach(2, 5);
	cr_expect_geq(stretch.last, 10);
	reach(1, 5);
	cr_expect_eq(stretch.last, 8);
	world_grow(1, 10 * MB);
	cr_assert_eq(world_push(1, 9, "", 0), 0);
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "000000020000000000000009")), 0);
	reach(2, 5);
	cr_expect_eq(stretch.bound, WA_BOUND_HOLE, "it went on without");
}

/* Until it has a segment of its own, that of its parent tells what it has. */
Test(path, the_parents_segment_answers_up_to_where_it_was_left)
{
	one_line();
	(void)world_fork(1);
	world_grow(1, 10 * MB);
	cr_assert_eq(world_push(1, 9, "", 0), 0);
	world_history(2);
	reach(2, 5);
	cr_expect_eq(stretch.last, 9);
	cr_expect_eq(stretch.end, world.lines[2].begin);
	cr_expect_str_eq(stretch.last_name, "000000010000000000000009");
}

Test(path, a_timeline_that_begins_with_a_segment)
{
	one_line();
	world_switch(1);
	(void)world_fork(1);
	cr_assert_eq(world.lines[2].begin, 10 * MB);
	cr_assert_eq(world_push(1, 9, "", 0), 0);
	world_grow(1, 12 * MB);
	cr_assert_eq(world_push(1, 10, "", 0), 0);
	world_history(2);
	reach(2, 5);
	cr_expect_eq(stretch.last, 9, "and not the parent's tenth");
	world_grow(2, 12 * MB);
	world_push_all(2);
	reach(2, 5);
	cr_expect_eq(stretch.last, 11);
	reach(1, 5);
	cr_expect_eq(stretch.last, 10);
}

Test(path, a_backup_fits_when_it_was_complete_on_the_way)
{
	struct wa_archive *archive = NULL;
	struct wa_path one, two;
	wa_backup b = { .timeline = 1 };

	one_line();
	(void)world_fork(1);
	world_history(2);
	cr_assert_eq(
	    wa_archive_open(&archive, world.store.repo, SYSTEM, &err), 0);
	cr_assert_eq(wa_path_to(&one, archive, 1, &err), 0);
	cr_assert_eq(wa_path_to(&two, archive, 2, &err), 0);
	b.checkpoint = world.lines[2].begin - 80;
	b.stop = world.lines[2].begin;
	cr_expect(wa_path_admits(&one, &b));
	cr_expect(wa_path_admits(&two, &b), "it ended just there");
	b.stop++;
	cr_expect(wa_path_admits(&one, &b));
	cr_expect(!wa_path_admits(&two, &b));
	b.timeline = 2;
	b.checkpoint = world.lines[2].begin;
	cr_expect(!wa_path_admits(&one, &b));
	cr_expect(wa_path_admits(&two, &b));
	wa_archive_close(archive);
}

/* A standby's stop behind a switch is where the next segment begins. */
Test(path, a_backup_is_complete_behind_a_switch)
{
	const uint64_t size = 1 << 20;
	struct wa_archive archive = { .system = { .segment_size = 1 << 20 } };
	const struct wa_path path = { .archive = &archive };
	const struct wa_stretch part = {
		.first = 3, .last = 4, .end = 5 * size - 1000
	};
	const struct {
		uint64_t stop;
		int complete;
	} t[] = { { 5 * size - 1000, 1 }, { 5 * size - 999, 0 },
		{ 5 * size, 1 }, { 5 * size + 1, 0 }, { 6 * size, 0 } };
	wa_backup backup = { .redo = 3 * size };
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		backup.stop = t[i].stop;
		cr_expect_eq(wa_path_completes(&path, &part, &backup),
		    t[i].complete, "%llx", (unsigned long long)t[i].stop);
	}
}
