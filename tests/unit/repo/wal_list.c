/* wal_list.c - what is stored, and what is missing between. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

TestSuite(wal_list, .init = begin, .fini = end);

/* Listing looks at names only, so an empty file will do. */
static void
plant(uint32_t timeline, uint64_t first, uint64_t last, const char *suffix)
{
	struct wal w = WAL_INIT;
	char name[64], *slash, path[600];

	for (w.number = first; w.number <= last; w.number++) {
		w.timeline = timeline;
		snprintf(name, sizeof(name), "%s%s", wal_name(&w), suffix);
		snprintf(path, sizeof(path), "%s", object_path(SYSTEM, name));
		slash = strrchr(path, '/');
		*slash = '\0';
		(void)mkdir(path_of("repo/db/wal"), 0700);
		(void)mkdir(path_of("repo/db/wal/7431170312345678901"), 0700);
		(void)mkdir(path, 0700);
		*slash = '/';
		text_put(path, "ten bytes.");
	}
}

/* "1:5-7 1:!8-9 2:10-10", holes with '!'. */
static const char *
list(void)
{
	static char text[2000];
	wa_wal_list *l = NULL;
	wa_wal_range r;
	int rc;

	text[0] = '\0';
	rc = wa_wal_list_open(&l, store.repo, SYSTEM, &err);
	cr_assert_eq(rc, 0, "%s", err.text);
	while ((rc = wa_wal_list_next(&r, l, &err)) == 1) {
		char one[100];

		snprintf(one, sizeof(one), "%s%u:%s%llu-%llu",
		    text[0] == '\0' ? "" : " ", r.timeline,
		    r.missing ? "!" : "", (unsigned long long)r.first,
		    (unsigned long long)r.last);
		strcat(text, one);
		cr_expect_eq(r.stored,
		    r.missing ? 0 : (r.last - r.first + 1) * 10, "%s", one);
	}
	cr_assert_eq(rc, 0, "%s", err.text);
	cr_expect_eq(wa_wal_list_next(&r, l, &err), 0, "and again");
	wa_wal_list_close(l);
	return text;
}

Test(wal_list, nothing_stored_is_an_empty_list)
{
	cr_expect_str_eq(list(), "");
	wa_wal_list_close(NULL);
}

Test(wal_list, segments_that_follow_each_other_are_one_range)
{
	plant(1, 5, 9, "");
	cr_expect_str_eq(list(), "1:5-9");
}

Test(wal_list, what_is_missing_between_is_told)
{
	plant(1, 5, 6, "");
	plant(1, 9, 9, "");
	plant(1, 12, 13, "");
	cr_expect_str_eq(list(), "1:5-6 1:!7-8 1:9-9 1:!10-11 1:12-13");
}

Test(wal_list, ranges_go_over_folders)
{
	plant(1, 4094, 4097, "");
	cr_expect_str_eq(list(), "1:4094-4097");
	plant(1, 8191, 8192, "");
	cr_expect_str_eq(list(), "1:4094-4097 1:!4098-8190 1:8191-8192");
}

Test(wal_list, nothing_is_missing_before_the_first)
{
	push_history(&store, 2, "1\t0/580000\tx\n");
	plant(2, 5, 7, "");
	cr_expect_str_eq(list(), "2:5-7");
}

Test(wal_list, a_timeline_goes_on_in_the_segment_of_its_switch)
{
	push_history(&store, 2, "1\t0/580000\tx\n");
	plant(1, 3, 4, "");
	plant(2, 5, 7, "");
	cr_expect_str_eq(list(), "1:3-4 2:5-7");
}

Test(wal_list, the_old_timeline_may_have_that_segment_too)
{
	push_history(&store, 2, "1\t0/580000\tx\n");
	plant(1, 3, 5, "");
	plant(2, 5, 7, "");
	cr_expect_str_eq(list(), "1:3-5 2:5-7");
}

Test(wal_list, what_a_timeline_lacks_up_to_where_it_was_left_is_missing)
{
	push_history(&store, 2, "1\t0/880000\tx\n");
	plant(1, 3, 4, "");
	plant(2, 8, 9, "");
	cr_expect_str_eq(list(), "1:3-4 1:!5-7 2:8-9");
}

Test(wal_list, what_a_timeline_lacks_from_its_beginning_is_missing)
{
	push_history(&store, 2, "1\t0/580000\tx\n");
	plant(1, 3, 4, "");
	plant(2, 8, 9, "");
	cr_expect_str_eq(list(), "1:3-4 2:!5-7 2:8-9");
}

