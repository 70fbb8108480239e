/* when.c - points in time as people write them. */
#include "config.h"

#include "base/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/text.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define LATEST INT64_C(253402300799999999) /* of the year 9999 */

static int
refuse(const char *text, const char *why, wa_error *err)
{
	(void)wa_error_set(err, WA_EUSAGE, "\"%.100s\" %s", text, why);
	wa_error_hint(err,
	    "A time is written like \"2026-11-21 03:15:00+01\", "
	    "\"2026-11-21T02:15:00Z\" or \"now - 5 min\".");
	return WA_EUSAGE;
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
after_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

#define WORD 8 /* the longest, "minutes", with its NUL */

/* The letters at *p, in lower case; "" when they are more than any word's. */
static void
take_word(char word[WORD], const char **p)
{
	size_t n = 0;

	for (; (**p >= 'a' && **p <= 'z') || (**p >= 'A' && **p <= 'Z'); ++*p)
		if (n < WORD)
			word[n++] = (char)(**p | 0x20);
	word[n < WORD ? n : 0] = '\0';
}

/* What stands at *p, if it is of this shape, where "d" is a digit. */
static int
take_shape(char *to, const char **p, const char *shape)
{
	size_t i;

	for (i = 0; shape[i] != '\0'; i++) {
		char c = (*p)[i];

		if (shape[i] == 'd' ? !is_digit(c) : c != shape[i])
			return -1;
		to[i] = c;
	}
	*p += i;
	return 0;
}

static int64_t
unit_of(const char *word)
{
	static const struct {
		const char *name;
		int64_t micros;
	} units[] = { { "us", 1 }, { "ms", 1000 }, { "s", SECOND },
		{ "sec", SECOND }, { "second", SECOND }, { "seconds", SECOND },
		{ "m", MINUTE }, { "min", MINUTE }, { "minute", MINUTE },
		{ "minutes", MINUTE }, { "h", HOUR }, { "hour", HOUR },
		{ "hours", HOUR }, { "d", DAY }, { "day", DAY },
		{ "days", DAY }, { "w", 7 * DAY }, { "week", 7 * DAY },
		{ "weeks", 7 * DAY } };
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(word, units[i].name) == 0)
			return units[i].micros;
	return 0;
}

/* "5 min": go back by that. */
static const char *
take_step(int64_t *when, const char **p)
{
	char word[WORD];
	int64_t n = 0, unit;

	if (!is_digit(**p))
		return "does not say how long before now";
	for (; is_digit(**p); ++*p) {
		if (n > LATEST / 10)
			return "is before 1970";
		n = n * 10 + (**p - '0');
	}
	*p = after_blanks(*p);
	take_word(word, p);
	unit = unit_of(word);
	if (unit == 0)
		return "has no unit, or one that is none of us, ms, s, min, h, "
		       "d, w";
	if (n > *when / unit)
		return "is before 1970";
	*when -= n * unit;
	*p = after_blanks(*p);
	return NULL;
}

/* What follows "now": nothing, or "- 1 hour 30 min". */
static const char *
read_now(int64_t *when, const char *p)
{
	const char *why = NULL;

	p = after_blanks(p);
	if (*p == '\0')
		return NULL;
	if (*p == '+')
		return "is in the future";
	if (*p != '-')
		return "has something other than \"-\" behind \"now\"";
	p = after_blanks(p + 1);
	do
		why = take_step(when, &p);
	while (why == NULL && *p != '\0');
	return why;
}

struct calendar {
	char text[WA_TIME_SIZE]; /* as wa_time_parse() takes it */
	int has_clock, has_zone;
	int64_t offset;
};

/* Go to the time of day, if one follows the date. */
static int
at_clock(const char **p)
{
	const char *next = after_blanks(*p);

	if (**p == 'T' || **p == 't')
		next++;
	else if (next == *p || !is_digit(*next))
		return 0;
	*p = next;
	return 1;
}

/* "03:15", "03:15:00", "03:15:00.123". */
static const char *
take_clock(struct calendar *c, const char **p)
{
	size_t decimals;

	if (take_shape(c->text + 11, p, "dd:dd") < 0)
		return "has no time of day like 03:15 behind its date";
	if (**p == ':' && take_shape(c->text + 16, p, ":dd") < 0)
		return "has no two digits for the seconds";
	if (**p != '.')
		return NULL;
	decimals = strspn(++*p, "0123456789");
	if (decimals < 1 || decimals > 6)
		return "does not have 1 to 6 decimals";
	memcpy(c->text + 20, *p, decimals);
	*p += decimals;
	return NULL;
}

