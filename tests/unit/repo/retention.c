/* retention.c - the rules, one by one. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "retention_world.h"
#include "support.h"

static struct expire_world w;
static wa_decision *plan;
static size_t count;
static wa_error err;

static void
begin(void)
{
	expire_world_new(&w);
}

static void
end(void)
{
	wa_free(plan);
	plan = NULL;
}

TestSuite(retention, .init = begin, .fini = end);

static void
decide(void)
{
	wa_free(plan);
	plan = NULL;
	expire_world_seal(&w);
	cr_assert_eq(
	    wa_retention_plan(&plan, &count, &w.holdings, &w.policy, &err), 0);
}

/* What goes, in order: names of sets, "TIMELINE:FIRST-LAST" of WAL. */
static const char *
gone(void)
{
	static char text[1000];
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < count; i++) {
		const wa_decision *d = &plan[i];

		if (!d->remove)
			continue;
		if (d->thing == WA_THING_WAL)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
			    " %u:%u-%u", d->timeline, (unsigned)d->first,
			    (unsigned)d->last);
		else
			n += (size_t)snprintf(
			    text + n, sizeof(text) - n, " %s", d->name);
	}
	return text[0] == '\0' ? text : text + 1;
}

static const char *
why(const char *name)
{
	static char text[WA_WHY_SIZE];
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(plan[i].name, name) == 0) {
			wa_decision_why(text, &plan[i]);
			return text;
		}
	return "?";
}

static void
goes(const char *expected)
{
	decide();
	cr_expect_str_eq(gone(), expected);
}

/* A full a week on Sunday, a diff and an incr after it; ten segments a week. */
static void
three_weeks(void)
{
	static const char *const names[][3] = { { "1F", "1D", "1I" },
		{ "2F", "2D", "2I" }, { "3F", "3D", "3I" } };
	uint64_t at = SEGMENT * 10;
	int64_t then = TODAY - 20 * DAY;
	int i;

	expire_world_line(&w, 1, 0, 0, TODAY);
	expire_world_wal(&w, 1, 1, 39);
	for (i = 0; i < 3; i++) {
		(void)expire_world_set(&w, names[i][0], "", 1, at, then);
		(void)expire_world_set(&w, names[i][1], names[i][0], 1,
		    at + 3 * SEGMENT, then + 2 * DAY);
		(void)expire_world_set(&w, names[i][2], names[i][1], 1,
		    at + 6 * SEGMENT, then + 4 * DAY);
		at += 10 * SEGMENT;
		then += 7 * DAY;
	}
}

Test(retention, without_settings_nothing_goes)
{
	three_weeks();
	goes("");
	cr_expect_str_eq(why("1F"), "no setting limits how many are kept");
}

Test(retention, fulls_are_counted)
{
	three_weeks();
	w.policy.full = 2;
	goes("1I 1D 1F 1:1-19");
	cr_expect_str_eq(why("1F"), "not among the newest 2 full backups");
	cr_expect_str_eq(why("1I"), "is upon 1F, which is removed");
	cr_expect_str_eq(why("2D"), "belongs to the newest 2 full backups");
	w.policy.full = 1;
	goes("2I 2D 2F 1I 1D 1F 1:1-29");
	w.policy.full = 3;
	goes("1:1-9");
	w.policy.full = 4;
	goes("1:1-9");
}

Test(retention, fulls_stay_for_days)
{
	three_weeks();
	w.policy.full_by_time = 1;
	w.policy.full = 7;
	goes("1I 1D 1F 1:1-19");
	cr_expect_str_eq(why("1F"), "a newer full backup is older than 7 days");
	w.policy.full = 14;
	goes("1:1-9");
	w.policy.full = 5;
	goes("2I 2D 2F 1I 1D 1F 1:1-29");
}

Test(retention, fulls_count_as_diffs_and_stay)
{
	three_weeks();
	w.policy.diff = 2;
	goes("2I 2D 1I 1D");
	cr_expect_str_eq(
	    why("2D"), "not among the newest 2 full and differential backups");
	w.policy.diff = 3;
	goes("1I 1D");
	w.policy.diff = 1;
	goes("2I 2D 1I 1D");
}

Test(retention, the_newest_set_and_what_it_is_upon_stay)
{
	three_weeks();
	strcpy(w.policy.set, "3D");
	goes("");
	cr_expect_str_eq(why("3I"), "the newest is always kept");
	cr_expect_str_eq(why("3D"), "3I is upon it");
}

Test(retention, the_window_keeps_the_set_before_it)
{
	three_weeks();
	w.policy.window = 12 * DAY; /* 2D was done 11, 2F 13 days ago */
	goes("1I 1D 1F 1:1-19");
	w.policy.window = 100 * DAY;
	goes("1:1-9");
}

