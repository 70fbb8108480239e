/* when.c - points in time as people write them. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "walarch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define NOW "2026-11-21T12:00:00.500000Z"

static void
zone(const char *tz)
{
	setenv("TZ", tz, 1);
	tzset();
}

static void
back_to_utc(void)
{
	unsetenv("TZ");
	tzset();
}

static int64_t
utc(const char *text)
{
	int64_t when = 0;

	cr_assert_eq(wa_time_parse(&when, text), 0, "%s", text);
	return when;
}

static void
is(const char *text, const char *expected)
{
	wa_error err = WA_ERROR_INIT;
	char got[WA_TIME_SIZE];
	int64_t when;
	int rc = wa_when_parse(&when, text, utc(NOW), &err);

	cr_expect_eq(rc, 0, "\"%s\": %s", text, err.text);
	if (rc != 0)
		return;
	wa_time_format(got, when);
	cr_expect_str_eq(
	    got, expected, "\"%s\" is %s, not %s", text, got, expected);
}

/* What is told; the caller looks at more of it. */
static wa_error
refused(const char *text, const char *why)
{
	wa_error err = WA_ERROR_INIT;
	int64_t when = 42;

	cr_expect_eq(wa_when_parse(&when, text, utc(NOW), &err), WA_EUSAGE,
	    "\"%s\" was taken", text);
	cr_expect_eq(err.code, WA_EUSAGE);
	cr_expect_eq(when, 42, "written only on success");
	cr_expect(strstr(err.text, why) != NULL, "\"%s\": %s", text, err.text);
	cr_expect(strchr(err.text, '\n') == NULL);
	cr_expect_neq(err.hint[0], '\0', "\"%s\" has no hint", text);
	return err;
}

struct time_case {
	const char *text, *utc;
};

static void
all(const struct time_case *cases, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		is(cases[i].text, cases[i].utc);
}

Test(when, what_psql_prints, .init = back_to_utc, .fini = back_to_utc)
{
	static const struct time_case cases[] = {
		{ "2026-11-21 03:15:00.123456+00",
		    "2026-11-21T03:15:00.123456Z" },
		{ "2026-11-21 03:15:00.1234+00",
		    "2026-11-21T03:15:00.123400Z" },
		{ "2026-11-21 03:15:00.5+00", "2026-11-21T03:15:00.500000Z" },
		{ "2026-11-21 03:15:00+00", "2026-11-21T03:15:00.000000Z" },
		{ "2026-11-21 03:15:00+05:30", "2026-11-20T21:45:00.000000Z" },
		{ "2026-11-21 03:15:00-03", "2026-11-21T06:15:00.000000Z" },
		{ "2026-11-21 03:15:00-03:30", "2026-11-21T06:45:00.000000Z" },
		{ "2026-11-21 03:15:00-00", "2026-11-21T03:15:00.000000Z" },
		{ "2026-11-21 03:15+01", "2026-11-21T02:15:00.000000Z" },
		{ "2026-11-21 03:15:00 +01", "2026-11-21T02:15:00.000000Z" },
		{ "2027-01-01 00:30:00+01", "2026-12-31T23:30:00.000000Z" },
		{ "2026-11-21 03:15:00+15:59", "2026-11-20T11:16:00.000000Z" },
	};

	all(cases, COUNT(cases));
}

Test(when, what_others_print, .init = back_to_utc, .fini = back_to_utc)
{
	static const struct time_case cases[] = {
		{ "2026-11-21T03:15:00Z", "2026-11-21T03:15:00.000000Z" },
		{ "2026-11-21T03:15:00.123456Z",
		    "2026-11-21T03:15:00.123456Z" },
		{ "2026-11-21t03:15:00z", "2026-11-21T03:15:00.000000Z" },
		{ "2026-11-21T03:15Z", "2026-11-21T03:15:00.000000Z" },
		{ "2026-11-21T03:15:00+0100", "2026-11-21T02:15:00.000000Z" },
		{ "2026-11-21T03:15:00+01:00", "2026-11-21T02:15:00.000000Z" },
		{ "2026-11-21 03:15:00 UTC", "2026-11-21T03:15:00.000000Z" },
		{ "2026-11-21 03:15:00.123 GMT",
		    "2026-11-21T03:15:00.123000Z" },
		{ "2026-11-21 03:15:00utc", "2026-11-21T03:15:00.000000Z" },
		{ "2026-11-21 UTC", "2026-11-21T00:00:00.000000Z" },
		{ "2026-11-21Z", "2026-11-21T00:00:00.000000Z" },
		{ " \t2026-11-21   03:15 Z\t", "2026-11-21T03:15:00.000000Z" },
	};

	zone("America/New_York");
	all(cases, COUNT(cases));
}