static int
two_digits(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/* Of an offset; none are none. */
static int
take_minutes(char to[2], const char **p)
{
	if (**p != ':' && !is_digit(**p))
		return 0;
	*p += **p == ':';
	return take_shape(to, p, "dd");
}

/* "+01", "+0100", "+01:00". */
static const char *
take_offset(struct calendar *c, const char **p)
{
	char hours[2], minutes[2] = { '0', '0' };
	int negative = *(*p)++ == '-';

	if (take_shape(hours, p, "dd") < 0 || take_minutes(minutes, p) < 0)
		return "has an offset that is not like +01 or +01:00";
	if (two_digits(hours) > 15 || two_digits(minutes) > 59)
		return "has an offset that no time zone has";
	c->offset = two_digits(hours) * HOUR + two_digits(minutes) * MINUTE;
	if (negative)
		c->offset = -c->offset;
	c->has_zone = 1;
	return NULL;
}

static const char *
take_zone(struct calendar *c, const char **p)
{
	char word[WORD];

	*p = after_blanks(*p);
	if (**p == '\0')
		return NULL;
	if (**p == '+' || **p == '-')
		return c->has_clock ? take_offset(c, p) :
				      "has an offset, but no time of day";
	take_word(word, p);
	if (strcmp(word, "z") != 0 && strcmp(word, "utc") != 0 &&
	    strcmp(word, "gmt") != 0)
		return "ends in something that is no offset";
	c->has_zone = 1;
	return NULL;
}

/* All that is written; *when is what it would be in UTC. */
static const char *
read_calendar(struct calendar *c, int64_t *when, const char *p)
{
	const char *why = NULL;

	memset(c, 0, sizeof(*c));
	memcpy(c->text, "0000-00-00T00:00:00.000000Z", WA_TIME_SIZE);
	if (take_shape(c->text, &p, "dddd-dd-dd") < 0)
		return "is no time";
	c->has_clock = at_clock(&p);
	if (c->has_clock)
		why = take_clock(c, &p);
	if (why == NULL)
		why = take_zone(c, &p);
	if (why == NULL && *after_blanks(p) != '\0')
		why = "has something behind its offset";
	if (why == NULL && wa_time_parse(when, c->text) < 0)
		why = "is a day or a time of day that does not exist";
	return why;
}

/* What local time is ahead of UTC by at the time, or at one that is near. */
static int64_t
ahead(int64_t when)
{
	time_t seconds = (time_t)(when / SECOND);
	struct tm tm;

	if (localtime_r(&seconds, &tm) == NULL)
		return 0;
	return tm.tm_gmtoff * SECOND;
}

/* "+05:30 is 2026-11-20T21:45:00.000000Z" */
static void
describe(char *buf, size_t size, int64_t local, int64_t offset)
{
	int minutes = (int)(offset / MINUTE);
	char utc[WA_TIME_SIZE];

	wa_time_format(utc, local - offset);
	(void)snprintf(buf, size, "%c%02d:%02d is %s", minutes < 0 ? '-' : '+',
	    (minutes < 0 ? -minutes : minutes) / 60,
	    (minutes < 0 ? -minutes : minutes) % 60, utc);
}

static int
refuse_local(const char *text, const char *why, int64_t local,
    const int64_t offsets[2], wa_error *err)
{
	char first[64], second[64];

	describe(first, sizeof(first), local, offsets[0]);
	describe(second, sizeof(second), local, offsets[1]);
	(void)wa_error_set(err, WA_EUSAGE, "\"%.100s\" %s", text, why);
	wa_error_hint(
	    err, "Add the offset that is meant: %s, %s.", first, second);
	return WA_EUSAGE;
}

/*
 * The time at which local clocks show this.  The clocks are changed once in two
 * days at most, so that it is one of the two that the offsets of a day before
 * and of a day after make of it.
 */
static int
from_local(int64_t *when, const char *text, wa_error *err)
{
	int64_t local = *when;
	int64_t offsets[2] = { ahead(local - DAY), ahead(local + DAY) };
	int before = ahead(local - offsets[0]) == offsets[0];
	int after = ahead(local - offsets[1]) == offsets[1];

	if (!before && !after)
		return refuse_local(text,
		    "does not exist: clocks were put forward past it", local,
		    offsets, err);
	if (before && after && offsets[0] != offsets[1])
		return refuse_local(text,
		    "happened twice, because clocks were put back", local,
		    offsets, err);
	*when = local - offsets[!before];
	return 0;
}

int
wa_when_parse(int64_t *out, const char *text, int64_t now, wa_error *err)
{
	const char *why, *p = after_blanks(text), *rest = p;
	struct calendar c = { "", 0, 1, 0 };
	int64_t when = now;
	char word[WORD];

	take_word(word, &rest);
	if (strcmp(word, "now") == 0)
		why = read_now(&when, rest);
	else
		why = read_calendar(&c, &when, p);
	if (why != NULL)
		return refuse(text, why, err);
	when -= c.offset;
	if (!c.has_zone && from_local(&when, text, err) < 0)
		return WA_EUSAGE;
	if (when < 0 || when > LATEST)
		return refuse(text, "is not between 1970 and 9999", err);
	*out = when;
	return 0;
}
