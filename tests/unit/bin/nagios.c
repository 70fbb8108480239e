/* nagios.c - what a plugin of Nagios says, and when. */
#include "config.h"

#include "nagios.h"

#include <criterion/criterion.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct nagios_limits limits = { 300, 900, 1 << 30,
	UINT64_C(4) << 30 };

Test(nagios, judges_by_age_and_by_size)
{
	static const struct {
		struct nagios_facts facts;
		enum nagios answer;
	} cases[] = {
		{ { 0, 0, 0, 0, 1, NULL }, NAGIOS_OK },
		{ { 3, 100, 300, 1, 1, "no" }, NAGIOS_OK },
		{ { 3, 100, 300.1, 0, 1, NULL }, NAGIOS_WARNING },
		{ { 3, 100, 900, 0, 1, NULL }, NAGIOS_WARNING },
		{ { 3, 100, 900.1, 0, 1, NULL }, NAGIOS_CRITICAL },
		{ { 3, 1 << 30, 0, 0, 1, NULL }, NAGIOS_OK },
		{ { 3, (1 << 30) + 1, 0, 0, 1, NULL }, NAGIOS_WARNING },
		{ { 3, UINT64_C(4) << 30, 0, 0, 1, NULL }, NAGIOS_WARNING },
		{ { 3, (UINT64_C(4) << 30) + 1, 0, 0, 1, NULL },
		    NAGIOS_CRITICAL },
		{ { 3, (1 << 30) + 1, 1000, 0, 1, NULL }, NAGIOS_CRITICAL },
		{ { 3, UINT64_C(5) << 30, 400, 0, 1, NULL }, NAGIOS_CRITICAL },
		{ { 0, 0, 1e9, 0, 1, NULL }, NAGIOS_OK },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		cr_expect_eq(nagios_judge(&limits, &cases[i].facts),
		    cases[i].answer, "case %zu", i);
}

Test(nagios, says_it_in_a_line)
{
	static const struct {
		struct nagios_facts facts;
		const char *line;
	} cases[] = {
		{ { 0, 0, 0, 0, 1, NULL },
		    "WALARCH OK - nothing waits to be archived | ready=0;;;0 "
		    "age=0s;300;900;0 queue=0B;1073741824;4294967296;0" },
		{ { 0, 0, 0, 0, 0, NULL },
		    "WALARCH OK - nothing waits to be archived; "
		    "archive_status is empty | ready=0;;;0 age=0s;300;900;0 "
		    "queue=0B;1073741824;4294967296;0" },
		{ { 1, 16777216, 12, 0, 1, NULL },
		    "WALARCH OK - 1 file to archive (16.0MB), the oldest for "
		    "12 s | ready=1;;;0 age=12s;300;900;0 "
		    "queue=16777216B;1073741824;4294967296;0" },
		{ { 300, 5033164800, 301, 1, 1, NULL },
		    "WALARCH CRITICAL - 300 files to archive (4.7GB, more "
		    "than 4.0GB), the oldest for 5 min 1 s, more than 5 min, "
		    "growing | ready=300;;;0 age=301s;300;900;0 "
		    "queue=5033164800B;1073741824;4294967296;0" },
		{ { 1, 5, 1000, 0, 1, "could not \"a|b\"\nnext" },
		    "WALARCH CRITICAL - 1 file to archive (5B), the oldest "
		    "for 16 min 40 s, more than 15 min; last error: could "
		    "not \"a?b\"?next | ready=1;;;0 age=1000s;300;900;0 "
		    "queue=5B;1073741824;4294967296;0" },
	};
	char buf[2048];
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		nagios_line(buf, sizeof(buf), &limits, &cases[i].facts);
		cr_expect_str_eq(buf, cases[i].line);
	}
}

Test(nagios, a_long_error_leaves_room_for_the_numbers)
{
	struct nagios_facts facts = { 1, 5, 0, 0, 1, NULL };
	char error[1500], buf[2048];

	memset(error, 'x', sizeof(error));
	error[sizeof(error) - 1] = '\0';
	facts.error = error;
	nagios_line(buf, sizeof(buf), &limits, &facts);
	cr_expect_not_null(strstr(buf, "x | ready=1;;;0 age=0s;"));
}

Test(nagios, what_is_unknown_is_one_line_without_numbers)
{
	char buf[256];

	nagios_unknown(buf, sizeof(buf), "no \"a|b\"\n");
	cr_expect_str_eq(buf, "WALARCH UNKNOWN - no \"a?b\"?");
}
