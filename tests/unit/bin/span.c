/* span.c - spans of time in words. */
#include "config.h"

#include "span.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

Test(span, has_its_two_largest_units)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = {
		{ -5, "0 s" },
		{ 0, "0 s" },
		{ 0.44, "0.4 s" },
		{ 9.94, "9.9 s" },
		{ 9.96, "9 s" },
		{ 12.7, "12 s" },
		{ 59.9, "59 s" },
		{ 60, "1 min" },
		{ 303, "5 min 3 s" },
		{ 3600, "1 h" },
		{ 7500, "2 h 5 min" },
		{ 7200 + 59, "2 h" },
		{ 86400, "1 d" },
		{ 3 * 86400 + 4 * 3600 + 1, "3 d 4 h" },
		{ 1e300, "11574074074 d 1 h" },
	};
	char buf[SPAN_TEXT];
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		cr_expect_str_eq(
		    span_text(buf, cases[i].seconds), cases[i].text);
}
