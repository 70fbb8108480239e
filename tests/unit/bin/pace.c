/* pace.c - rates of archiving, and when a backlog is gone. */
#include "config.h"

#include "pace.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SECOND INT64_C(1000000)
#define NOW (1000000 * SECOND)

/* So many seconds ago; WAITS is none. */
#define WAITS (-1)
#define MOST 8

static struct pace
measure(const int ago[][2], size_t count)
{
	struct pace_note notes[MOST];
	struct pace pace;
	size_t i;

	for (i = 0; i < count; i++) {
		notes[i].made = NOW - ago[i][0] * SECOND;
		notes[i].archived =
		    ago[i][1] == WAITS ? 0 : NOW - ago[i][1] * SECOND;
	}
	pace_measure(&pace, notes, count, NOW);
	return pace;
}

static const struct world {
	const char *what;
	size_t count;
	int ago[MOST][2]; /* made, archived */
	int over;
	uint64_t archived, made;
} worlds[] = {
	{ "nothing", 0, { { 0, 0 } }, 0, 0, 0 },
	{ "one that was archived", 1, { { 20, 10 } }, 0, 0, 0 },
	{ "two", 2, { { 20, 10 }, { 19, 6 } }, 10, 1, 0 },
	{ "in any order", 2, { { 19, 6 }, { 20, 10 } }, 10, 1, 0 },
	{ "new ones", 4, { { 30, 20 }, { 18, 16 }, { 10, 8 }, { 5, WAITS } },
	    20, 2, 3 },
	{ "what was archived long ago does not count", 3,
	    { { 900, 800 }, { 700, 40 }, { 700, 20 } }, 40, 1, 0 },
	{ "nothing was archived since the oldest began to wait", 3,
	    { { 900, 800 }, { 100, WAITS }, { 60, WAITS } }, 100, 0, 1 },
	{ "nor in the last five minutes", 4,
	    { { 4000, WAITS }, { 3000, WAITS }, { 200, WAITS },
		{ 100, WAITS } },
	    300, 0, 2 },
	{ "one was archived while others waited", 3,
	    { { 120, 50 }, { 100, WAITS }, { 40, WAITS } }, 100, 1, 1 },
	{ "what waits for a moment tells nothing", 1, { { 2, WAITS } }, 0, 0,
	    0 },
};

Test(pace, is_measured_from_the_oldest_that_is_noted)
{
	size_t i;

	for (i = 0; i < COUNT(worlds); i++) {
		const struct world *w = &worlds[i];
		struct pace pace = measure(w->ago, w->count);

		cr_expect_eq(pace.over, w->over * SECOND, "%s: over %lld",
		    w->what, (long long)pace.over);
		if (w->over == 0)
			continue;
		cr_expect_eq(pace.archived, w->archived, "%s: archived %llu",
		    w->what, (unsigned long long)pace.archived);
		cr_expect_eq(pace.made, w->made, "%s: made %llu", w->what,
		    (unsigned long long)pace.made);
	}
}

/* A checkpoint forgets the oldest of those that were archived. */
Test(pace, does_not_change_with_a_checkpoint)
{
	static const int ago[][2] = { { 900, 40 }, { 890, 30 }, { 880, 20 },
		{ 870, 10 }, { 860, WAITS }, { 850, WAITS } };
	struct pace all = measure(ago, COUNT(ago));
	struct pace less = measure(ago + 2, COUNT(ago) - 2);

	cr_expect_float_eq(pace_rate(all.archived, &all), 0.075, 1e-9);
	cr_expect_float_eq(pace_rate(less.archived, &less), 0.05, 1e-9);
	cr_expect_eq(less.made, 0);
}

Test(pace, of_no_time_is_no_rate)
{
	struct pace pace = { 5, 5, 0 };

	cr_expect_eq(pace_rate(5, &pace), 0);
}

Test(pace, a_clock_that_was_set_back_does_no_harm)
{
	struct pace_note notes[] = { { NOW + 50 * SECOND, NOW + 60 * SECOND },
		{ NOW + 51 * SECOND, NOW + 61 * SECOND },
		{ NOW + 52 * SECOND, 0 } };
	struct pace pace;

	pace_measure(&pace, notes, COUNT(notes), NOW);
	cr_expect_eq(pace.over, 0);
}

Test(pace, a_backlog_is_gone_by_what_is_archived_less_what_is_new)
{
	static const struct {
		struct pace pace;
		uint64_t waiting;
		enum catch_up answer;
		double seconds;
	} cases[] = {
		{ { 20, 0, 10 * SECOND }, 0, CATCH_UP_NOTHING, 0 },
		{ { 20, 0, 10 * SECOND }, 30, CATCH_UP_KNOWN, 15 },
		{ { 20, 5, 10 * SECOND }, 30, CATCH_UP_KNOWN, 20 },
		{ { 20, 20, 10 * SECOND }, 30, CATCH_UP_LEVEL, 0 },
		{ { 20, 21, 10 * SECOND }, 30, CATCH_UP_GROWING, 0 },
		{ { 0, 1, 10 * SECOND }, 30, CATCH_UP_GROWING, 0 },
		{ { 0, 0, 10 * SECOND }, 30, CATCH_UP_UNKNOWN, 0 },
		{ { 0, 0, 0 }, 30, CATCH_UP_UNKNOWN, 0 },
		{ { 0, 0, 0 }, 0, CATCH_UP_NOTHING, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		double seconds = 0;

		cr_expect_eq(
		    pace_catch_up(&seconds, &cases[i].pace, cases[i].waiting),
		    cases[i].answer, "case %zu", i);
		cr_expect_float_eq(
		    seconds, cases[i].seconds, 1e-9, "case %zu", i);
	}
}
