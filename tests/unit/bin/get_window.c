/* get_window.c - how far ahead of replay to fetch. */
#include "config.h"

#include "get_window.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define MB (UINT32_C(1) << 20)

Test(get_window, the_queue_is_segments_at_least_one)
{
	static const struct {
		int64_t queue_max;
		uint32_t segment_size;
		uint64_t most;
	} cases[] = {
		{ 128 * MB, 16 * MB, 8 },
		{ 128 * MB, MB, 128 },
		{ 128 * MB - 1, 16 * MB, 7 },
		{ 16 * MB, 16 * MB, 1 },
		{ 16 * MB - 1, 16 * MB, 1 },
		{ 1, 1024 * MB, 1 },
		{ 0, 16 * MB, 1 },
		{ -1, 16 * MB, 1 },
		{ INT64_MAX, MB, 4096 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		cr_expect_eq(
		    get_window_most(cases[i].queue_max, cases[i].segment_size),
		    cases[i].most, "case %zu", i);
}

Test(get_window, its_size_follows_what_was_measured)
{
	static const struct {
		struct get_pace pace;
		uint64_t threads, most, size;
	} cases[] = {
		/* Nothing is known yet. */
		{ { 0, 0 }, 1, 8, 2 },
		{ { 0, 0 }, 2, 8, 4 },
		{ { 9000, 0 }, 2, 8, 4 },
		{ { 0, 9000 }, 2, 8, 4 },
		/* Replay is slow: one is enough, and one more. */
		{ { 1000, 1000000 }, 1, 8, 3 },
		{ { 1, INT64_MAX }, 1, 8, 3 },
		/* As quick as a fetch, and quicker. */
		{ { 1000, 1000 }, 1, 8, 3 },
		{ { 1001, 1000 }, 1, 8, 5 },
		{ { 3000, 1000 }, 1, 8, 7 },
		{ { 3000, 1000 }, 3, 100, 9 },
		{ { 90000, 1000 }, 1, 8, 8 },
		{ { INT64_MAX, 1 }, 999, 4096, 4096 },
		{ { INT64_MAX, 1 }, 1, UINT64_MAX / 4, UINT64_MAX },
		/* There is never room for more than there is. */
		{ { 0, 0 }, 8, 1, 1 },
		{ { 1000, 1000 }, 8, 3, 3 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		uint64_t size = get_window_size(
		    &cases[i].pace, cases[i].threads, cases[i].most);

		if (cases[i].size == UINT64_MAX)
			cr_expect_leq(size, cases[i].most, "case %zu", i);
		else
			cr_expect_eq(size, cases[i].size, "case %zu: %ju", i,
			    (uintmax_t)size);
	}
}

Test(get_window, a_slow_fetch_counts_at_once_and_is_forgotten_by_and_by)
{
	struct get_pace pace = { 0, 0 };
	int i;

	get_pace_fetch(&pace, 100);
	cr_expect_eq(pace.fetch, 100);
	get_pace_fetch(&pace, 10000);
	cr_expect_eq(pace.fetch, 10000);
	get_pace_fetch(&pace, 100);
	cr_expect_gt(pace.fetch, 5000);
	for (i = 0; i < 100; i++)
		get_pace_fetch(&pace, 100);
	cr_expect_lt(pace.fetch, 200);
	get_pace_fetch(&pace, -5);
	cr_expect_gt(pace.fetch, 0);
}

Test(get_window, quick_replay_counts_at_once_and_is_forgotten_by_and_by)
{
	struct get_pace pace = { 0, 0 };
	int i;

	get_pace_replay(&pace, 10000);
	cr_expect_eq(pace.replay, 10000);
	get_pace_replay(&pace, 100);
	cr_expect_eq(pace.replay, 100);
	get_pace_replay(&pace, 10000);
	cr_expect_lt(pace.replay, 5000);
	for (i = 0; i < 100; i++)
		get_pace_replay(&pace, 10000);
	cr_expect_gt(pace.replay, 9900);
	get_pace_replay(&pace, 0);
	cr_expect_eq(pace.replay, 1);
}

Test(get_window, a_part_of_the_disk_stays_free)
{
	uint64_t reserve = GET_WINDOW_RESERVE;

	cr_expect_eq(get_window_room(0, 16 * MB), 0);
	cr_expect_eq(get_window_room(reserve, 16 * MB), 0);
	cr_expect_eq(get_window_room(reserve + 16 * MB - 1, 16 * MB), 0);
	cr_expect_eq(get_window_room(reserve + 16 * MB, 16 * MB), 1);
	cr_expect_eq(get_window_room(reserve + 160 * MB, 16 * MB), 10);
	cr_expect_gt(get_window_room(UINT64_MAX, MB), 4096);
}
