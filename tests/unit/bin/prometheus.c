/* prometheus.c - labels and values in Prometheus' text format. */
#include "config.h"

#include "prometheus.h"

#include <criterion/criterion.h>
#include <math.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

Test(prometheus, labels_are_escaped)
{
	static const struct {
		const char *value, *escaped;
	} cases[] = {
		{ "", "" },
		{ "db", "db" },
		{ "a\\b", "a\\\\b" },
		{ "say \"no\"", "say \\\"no\\\"" },
		{ "two\nlines", "two\\nlines" },
		{ "{a=b,c}", "{a=b,c}" },
		{ "M\xC3\xBCnchen", "M\xC3\xBCnchen" },
		{ "M\xFCnchen", "M?nchen" },
		{ "\\\n\"", "\\\\\\n\\\"" },
	};
	char buf[64];
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		prometheus_escape(buf, sizeof(buf), cases[i].value);
		cr_expect_str_eq(buf, cases[i].escaped);
	}
}

Test(prometheus, an_escape_is_never_cut_in_two)
{
	char buf[4];

	prometheus_escape(buf, sizeof(buf), "ab\"c");
	cr_expect_str_eq(buf, "ab");
	prometheus_escape(buf, sizeof(buf), "a\"bc");
	cr_expect_str_eq(buf, "a\\\"");
	prometheus_escape(buf, sizeof(buf), "abcd");
	cr_expect_str_eq(buf, "abc");
}

Test(prometheus, numbers_have_no_exponent)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 3, "3" },
		{ -3, "-3" },
		{ 0.5, "0.500000" },
		{ 1795284009.93941, "1795284009.939410" },
		{ 1125899906842624.0, "1125899906842624" },
		{ 1e18, "1000000000000000000" },
		{ NAN, "NaN" },
		{ INFINITY, "+Inf" },
		{ -INFINITY, "-Inf" },
	};
	char buf[PROMETHEUS_NUMBER];
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		cr_expect_str_eq(
		    prometheus_number(buf, cases[i].value), cases[i].text);
}