Test(when, now_and_before_now, .fini = back_to_utc)
{
	static const struct time_case cases[] = {
		{ "now", NOW },
		{ " Now ", NOW },
		{ "now - 5 min", "2026-11-21T11:55:00.500000Z" },
		{ "now-2h", "2026-11-21T10:00:00.500000Z" },
		{ "NOW - 2 HOURS", "2026-11-21T10:00:00.500000Z" },
		{ "now -1 hour 30 min", "2026-11-21T10:30:00.500000Z" },
		{ "now - 1h30m", "2026-11-21T10:30:00.500000Z" },
		{ "now - 30 min 1 hour", "2026-11-21T10:30:00.500000Z" },
		{ "now - 0s", NOW },
		{ "now - 1 us", "2026-11-21T12:00:00.499999Z" },
		{ "now - 500ms", "2026-11-21T12:00:00.000000Z" },
		{ "now - 1 sec", "2026-11-21T11:59:59.500000Z" },
		{ "now - 1 second", "2026-11-21T11:59:59.500000Z" },
		{ "now - 10 seconds", "2026-11-21T11:59:50.500000Z" },
		{ "now - 1 minute", "2026-11-21T11:59:00.500000Z" },
		{ "now - 90 minutes", "2026-11-21T10:30:00.500000Z" },
		{ "now - 1d", "2026-11-20T12:00:00.500000Z" },
		{ "now - 1 day", "2026-11-20T12:00:00.500000Z" },
		{ "now - 30 days", "2026-10-22T12:00:00.500000Z" },
		{ "now - 1w", "2026-11-14T12:00:00.500000Z" },
		{ "now - 1 week", "2026-11-14T12:00:00.500000Z" },
		{ "now - 2 weeks 1 day", "2026-11-06T12:00:00.500000Z" },
	};

	/* The clocks there were put back three weeks before. */
	zone("America/New_York");
	all(cases, COUNT(cases));
}

Test(when, now_is_not_left_by_any_other_way)
{
	(void)refused("now + 5 min", "is in the future");
	(void)refused("now+1d", "is in the future");
	(void)refused("now -", "how long");
	(void)refused("now - ", "how long");
	(void)refused("now - h", "how long");
	(void)refused("now - -1 h", "how long");
	(void)refused("now - 1.5 h", "no unit");
	(void)refused("now - 1", "no unit");
	(void)refused("now - 1 fortnight", "no unit");
	(void)refused("now - 1 month", "no unit");
	(void)refused("now - 1 hoursandhours", "no unit");
	(void)refused("now - 1 h - 1 min", "how long");
	(void)refused("now - 1 h, 1 min", "how long");
	(void)refused("now 5 min", "behind \"now\"");
	(void)refused("now 2026-11-21", "behind \"now\"");
	(void)refused("nowhere", "is no time");
	(void)refused("now - 60 years", "no unit");
	(void)refused("now - 3000 weeks", "before 1970");
	(void)refused("now - 9223372036854775807 us", "before 1970");
	(void)refused("now - 99999999999999999999999 w", "before 1970");
	(void)refused("now - 1000000000000000 w", "before 1970");
}

Test(when, a_text_without_a_zone_is_local, .fini = back_to_utc)
{
	static const struct time_case utc_cases[] = {
		{ "2026-11-21", "2026-11-21T00:00:00.000000Z" },
		{ "2026-11-21 03:15", "2026-11-21T03:15:00.000000Z" },
		{ "2026-03-29 02:30", "2026-03-29T02:30:00.000000Z" },
		{ "1970-01-01", "1970-01-01T00:00:00.000000Z" },
		{ "9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999999Z" },
	};
	static const struct time_case berlin[] = {
		{ "2026-11-21", "2026-11-20T23:00:00.000000Z" },
		{ "2026-11-21 03:15:00.123456", "2026-11-21T02:15:00.123456Z" },
		{ "2026-07-21T03:15", "2026-07-21T01:15:00.000000Z" },
		{ "2026-03-29 01:59:59.999999", "2026-03-29T00:59:59.999999Z" },
		{ "2026-03-29 03:00", "2026-03-29T01:00:00.000000Z" },
		{ "2026-10-25 01:59:59.999999", "2026-10-24T23:59:59.999999Z" },
		{ "2026-10-25 03:00", "2026-10-25T02:00:00.000000Z" },
	};
	static const struct time_case new_york[] = {
		{ "2026-11-21 03:15", "2026-11-21T08:15:00.000000Z" },
		{ "2026-07-21 03:15", "2026-07-21T07:15:00.000000Z" },
		{ "2026-11-01 00:59:59", "2026-11-01T04:59:59.000000Z" },
		{ "2026-11-01 02:00", "2026-11-01T07:00:00.000000Z" },
	};
	static const struct time_case kathmandu[] = {
		{ "2026-11-21", "2026-11-20T18:15:00.000000Z" },
	};

	zone("UTC");
	all(utc_cases, COUNT(utc_cases));
	zone("Europe/Berlin");
	all(berlin, COUNT(berlin));
	zone("America/New_York");
	all(new_york, COUNT(new_york));
	zone("Asia/Kathmandu");
	all(kathmandu, COUNT(kathmandu));
	zone("WEIRD-3:30");
	is("2026-11-21 03:30", "2026-11-21T00:00:00.000000Z");
}