Test(wal_list, a_timeline_without_segments_lacks_what_was_left_of_it)
{
	push_history(&store, 2, "1\t0/580000\tx\n");
	push_history(&store, 3, "1\t0/580000\tx\n2\t0/780000\tx\n");
	plant(1, 3, 4, "");
	plant(3, 7, 8, "");
	cr_expect_str_eq(list(), "1:3-4 2:!5-6 3:7-8");
}

Test(wal_list, timelines_that_went_on_side_by_side_are_told_each)
{
	push_history(&store, 2, "1\t0/580000\tx\n");
	plant(1, 3, 9, "");
	plant(2, 5, 6, "");
	cr_expect_str_eq(list(), "1:3-9 2:5-6");
}

Test(wal_list, other_files_are_no_segments)
{
	plant(1, 5, 5, "");
	plant(1, 6, 6, ".partial");
	plant(1, 5, 5, ".00000028.backup");
	plant(1, 7, 7, ".unknown");
	cr_expect_str_eq(list(), "1:5-5");
	plant(1, 7, 7, "");
	cr_expect_str_eq(list(), "1:5-5 1:!6-6 1:7-7");
}

static const wa_timeline *
timelines(wa_wal_list **l, size_t *count)
{
	wa_wal_range r;

	cr_assert_eq(wa_wal_list_open(l, store.repo, SYSTEM, &err), 0);
	while (wa_wal_list_next(&r, *l, &err) == 1)
		;
	return wa_wal_list_timelines(*l, count);
}

Test(wal_list, tells_the_timelines)
{
	wa_wal_list *l = NULL;
	const wa_timeline *t;
	size_t count;

	push_history(&store, 2, "1\t0/580000\tx\n");
	push_history(&store, 5,
	    "1\t0/580000\tx\n2\t0/680000\tx\n"
	    "4\t0/780000\tx\n");
	plant(1, 3, 5, "");
	plant(2, 5, 6, "");
	plant(2, 7, 7, ".partial");
	t = timelines(&l, &count);
	cr_assert_eq(count, 4);
	cr_expect_eq(t[0].timeline, 1);
	cr_expect_eq(t[0].parent, 0);
	cr_expect_eq(t[0].has_history, 0);
	cr_expect_eq(t[0].partial, 0);
	cr_expect_eq(t[1].timeline, 2);
	cr_expect_eq(t[1].parent, 1);
	cr_expect_eq(t[1].begin, 0x580000);
	cr_expect_eq(t[1].has_history, 1);
	cr_expect_eq(t[1].partial, 1);
	cr_expect_eq(t[2].timeline, 4, "only its descendant tells of it");
	cr_expect_eq(t[2].parent, 2);
	cr_expect_eq(t[2].begin, 0x680000);
	cr_expect_eq(t[2].has_history, 0);
	cr_expect_eq(t[3].timeline, 5);
	cr_expect_eq(t[3].parent, 4);
	wa_wal_list_close(l);
}

Test(wal_list, a_partial_counts_only_after_the_last_segment)
{
	wa_wal_list *l = NULL;
	size_t count;

	plant(1, 5, 5, "");
	plant(1, 6, 6, ".partial");
	plant(1, 7, 7, "");
	cr_expect_eq(timelines(&l, &count)[0].partial, 0);
	wa_wal_list_close(l);
	plant(1, 7, 7, ".partial");
	cr_expect_eq(timelines(&l, &count)[0].partial, 1);
	wa_wal_list_close(l);
}

Test(wal_list, what_is_missing_before_a_partial_is_told)
{
	plant(1, 5, 7, "");
	plant(1, 10, 10, ".partial");
	cr_expect_str_eq(list(), "1:5-7 1:!8-9");
}

Test(wal_list, what_is_missing_before_a_backup_file_is_told)
{
	plant(1, 5, 7, "");
	plant(1, 9, 9, ".00000028.backup");
	cr_expect_str_eq(list(), "1:5-7 1:!8-8");
}

Test(wal_list, an_unknown_system_is_a_mismatch)
{
	wa_wal_list *l = NULL;

	cr_expect_eq(
	    wa_wal_list_open(&l, store.repo, 4711, &err), WA_EMISMATCH);
	cr_expect_null(l);
}

Test(wal_list, a_damaged_history_is_an_error)
{
	wa_wal_list *l = NULL;

	push_history(&store, 2, "1\t0/580000\tx\n");
	text_put(object_path(SYSTEM, "00000002.history"), "garbage");
	cr_expect_eq(
	    wa_wal_list_open(&l, store.repo, SYSTEM, &err), WA_ECORRUPT);
	cr_expect_null(l);
}
