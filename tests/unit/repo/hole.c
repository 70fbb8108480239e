/*
 * hole.c - what is not stored: simply not there, or missing?  PostgreSQL takes
 * the first for the end of WAL, and promotes.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "repo/hole.h"
#include "support.h"

static struct store store;
static wa_error err;

static void
begin(void)
{
	store_open(&store, "zstd", MB);
}

static void
end(void)
{
	store_close(&store);
	folder_remove();
}

TestSuite(hole, .init = begin, .fini = end);

static void
store_segment(uint32_t timeline, uint64_t number)
{
	struct wal w = WAL_INIT;

	w.timeline = timeline;
	w.number = number;
	push_wal(&store, &w, "");
}

static int
judge(uint32_t timeline, uint64_t number)
{
	char name[WA_SEGMENT_NAME_SIZE];
	int rc;

	wa_segment_format(name, timeline, number, MB);
	rc = wa_hole_judge(store.repo, SYSTEM, name, &err);
	cr_expect_eq(rc, err.code);
	cr_expect_not_null(strstr(err.text, name), "%s", err.text);
	return rc;
}

static int
judge_history(uint32_t timeline)
{
	char name[32];

	snprintf(name, sizeof(name), "%08X.history", timeline);
	return wa_hole_judge(store.repo, SYSTEM, name, &err);
}

Test(hole, nothing_stored_is_an_absence)
{
	cr_expect_eq(judge(1, 5), WA_ENOENT);
	cr_expect_eq(judge_history(2), WA_ENOENT);
	cr_expect_eq(judge_history(1), WA_ENOENT);
}

Test(hole, after_the_last_is_an_absence_before_it_a_hole)
{
	store_segment(1, 5);
	cr_expect_eq(judge(1, 6), WA_ENOENT);
	cr_expect_eq(judge(1, 4711), WA_ENOENT);
	cr_expect_eq(judge(1, 4), WA_EHOLE);
	cr_expect_not_null(strstr(err.text, "000000010000000000000005"));
	cr_expect_not_null(strstr(err.hint, "pg_wal"));
	store_segment(1, 7);
	cr_expect_eq(judge(1, 6), WA_EHOLE);
	cr_expect_eq(judge(1, 8), WA_ENOENT);
}

/* Evidence in a later folder counts, of a later log. */
Test(hole, later_folders_are_looked_into)
{
	store_segment(1, 4096 + 1);
	cr_expect_eq(judge(1, 4095), WA_EHOLE);
	cr_expect_eq(judge(1, 4096), WA_EHOLE);
	cr_expect_eq(judge(1, 4098), WA_ENOENT);
	cr_assert_eq(mkdir(path_of("repo/db/wal/7431170312345678901/"
				   "0000000100000009"),
			 0700),
	    0);
	cr_expect_eq(judge(1, 4096), WA_EHOLE, "an empty folder says nothing");
	cr_expect_eq(judge(1, 4098), WA_ENOENT);
}

Test(hole, other_timelines_segments_say_nothing_without_a_history)
{
	store_segment(2, 9);
	cr_expect_eq(judge(1, 5), WA_ENOENT);
	cr_expect_eq(judge(3, 5), WA_ENOENT);
	cr_expect_eq(judge(2, 5), WA_EHOLE);
}

/* Timeline 2 left 1 inside segment 5, at 0/580000. */
Test(hole, a_timeline_that_was_left_later_must_have_had_it)
{
	push_history(&store, 2, "1\t0/580000\tx\n");
	cr_expect_eq(judge(1, 3), WA_EHOLE);
	cr_expect_not_null(strstr(err.text, "timeline"));
	cr_expect_eq(judge(1, 4), WA_EHOLE);
	cr_expect_eq(
	    judge(1, 5), WA_ENOENT, "it was finished on the new timeline");
	cr_expect_eq(judge(1, 6), WA_ENOENT);
}

Test(hole, a_timeline_left_at_a_segments_end_must_have_had_it)
{
	push_history(&store, 2, "1\t0/600000\tx\n");
	cr_expect_eq(judge(1, 5), WA_EHOLE);
	cr_expect_eq(judge(1, 6), WA_ENOENT);
}

Test(hole, the_latest_of_those_who_left_decides)
{
	push_history(&store, 2, "1\t0/380000\tx\n");
	push_history(&store, 3, "1\t0/880000\tx\n");
	cr_expect_eq(judge(1, 5), WA_EHOLE);
	cr_expect_eq(judge(1, 8), WA_ENOENT);
}