Test(when, a_local_time_that_does_not_exist_is_refused, .fini = back_to_utc)
{
	wa_error err;

	zone("Europe/Berlin");
	(void)refused("2026-03-29 02:00", "does not exist");
	(void)refused("2026-03-29 02:59:59.999999", "does not exist");
	err = refused("2026-03-29 02:30", "does not exist");
	cr_expect_str_eq(err.hint,
	    "Add the offset that is meant: "
	    "+01:00 is 2026-03-29T01:30:00.000000Z, "
	    "+02:00 is 2026-03-29T00:30:00.000000Z.");
	is("2026-03-29 02:30+02", "2026-03-29T00:30:00.000000Z");
	zone("America/New_York");
	(void)refused("2026-03-08 02:30", "does not exist");
	/* This island crossed the date line, and left out a day. */
	zone("Pacific/Apia");
	(void)refused("2011-12-30 12:00", "does not exist");
	is("2011-12-29 23:59", "2011-12-30T09:59:00.000000Z");
	is("2011-12-31 00:00", "2011-12-30T10:00:00.000000Z");
}

Test(when, a_local_time_that_happened_twice_is_refused, .fini = back_to_utc)
{
	wa_error err;

	zone("Europe/Berlin");
	(void)refused("2026-10-25 02:00", "happened twice");
	(void)refused("2026-10-25 02:59:59.999999", "happened twice");
	err = refused("2026-10-25 02:30", "happened twice");
	cr_expect_str_eq(err.hint,
	    "Add the offset that is meant: "
	    "+02:00 is 2026-10-25T00:30:00.000000Z, "
	    "+01:00 is 2026-10-25T01:30:00.000000Z.");
	is("2026-10-25 02:30+02", "2026-10-25T00:30:00.000000Z");
	zone("America/New_York");
	err = refused("2026-11-01 01:30", "happened twice");
	cr_expect_str_eq(err.hint,
	    "Add the offset that is meant: "
	    "-04:00 is 2026-11-01T05:30:00.000000Z, "
	    "-05:00 is 2026-11-01T06:30:00.000000Z.");
	/* By half an hour only. */
	zone("Australia/Lord_Howe");
	(void)refused("2026-04-05 01:45", "happened twice");
	is("2026-04-05 01:29", "2026-04-04T14:29:00.000000Z");
	is("2026-04-05 02:00", "2026-04-04T15:30:00.000000Z");
}

/* Every quarter of an hour of a year is one time, or refused, as localtime(3)
 * tells of it. */
Test(when, local_times_are_those_of_the_clock, .fini = back_to_utc)
{
	static const char *const zones[] = { "Europe/Berlin",
		"America/New_York", "America/St_Johns", "Africa/Casablanca",
		"Australia/Lord_Howe", "Asia/Tehran", "UTC" };
	size_t i;
	int step;

	for (i = 0; i < COUNT(zones); i++) {
		zone(zones[i]);
		for (step = 0; step < 366 * 96; step++) {
			time_t t =
			    utc("2020-01-01T00:00:00.000000Z") / 1000000 +
			    (time_t)step * 900;
			struct tm tm;
			char text[32];
			int64_t when;

			localtime_r(&t, &tm);
			strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm);
			if (wa_when_parse(&when, text, 0, NULL) == 0)
				cr_assert_eq(when, (int64_t)t * 1000000,
				    "%s %s", zones[i], text);
			strftime(text, sizeof(text), "%Y-%m-%d %H:%M%z", &tm);
			cr_assert_eq(wa_when_parse(&when, text, 0, NULL), 0);
			cr_assert_eq(when, (int64_t)t * 1000000, "%s %s",
			    zones[i], text);
		}
	}
}

