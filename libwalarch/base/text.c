/* text.c - numbers, sizes, durations and times as text. */
#include "config.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* The number at the start of text; *end is what follows it. */
static int
leading_number(uint64_t *out, const char *text, const char **end, uint64_t max)
{
	uint64_t n = 0;
	const char *p;

	for (p = text; *p >= '0' && *p <= '9'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (digit > max || n > (max - digit) / 10)
			return -1;
		n = n * 10 + digit;
	}
	if (p == text)
		return -1;
	*out = n;
	*end = p;
	return 0;
}

int
wa_text_number(uint64_t *out, const char *text, uint64_t max)
{
	const char *end;
	uint64_t n;

	if (leading_number(&n, text, &end, max) < 0 || *end != '\0')
		return -1;
	*out = n;
	return 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
wa_text_hex(uint64_t *out, const char *text, size_t n)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0)
			return -1;
		number = number << 4 | (uint64_t)digit;
	}
	*out = number;
	return 0;
}

struct unit {
	const char *name;
	uint64_t factor;
};

static int
with_unit(uint64_t *out, const char *text, const struct unit *units)
{
	const char *end;
	uint64_t n;

	if (leading_number(&n, text, &end, UINT64_MAX) < 0)
		return -1;
	for (; units->name != NULL; units++)
		if (strcasecmp(end, units->name) == 0) {
			if (n > INT64_MAX / units->factor)
				return -1;
			*out = n * units->factor;
			return 0;
		}
	return -1;
}

int
wa_text_size(uint64_t *bytes, const char *text)
{
	static const struct unit units[] = { { "", 1 }, { "b", 1 },
		{ "k", 1ull << 10 }, { "kb", 1ull << 10 },
		{ "kib", 1ull << 10 }, { "m", 1ull << 20 },
		{ "mb", 1ull << 20 }, { "mib", 1ull << 20 },
		{ "g", 1ull << 30 }, { "gb", 1ull << 30 },
		{ "gib", 1ull << 30 }, { "t", 1ull << 40 },
		{ "tb", 1ull << 40 }, { "tib", 1ull << 40 }, { NULL, 0 } };

	return with_unit(bytes, text, units);
}

int
wa_text_duration(uint64_t *milliseconds, const char *text)
{
	static const struct unit units[] = { { "ms", 1 }, { "", 1000 },
		{ "s", 1000 }, { "m", 60000 }, { "min", 60000 },
		{ "h", 3600000 }, { "d", 86400000 }, { NULL, 0 } };

	return with_unit(milliseconds, text, units);
}

int
wa_text_boolean(int *out, const char *text)
{
	static const char *const words[] = { "n", "y", "no", "yes", "false",
		"true", "off", "on", "0", "1" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0) {
			*out = (int)(i & 1);
			return 0;
		}
	return -1;
}

void
wa_time_format(char buf[WA_TIME_SIZE], int64_t when)
{
	int64_t micros = when % 1000000;
	time_t seconds = (time_t)(when / 1000000);
	struct tm tm;
	size_t used;

	if (micros < 0) {
		micros += 1000000;
		seconds--;
	}
	(void)gmtime_r(&seconds, &tm);
	used = strftime(buf, WA_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(buf + used, WA_TIME_SIZE - used, ".%06dZ", (int)micros);
}

/* Days from 1970-01-01 to a date of the Gregorian calendar, March first so
 * that a leap day is a year's last; timegm(3) would read the time zone. */
static int64_t
days_since_1970(int64_t year, int64_t month, int64_t day)
{
	int64_t era, of_era, of_year;

	year -= month <= 2;
	era = year / 400;
	of_era = year - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

int
wa_time_parse(int64_t *when, const char *text)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd.ddddddZ";
	int year, month, day, hour, minute, second, micros;
	char again[WA_TIME_SIZE];
	int64_t t;
	size_t i;

	for (i = 0; i < sizeof(shape); i++)
		if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' :
				      text[i] != shape[i])
			return -1;
	(void)sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%6d", &year, &month, &day,
	    &hour, &minute, &second, &micros);
	t = ((days_since_1970(year, month, day) * 24 + hour) * 3600 +
		minute * 60 + second) *
		1000000 +
	    micros;
	/* A day or a second that does not exist comes back as another. */
	wa_time_format(again, t);
	if (strcmp(again, text) != 0)
		return -1;
	*when = t;
	return 0;
}

#define LONGEST 63 /* names longer than this are not like any other */

size_t
wa_text_distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], la = strlen(a), lb = strlen(b), i, j;

	if (la > LONGEST || lb > LONGEST)
		return LONGEST;
	for (j = 0; j <= lb; j++)
		row[j] = j;
	for (i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= lb; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[lb];
}
