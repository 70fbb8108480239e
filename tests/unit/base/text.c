/* text.c - numbers, sizes, durations, times. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct number_case {
	const char *text;
	int rc;
	uint64_t value;
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

Test(text, numbers_are_digits_and_nothing_else)
{
	static const struct number_case cases[] = {
		{ "0", 0, 0 },
		{ "7", 0, 7 },
		{ "007", 0, 7 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -1, 0 },
		{ "99999999999999999999999", -1, 0 },
		{ "", -1, 0 },
		{ " 1", -1, 0 },
		{ "1 ", -1, 0 },
		{ "+1", -1, 0 },
		{ "-1", -1, 0 },
		{ "0x10", -1, 0 },
		{ "1.5", -1, 0 },
		{ "1e3", -1, 0 },
		{ "\xC2\xB2", -1, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		uint64_t n = 42;
		int rc = wa_text_number(&n, cases[i].text, UINT64_MAX);

		cr_expect_eq(rc, cases[i].rc, "\"%s\"", cases[i].text);
		cr_expect_eq(
		    n, rc == 0 ? cases[i].value : 42, "\"%s\"", cases[i].text);
	}
}

Test(text, a_number_is_at_most_max)
{
	uint64_t n, max;

	for (max = 0; max < 300; max++) {
		char at[24], above[24];

		snprintf(at, sizeof(at), "%u", (unsigned)max);
		snprintf(above, sizeof(above), "%u", (unsigned)max + 1);
		cr_assert_eq(wa_text_number(&n, at, max), 0);
		cr_assert_eq(n, max);
		cr_assert_eq(wa_text_number(&n, above, max), -1);
	}
}

Test(text, hex_takes_exactly_n_digits_of_either_case)
{
	uint64_t n = 42;

	cr_expect_eq(wa_text_hex(&n, "00fF", 4), 0);
	cr_expect_eq(n, 255);
	cr_expect_eq(wa_text_hex(&n, "12345", 2), 0, "more may follow");
	cr_expect_eq(n, 0x12);
	cr_expect_eq(wa_text_hex(&n, "ffffffffffffffff", 16), 0);
	cr_expect_eq(n, UINT64_MAX);
	n = 42;
	cr_expect_eq(wa_text_hex(&n, "123", 4), -1);
	cr_expect_eq(wa_text_hex(&n, "12g4", 4), -1);
	cr_expect_eq(wa_text_hex(&n, "0x12", 4), -1);
	cr_expect_eq(wa_text_hex(&n, " 123", 4), -1);
	cr_expect_eq(n, 42, "written only on success");
}

Test(text, sizes_are_powers_of_1024)
{
	static const struct number_case cases[] = {
		{ "4096", 0, 4096 },
		{ "1B", 0, 1 },
		{ "1k", 0, 1024 },
		{ "1KB", 0, 1024 },
		{ "1KiB", 0, 1024 },
		{ "128m", 0, 128u << 20 },
		{ "128MB", 0, 128u << 20 },
		{ "128MiB", 0, 128u << 20 },
		{ "128mib", 0, 128u << 20 },
		{ "1GiB", 0, 1u << 30 },
		{ "2t", 0, UINT64_C(2) << 40 },
		{ "8388607TiB", 0, UINT64_C(8388607) << 40 },
		{ "8388608TiB", -1, 0 },
		{ "99999999999999999999", -1, 0 },
		{ "", -1, 0 },
		{ "m", -1, 0 },
		{ "1 m", -1, 0 },
		{ "1.5m", -1, 0 },
		{ "-1m", -1, 0 },
		{ "1mm", -1, 0 },
		{ "1x", -1, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		uint64_t n = 42;
		int rc = wa_text_size(&n, cases[i].text);

		cr_expect_eq(rc, cases[i].rc, "\"%s\"", cases[i].text);
		cr_expect_eq(
		    n, rc == 0 ? cases[i].value : 42, "\"%s\"", cases[i].text);
	}
}

Test(text, durations_without_a_unit_are_seconds)
{
	static const struct number_case cases[] = {
		{ "60", 0, 60000 },
		{ "60s", 0, 60000 },
		{ "1m", 0, 60000 },
		{ "1min", 0, 60000 },
		{ "500ms", 0, 500 },
		{ "2h", 0, 7200000 },
		{ "1d", 0, 86400000 },
		{ "0", 0, 0 },
		{ "1S", 0, 1000 },
		{ "", -1, 0 },
		{ "s", -1, 0 },
		{ "1.5s", -1, 0 },
		{ "-1s", -1, 0 },
		{ "1 s", -1, 0 },
		{ "1w", -1, 0 },
		{ "9223372036854775807d", -1, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		uint64_t n = 42;
		int rc = wa_text_duration(&n, cases[i].text);

		cr_expect_eq(rc, cases[i].rc, "\"%s\"", cases[i].text);
		cr_expect_eq(
		    n, rc == 0 ? cases[i].value : 42, "\"%s\"", cases[i].text);
	}
}

Test(text, booleans_have_ten_words)
{
	static const char *const yes[] = { "y", "yes", "true", "on", "1", "Y",
		"YES", "True", "oN" };
	static const char *const no[] = { "n", "no", "false", "off", "0", "N",
		"FALSE", "Off" };
	static const char *const neither[] = { "", "t", "f", "2", "yes ",
		"yess", "ye", "enable" };
	size_t i;
	int b;

	for (i = 0; i < COUNT(yes); i++) {
		b = 7;
		cr_expect(
		    wa_text_boolean(&b, yes[i]) == 0 && b == 1, "%s", yes[i]);
	}
	for (i = 0; i < COUNT(no); i++) {
		b = 7;
		cr_expect(
		    wa_text_boolean(&b, no[i]) == 0 && b == 0, "%s", no[i]);
	}
	for (i = 0; i < COUNT(neither); i++) {
		b = 7;
		cr_expect(wa_text_boolean(&b, neither[i]) == -1 && b == 7,
		    "\"%s\"", neither[i]);
	}
}

Test(text, times_are_utc_with_microseconds)
{
	static const struct {
		int64_t when;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000000Z" },
		{ 1, "1970-01-01T00:00:00.000001Z" },
		{ -1, "1969-12-31T23:59:59.999999Z" },
		{ -1000000, "1969-12-31T23:59:59.000000Z" },
		{ INT64_C(951782400000000), "2000-02-29T00:00:00.000000Z" },
		{ INT64_C(1795230900123456), "2026-11-21T03:15:00.123456Z" },
		{ INT64_C(4102444799999999), "2099-12-31T23:59:59.999999Z" },
	};
	size_t i;

	setenv("TZ", "America/St_Johns", 1);
	for (i = 0; i < COUNT(cases); i++) {
		char text[WA_TIME_SIZE];
		int64_t when = 42;

		wa_time_format(text, cases[i].when);
		cr_expect_str_eq(text, cases[i].text);
		cr_expect_eq(wa_time_parse(&when, cases[i].text), 0);
		cr_expect_eq(when, cases[i].when, "%s", cases[i].text);
	}
}

Test(text, a_time_in_another_shape_is_refused)
{
	static const char *const cases[] = { "", "2026-11-21",
		"2026-11-21 03:15:00.123456Z", "2026-11-21T03:15:00Z",
		"2026-11-21T03:15:00.123456", "2026-11-21T03:15:00.123456+01",
		"2026-11-21T03:15:00.123456Z ", "2026-11-21T03:15:00.12345Z",
		" 026-11-21T03:15:00.123456Z", "-026-11-21T03:15:00.123456Z" };
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		int64_t when = 42;

		cr_expect_eq(
		    wa_time_parse(&when, cases[i]), -1, "\"%s\"", cases[i]);
		cr_expect_eq(when, 42);
	}
}

Test(text, distance_counts_single_letter_changes)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{ "", "", 0 },
		{ "abc", "abc", 0 },
		{ "", "abc", 3 },
		{ "abc", "", 3 },
		{ "abc", "abd", 1 },
		{ "abc", "ac", 1 },
		{ "abc", "abxc", 1 },
		{ "kitten", "sitting", 3 },
		{ "repo1-pth", "repo1-path", 1 },
		{ "ab", "ba", 2 },
	};
	char name[200];
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		cr_expect_eq(wa_text_distance(cases[i].a, cases[i].b),
		    cases[i].distance, "%s %s", cases[i].a, cases[i].b);
		cr_expect_eq(wa_text_distance(cases[i].b, cases[i].a),
		    cases[i].distance, "%s %s", cases[i].b, cases[i].a);
	}
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	cr_expect_gt(wa_text_distance(name, "stanza"), 40, "too long a name");
	name[63] = '\0';
	cr_expect_eq(wa_text_distance(name, ""), 63);
	cr_expect_eq(wa_text_distance("", name), 63);
}