/* What it is upon keeps what makes it consistent. */
Test(retention, wal_is_kept_from_the_set_that_the_window_needs)
{
	three_weeks();
	w.policy.window = 14 * DAY; /* 1I was done 16 days ago */
	goes("1:1-9 1:11-12 1:14-15");
	w.policy.window = 3 * DAY;        /* 3D: 4 */
	goes("2I 2D 2F 1I 1D 1F 1:1-29"); /* 3F is the newest full */
	w.policy.window = 7 * DAY;        /* 2I: 9 */
	goes("1I 1D 1F 1:1-19 1:21-22 1:24-25");
	cr_expect_str_eq(why("2F"), "2D is upon it");
}

Test(retention, other_settings_do_not_take_from_the_window)
{
	three_weeks();
	w.policy.window = 14 * DAY;
	w.policy.full = 1;
	w.policy.diff = 1;
	w.policy.archive = 1;
	decide();
	cr_expect_str_eq(why("1I"), "is needed for moments of the window");
	cr_expect_str_eq(why("1F"), "1D is upon it");
}

Test(retention, archive_leaves_older_sets_what_makes_them_consistent)
{
	three_weeks();
	w.policy.full = 3;
	w.policy.archive = 1;
	goes("1:1-9 1:11-12 1:14-15 1:17-19 1:21-22 1:24-25 1:27-29");
}

Test(retention, a_mark_keeps_a_chain_and_its_wal_to_the_stop)
{
	three_weeks();
	w.policy.full = 1;
	w.kept[1] = INT64_MAX;
	goes("2I 2D 2F 1I 1:1-9 1:11-12 1:14-29");
	cr_expect_str_eq(why("1D"), "has a keep mark");
	w.kept[1] = TODAY; /* over */
	goes("2I 2D 2F 1I 1D 1F 1:1-29");
}

Test(retention, one_set_can_be_asked_for)
{
	three_weeks();
	strcpy(w.policy.set, "2D");
	goes("2I 2D");
	cr_expect_str_eq(why("2D"), "asked for");
	strcpy(w.policy.set, "3F"); /* the newest full */
	decide();
	cr_expect_str_eq(why("3F"), "the newest is always kept");
	strcpy(w.policy.set, "1F");
	w.kept[2] = INT64_MAX;
	goes("");
	w.policy.full = 5; /* WAL goes by the settings as ever */
	strcpy(w.policy.set, "2I");
	goes("2I 1:1-9");
}

Test(retention, without_a_set_no_wal_goes)
{
	expire_world_line(&w, 1, 0, 0, TODAY);
	expire_world_wal(&w, 1, 1, 39);
	w.policy.full = 1;
	goes("");
}

/* 2 left 1 in segment 15, after 1F and before 2F; 3 left 1 in segment 5. */
static void
branches(void)
{
	expire_world_line(&w, 1, 0, 0, TODAY - 10 * DAY);
	expire_world_line(&w, 2, 1, 15 * SEGMENT + 8, TODAY);
	expire_world_line(&w, 3, 1, 5 * SEGMENT + 8, TODAY - 9 * DAY);
	expire_world_wal(&w, 1, 1, 30);
	expire_world_wal(&w, 2, 15, 30);
	expire_world_wal(&w, 3, 5, 12);
	(void)expire_world_set(&w, "1F", "", 1, 10 * SEGMENT, TODAY - 12 * DAY);
	(void)expire_world_set(&w, "2F", "", 1, 20 * SEGMENT, TODAY - 11 * DAY);
	w.policy.full = 2;
}

Test(retention, timelines_that_no_set_comes_to_go)
{
	branches();
	w.systems[0].last[2] = TODAY - 11 * DAY - HOUR;
	goes("1:1-9 3:5-12");
}

/* ... but not while a server may be on them. */
Test(retention, a_timeline_without_a_set_may_be_young)
{
	branches();
	goes("1:1-9"); /* no set since its last segment */
	w.sets[1].stop_time = TODAY - DAY;
	goes("1:1-9 3:5-12");
	w.systems[0].last[2] = TODAY - DAY + 1;
	w.sets[1].stop_time = TODAY;
	goes("1:1-9");
	w.systems[0].last[2] = WA_NO_TIME;
	goes("1:1-9");
}

/* 2F on timeline 1 cannot come to 2, which left before it: 1F can. */
Test(retention, a_set_before_the_fork_comes_to_both)
{
	branches();
	w.policy.full = 1;
	goes("1F 1:1-19"); /* 2 is alive */
	w.systems[0].last[1] = w.systems[0].last[2] = TODAY - 20 * DAY;
	goes("1F 1:1-19 3:5-12 2:15-30");
	w.policy.full = 2;
	goes("1:1-9 3:5-12");
}

/* Of each timeline that lived in the window the set before it. */
Test(retention, the_window_is_of_each_timeline)
{
	branches();
	w.policy.full = 0;
	w.policy.window = 5 * DAY;
	goes("1:1-9");
	cr_expect_str_eq(why("1F"), "is needed for moments of the window");
	(void)expire_world_set(&w, "3F", "", 2, 25 * SEGMENT, TODAY - 6 * DAY);
	goes("2F 1F 1:1-30 3:5-12 2:15-24");
}

