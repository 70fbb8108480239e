/* history.c - timeline histories. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "pg/history.h"

static wa_error err;

static int
parse(wa_history **out, uint32_t timeline, const char *text)
{
	return wa_history_parse(out, timeline, text, strlen(text), &err);
}

static const char three[] =
    "1\t0/3000000\tno recovery target specified\n"
    "\n"
    "2\t0/5000158\tbefore 2026-11-21 03:15:00.123456+00\n";

Test(history, tells_the_ancestors_and_where_they_ended)
{
	wa_history *h = NULL;

	cr_assert_eq(parse(&h, 4, three), 0, "%s", err.text);
	cr_expect_eq(h->timeline, 4);
	cr_assert_eq(h->count, 2);
	cr_expect_eq(h->entries[0].timeline, 1);
	cr_expect_eq(h->entries[0].begin, 0);
	cr_expect_eq(h->entries[0].end, 0x3000000);
	cr_expect_eq(h->entries[1].timeline, 2);
	cr_expect_eq(h->entries[1].begin, 0x3000000);
	cr_expect_eq(h->entries[1].end, 0x5000158);
	cr_expect_eq(wa_history_begin(h), 0x5000158);
	cr_expect_eq(wa_history_parent(h), 2);
	cr_expect_eq(wa_history_end_of(h, 1), 0x3000000);
	cr_expect_eq(wa_history_end_of(h, 2), 0x5000158);
	cr_expect_eq(wa_history_end_of(h, 3), 0);
	cr_expect_eq(wa_history_end_of(h, 4), 0);
	wa_history_free(h);
	wa_history_free(NULL);
}

Test(history, a_position_at_the_switch_belongs_to_the_new_timeline)
{
	wa_history *h = NULL;

	cr_assert_eq(parse(&h, 4, three), 0);
	cr_expect_eq(wa_history_at(h, 0), 1);
	cr_expect_eq(wa_history_at(h, 0x2FFFFFF), 1);
	cr_expect_eq(wa_history_at(h, 0x3000000), 2);
	cr_expect_eq(wa_history_at(h, 0x5000157), 2);
	cr_expect_eq(wa_history_at(h, 0x5000158), 4);
	cr_expect_eq(wa_history_at(h, UINT64_MAX), 4);
	wa_history_free(h);
}

struct text_case {
	uint32_t timeline;
	const char *text;
};

Test(history, what_postgresql_reads_is_read)
{
	static const struct text_case cases[] = {
		{ 2, "1\t0/3000000\tno recovery target specified\n" },
		{ 2, "1\t0/3000000\tno newline at the end" },
		{ 2, "1\t0/3000000\n" },
		{ 2, "1 0/3000000 spaces\n" },
		{ 2, "# a comment\n\n1\t0/3000000\tx\n" },
		{ 2, "  # an indented comment\n1\t0/3000000\tx\r\n" },
		{ 3, "1\t0/3000000\tx\n2\t0/3000000\tat the same place\n" },
		{ 9, "1\t0/3000000\tx\n5\t0/4000000\tx\n" },
		{ UINT32_MAX, "4294967294\tFFFFFFFF/FFFFFFFF\tx\n" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		wa_history *h = NULL;

		cr_expect_eq(parse(&h, cases[i].timeline, cases[i].text), 0,
		    "%s: %s", cases[i].text, err.text);
		wa_history_free(h);
	}
}

Test(history, what_cannot_be_one_is_refused)
{
	static const struct text_case cases[] = {
		{ 2, "" },
		{ 2, "\n" },
		{ 2, "# only a comment\n" },
		{ 2, "nonsense\n" },
		{ 2, "1\n" },
		{ 2, "1\tx\ty\n" },
		{ 2, "x\t0/3000000\ty\n" },
		{ 2, "0\t0/3000000\ty\n" },
		{ 2, "-1\t0/3000000\ty\n" },
		{ 2, "1\t0/300000000\ty\n" },
		{ 2, "1\t3000000\ty\n" },
		{ 2, "2\t0/3000000\tits own\n" },
		{ 2, "3\t0/3000000\tlater\n" },
		{ 4, "2\t0/3000000\tx\n1\t0/4000000\tdescending\n" },
		{ 4, "1\t0/3000000\tx\n1\t0/4000000\ttwice\n" },
		{ 4, "1\t0/3000000\tx\n2\t0/2000000\tback\n" },
		{ 4, "1\t0/3000000\tx\n2\t0/4\n3\n" },
		{ 2, "99999999999\t0/3000000\tx\n" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		wa_history *h = NULL;

		cr_expect_eq(parse(&h, cases[i].timeline, cases[i].text),
		    WA_ECORRUPT, "%s", cases[i].text);
		cr_expect_null(h);
	}
}

Test(history, a_refusal_names_the_line)
{
	wa_history *h = NULL;

	cr_expect_eq(parse(&h, 4, "1\t0/3000000\tx\n\n2\t0/2000000\tback\n"),
	    WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, "line 3"));
	cr_expect_not_null(strstr(err.text, "timeline 4"));
}

Test(history, a_nul_is_refused)
{
	wa_history *h = NULL;

	cr_expect_eq(wa_history_parse(&h, 2, "1\t0/3000000\tx\n\0", 15, &err),
	    WA_ECORRUPT);
	cr_expect_eq(wa_history_parse(&h, 2,
			 "1\t0/30\0"
			 "00000\tx\n",
			 15, &err),
	    WA_ECORRUPT);
}

Test(history, is_not_read_beyond_its_size)
{
	size_t size;

	for (size = 0; size < sizeof(three); size++) {
		char *exact = malloc(size + (size == 0));
		wa_history *h = NULL;

		memcpy(exact, three, size);
		(void)wa_history_parse(&h, 4, exact, size, NULL);
		wa_history_free(h);
		free(exact);
	}
}
