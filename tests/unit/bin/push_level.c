/* push_level.c - fast while WAL waits, small when none does. */
#include "config.h"

#include <criterion/criterion.h>

#include "push_level.h"

struct level_case {
	uint64_t waiting, before;
	int zstd, lz4;
};

static const struct level_case cases[] = {
	{ 0, 0, 3, 3 },
	{ 1, 0, 3, 3 },
	{ 1, 1, 3, 3 },
	{ 1, 99, 3, 3 },
	{ 2, 2, 1, 0 },
	{ 8, 8, 1, 0 },
	{ 8, 9, 1, 0 },
	{ 8, 7, -1, 0 },
	{ 9, 9, -1, 0 },
	{ 9, 99, -1, 0 },
	{ 9, 0, -1, 0 },
	{ UINT64_MAX, 0, -1, 0 },
};

Test(push_level, by_what_waits_and_whether_it_grows)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct level_case *c = &cases[i];

		cr_expect_eq(push_level("zstd", c->waiting, c->before), c->zstd,
		    "case %zu", i);
		cr_expect_eq(push_level("lz4", c->waiting, c->before), c->lz4,
		    "case %zu", i);
	}
}

Test(push_level, more_that_waits_is_never_packed_harder)
{
	uint64_t waiting, before;

	for (before = 0; before < 200; before++)
		for (waiting = 1; waiting < 200; waiting++) {
			cr_assert_leq(push_level("zstd", waiting, before),
			    push_level("zstd", waiting - 1, before));
			cr_assert_leq(push_level("lz4", waiting, before),
			    push_level("lz4", waiting - 1, before));
		}
	cr_expect_eq(push_level("zstd", PUSH_LEVEL_MANY, 0),
	    push_level("zstd", PUSH_LEVEL_MANY + 1, 0));
}