Test(when, days_and_times_exist)
{
	static const char *const cases[] = { "2026-04-31", "2026-06-31",
		"2026-02-29", "2100-02-29", "2024-02-30", "2026-00-01",
		"2026-13-01", "2026-01-00", "2026-01-32", "2026-11-21 24:00",
		"2026-11-21 23:60", "2026-11-21 23:59:60Z",
		"2026-11-21 23:59:61", "2026-11-21 99:00Z" };
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		(void)refused(cases[i], "does not exist");
	is("2024-02-29Z", "2024-02-29T00:00:00.000000Z");
	is("2000-02-29Z", "2000-02-29T00:00:00.000000Z");
	is("2026-12-31 23:59:59Z", "2026-12-31T23:59:59.000000Z");
}

Test(when, years_are_1970_to_9999)
{
	is("1970-01-01Z", "1970-01-01T00:00:00.000000Z");
	is("1970-01-01 01:00+01", "1970-01-01T00:00:00.000000Z");
	is("1969-12-31 23:00-01", "1970-01-01T00:00:00.000000Z");
	(void)refused("1969-12-31 23:59:59Z", "between 1970 and 9999");
	(void)refused("1970-01-01 00:59:59+01", "between 1970 and 9999");
	(void)refused("1000-01-01", "between 1970 and 9999");
	(void)refused("0000-01-01Z", "does not exist");
	(void)refused("9999-12-31 23:59:59.999999-00:01", "9999");
	(void)refused("10000-01-01", "is no time");
}

Test(when, what_is_no_time_is_refused)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "is no time" },
		{ " ", "is no time" },
		{ "tomorrow", "is no time" },
		{ "infinity", "is no time" },
		{ "03:15", "is no time" },
		{ "1795230900", "is no time" },
		{ "21.11.2026", "is no time" },
		{ "11/21/2026", "is no time" },
		{ "2026-11", "is no time" },
		{ "2026-1-1", "is no time" },
		{ "20261121T031500Z", "is no time" },
		{ "-2026-11-21", "is no time" },
		{ "2026-11-21T", "no time of day" },
		{ "2026-11-21TZ", "no time of day" },
		{ "2026-11-21 03", "no time of day" },
		{ "2026-11-21 3:15", "no time of day" },
		{ "2026-11-21 03:5", "no time of day" },
		{ "2026-11-21T 03:15", "no time of day" },
		{ "2026-11-21 03:15:", "seconds" },
		{ "2026-11-21 03:15:0", "seconds" },
		{ "2026-11-21 03:15:00.", "decimals" },
		{ "2026-11-21 03:15:00.1234567", "decimals" },
		{ "2026-11-21 03:15:00,5", "no offset" },
		{ "2026-11-21 03:15:00 CET", "no offset" },
		{ "2026-11-21 03:15:00 Europe/Berlin", "no offset" },
		{ "2026-11-21 03:15:00 PM", "no offset" },
		{ "2026-11-21 03:15:00+00 BC", "behind its offset" },
		{ "2026-11-21 03:15:00Z+01", "behind its offset" },
		{ "2026-11-21 03:15:00UTC+1", "behind its offset" },
		{ "2026-11-21 03:15:00+1", "like +01" },
		{ "2026-11-21 03:15:00+", "like +01" },
		{ "2026-11-21 03:15:00+01:", "like +01" },
		{ "2026-11-21 03:15:00+010", "like +01" },
		{ "2026-11-21 03:15:00+01:0", "like +01" },
		{ "2026-11-21 03:15:00+01000", "behind its offset" },
		{ "2026-11-21 03:15:00+16", "no time zone" },
		{ "2026-11-21 03:15:00+01:60", "no time zone" },
		{ "2026-11-21-03:15", "no time of day" },
		{ "2026-11-21 +01", "no time of day" },
		{ "2026-11-21x", "no offset" },
		{ "2026-11-21 03:15 - 5 min", "like +01" },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		(void)refused(cases[i].text, cases[i].why);
}

Test(when, a_long_text_is_told_in_part)
{
	char text[3000];
	wa_error err;

	memset(text, '9', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err = refused(text, "is no time");
	cr_expect_lt(strlen(err.text), 200);
	memcpy(text, "now - ", 6);
	(void)refused(text, "before 1970");
	cr_expect_eq(wa_when_parse(&(int64_t){ 0 }, text, 0, NULL), WA_EUSAGE);
}