Test(hole, a_grandchilds_history_tells_of_its_grandparent)
{
	push_history(&store, 3, "1\t0/580000\tx\n2\t0/880000\tx\n");
	cr_expect_eq(judge(1, 4), WA_EHOLE);
	cr_expect_eq(judge(2, 7), WA_EHOLE);
	cr_expect_eq(judge(2, 8), WA_ENOENT);
}

/* PostgreSQL asks the newest timeline first, for segments of its ancestors. */
Test(hole, before_its_first_segment_a_timeline_plainly_has_none)
{
	push_history(&store, 2, "1\t0/580000\tx\n");
	store_segment(2, 6);
	cr_expect_eq(judge(2, 4), WA_ENOENT);
	cr_expect_eq(
	    judge(2, 5), WA_EHOLE, "the segment of the switch is on both");
	cr_expect_eq(judge(2, 7), WA_ENOENT);
}

Test(hole, a_history_that_others_build_on_is_missing)
{
	push_history(&store, 4, "1\t0/580000\tx\n");
	cr_expect_eq(judge_history(2), WA_EHOLE);
	cr_expect_eq(judge_history(3), WA_EHOLE);
	cr_expect_eq(judge_history(5), WA_ENOENT);
	cr_expect_eq(judge_history(1), WA_ENOENT, "timeline 1 never has one");
}

/* Else a server would give the number of a timeline that is used. */
Test(hole, a_history_is_missing_when_its_timeline_has_segments)
{
	store_segment(3, 9);
	cr_expect_eq(judge_history(3), WA_EHOLE);
	cr_expect_eq(judge_history(2), WA_EHOLE);
	cr_expect_eq(judge_history(4), WA_ENOENT);
	cr_expect_eq(judge_history(1), WA_ENOENT);
}

Test(hole, partial_and_backup_files_leave_no_hole)
{
	store_segment(1, 9);
	cr_expect_eq(wa_hole_judge(store.repo, SYSTEM,
			 "000000010000000000000005.partial", &err),
	    WA_ENOENT);
	cr_expect_eq(wa_hole_judge(store.repo, SYSTEM,
			 "000000010000000000000005.00000028.backup", &err),
	    WA_ENOENT);
}

/* Its timeline ended there, so what came before was written. */
Test(hole, a_later_partial_shows_that_there_was_more)
{
	struct wal w = WAL_INIT;

	w.number = 9;
	push_wal(&store, &w, ".partial");
	cr_expect_eq(judge(1, 8), WA_EHOLE);
	cr_expect_not_null(strstr(err.text, ".partial"));
	cr_expect_eq(judge(1, 9), WA_ENOENT, "itself it was never finished");
	cr_expect_eq(judge(1, 10), WA_ENOENT);
	cr_expect_eq(judge_history(2), WA_ENOENT);
}

Test(hole, a_later_backup_shows_that_there_was_more)
{
	static const char name[] = "000000010000000000000009.00000028.backup";

	text_put(path_of(name),
	    "START WAL LOCATION: 0/900028 "
	    "(file 000000010000000000000009)\n");
	cr_assert_eq(wa_wal_push(store.repo, SYSTEM, path_of(name), NULL, &err),
	    0, "%s", err.text);
	cr_expect_eq(judge(1, 8), WA_EHOLE);
	cr_expect_eq(judge(1, 9), WA_ENOENT);
}

Test(hole, a_segment_counts_before_its_own_partial)
{
	struct wal w = WAL_INIT;

	w.number = 9;
	push_wal(&store, &w, ".partial");
	push_wal(&store, &w, "");
	cr_expect_eq(judge(1, 9), WA_ETRYAGAIN, "stored a moment ago");
	cr_expect_eq(judge(1, 8), WA_EHOLE);
}

Test(hole, a_damaged_history_gives_no_clear_answer)
{
	const char *path;
	int rc;

	push_history(&store, 2, "1\t0/580000\tx\n");
	path = object_path(SYSTEM, "00000002.history");
	text_put(path, "garbage");
	rc =
	    wa_hole_judge(store.repo, SYSTEM, "000000010000000000000009", &err);
	cr_expect_eq(rc, WA_ECORRUPT);
	cr_expect_eq(judge_history(5), WA_ECORRUPT);
}

Test(hole, an_unknown_system_or_stanza_is_no_absence)
{
	cr_expect_eq(
	    wa_hole_judge(store.repo, 4711, "000000010000000000000005", &err),
	    WA_EMISMATCH);
}

Test(hole, a_name_the_segment_size_does_not_allow_is_usage)
{
	cr_expect_eq(
	    wa_hole_judge(store.repo, SYSTEM, "000000010000000000001000", &err),
	    WA_EUSAGE);
}