Test(retention, files_go_with_their_segments)
{
	static const char *const names[] = {
		"000000010000000000000005.00000028.backup",
		"000000010000000000000018.00000028.backup",
		"000000010000000000000007.partial",
		"000000010000000000000013.damaged", "00000002.history"
	};
	size_t i;

	three_weeks();
	w.policy.full = 2;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		w.systems[0].others[i] = names[i];
	w.systems[0].other_count = i;
	goes("1I 1D 1F 1:1-19 000000010000000000000005.00000028.backup "
	     "000000010000000000000007.partial "
	     "000000010000000000000013.damaged");
}

static wa_set_begun *
unfinished(const char *label, const char *prior, int64_t last)
{
	wa_set_begun *b = &w.begun[w.begun_count++];

	memset(b, 0, sizeof(*b));
	strcpy(b->label, label);
	strcpy(b->prior, prior);
	b->system_id = SYSTEM;
	b->last = last;
	return b;
}

Test(retention, rubbish_goes_after_a_day)
{
	three_weeks();
	(void)unfinished("8I", "3I", TODAY - DAY);
	(void)unfinished("9I", "3I", TODAY - DAY + 1);
	goes("8I");
	cr_expect_str_eq(why("8I"), "unfinished for more than a day");
	cr_expect_str_eq(why("9I"), "less than a day old, may be being made");
}

Test(retention, what_a_running_backup_is_upon_stays)
{
	three_weeks();
	w.policy.full = 1;
	(void)unfinished("9I", "1D", TODAY);
	goes("2I 2D 2F 1I 1:1-9 1:11-12 1:14-29");
	cr_expect_str_eq(why("1D"), "9I is being made upon it");
	cr_expect_str_eq(why("1F"), "1D is upon it");
}

/* Its manifest is gone, but a set is upon it, and it is upon another. */
Test(retention, a_set_without_its_manifest_may_be_needed)
{
	three_weeks();
	w.policy.full = 1;
	(void)unfinished("xD", "3F", TODAY - 9 * DAY);
	(void)unfinished("yD", "3F", TODAY - 9 * DAY);
	strcpy(w.sets[8].prior, "xD");
	goes("2I 2D 2F 1I 1D 1F yD 1:1-29");
	cr_expect_str_eq(why("xD"), "3I is upon it");
}

static void
upgrade(void)
{
	three_weeks();
	w.system_count = 2;
	w.systems[0].last[0] = TODAY - 3 * DAY;
	w.systems[1].id = SYSTEM + 1;
	expire_world_line(&w, 1, 0, 0, TODAY);
	expire_world_wal(&w, 1, 1, 9);
}

Test(retention, fulls_of_former_systems_count)
{
	upgrade();
	w.policy.full = 3;
	goes("1:1-9"); /* the current one has no set: its WAL stays */
	(void)expire_world_set(&w, "4F", "", 1, 3 * SEGMENT, TODAY);
	goes("1I 1D 1F 1:1-19 1:1-2");
	w.policy.full = 1;
	goes("3I 3D 3F 2I 2D 2F 1I 1D 1F 1:1-39 1:1-2");
}

Test(retention, a_former_system_goes_entirely_after_a_day)
{
	upgrade();
	(void)expire_world_set(&w, "4F", "", 1, 3 * SEGMENT, TODAY);
	w.policy.full = 1;
	w.systems[0].others[0] = "00000002.history";
	w.systems[0].others[1] = "00000003.history";
	w.systems[0].other_count = 2;
	goes("3I 3D 3F 2I 2D 2F 1I 1D 1F 1:1-39 00000003.history "
	     "00000002.history 1:1-2");
	w.systems[0].last[0] = TODAY - DAY + 1;
	goes("3I 3D 3F 2I 2D 2F 1I 1D 1F 1:1-2");
}

Test(retention, every_reason_has_a_sentence)
{
	static const int reasons[] = { WA_STAYS_ALL, WA_STAYS_FULL,
		WA_STAYS_WINDOW, WA_STAYS_NEWEST, WA_STAYS_MARK, WA_STAYS_BEGUN,
		WA_STAYS_UNDER, WA_STAYS_YOUNG, WA_STAYS_TO, WA_STAYS_ON,
		WA_STAYS_LIVE, WA_STAYS_UNASKED, WA_STAYS_DAYS, WA_GOES_FULL,
		WA_GOES_DIFF, WA_GOES_WINDOW, WA_GOES_ASKED, WA_GOES_WITH,
		WA_GOES_OLD, WA_GOES_UNNEEDED, WA_GOES_SYSTEM, WA_GOES_DAYS };
	wa_decision d = { 0 };
	char text[WA_WHY_SIZE];
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		d.reason = reasons[i];
		wa_decision_why(text, &d);
		cr_expect_neq(text[0], '\0', "%d", reasons[i]);
	}
}
