/* retention_why.c - decisions in words. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "walarch.h"

/* What stands between before and after: a number, and then after ends with a
 * plural's s; another set; or nothing. */
enum filling { NOTHING, NUMBER, OTHER };

static const struct sentence {
	enum wa_reason reason;
	enum filling filling;
	const char *before, *after;
} sentences[] = {
	{ WA_STAYS_ALL, NOTHING, "no setting limits how many are kept", "" },
	{ WA_STAYS_FULL, NUMBER, "belongs to the newest ", " full backups" },
	{ WA_STAYS_DAYS, NUMBER, "is needed for the last ", " days" },
	{ WA_STAYS_WINDOW, NOTHING, "is needed for moments of the window", "" },
	{ WA_STAYS_NEWEST, NOTHING, "the newest is always kept", "" },
	{ WA_STAYS_MARK, NOTHING, "has a keep mark", "" },
	{ WA_STAYS_BEGUN, OTHER, "", " is being made upon it" },
	{ WA_STAYS_UNDER, OTHER, "", " is upon it" },
	{ WA_STAYS_YOUNG, NOTHING, "less than a day old, may be being made",
	    "" },
	{ WA_STAYS_TO, OTHER, "needed to make ", " consistent" },
	{ WA_STAYS_ON, OTHER, "needed to recover from ", " on" },
	{ WA_STAYS_LIVE, NOTHING, "a server may be on its timeline", "" },
	{ WA_STAYS_UNASKED, NOTHING,
	    "goes by backups and retention settings only", "" },
	{ WA_GOES_FULL, NUMBER, "not among the newest ", " full backups" },
	{ WA_GOES_DAYS, NUMBER, "a newer full backup is older than ", " days" },
	{ WA_GOES_DIFF, NUMBER, "not among the newest ",
	    " full and differential backups" },
	{ WA_GOES_WINDOW, NOTHING, "no moment of the window needs it", "" },
	{ WA_GOES_ASKED, NOTHING, "asked for", "" },
	{ WA_GOES_WITH, OTHER, "is upon ", ", which is removed" },
	{ WA_GOES_OLD, NOTHING, "unfinished for more than a day", "" },
	{ WA_GOES_UNNEEDED, NOTHING, "no backup needs it", "" },
	{ WA_GOES_SYSTEM, NOTHING, "no backup of this former system is left",
	    "" },
};

static void
fill(char buf[WA_WHY_SIZE], const struct sentence *s, const wa_decision *d)
{
	if (s->filling == NUMBER)
		(void)snprintf(buf, WA_WHY_SIZE, "%s%llu%.*s", s->before,
		    (unsigned long long)d->number,
		    (int)strlen(s->after) - (d->number == 1), s->after);
	else
		(void)snprintf(buf, WA_WHY_SIZE, "%s%s%s", s->before,
		    s->filling == OTHER ? d->other : "", s->after);
}

void
wa_decision_why(char buf[WA_WHY_SIZE], const wa_decision *decision)
{
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if ((int32_t)sentences[i].reason == decision->reason)
			fill(buf, &sentences[i], decision);
}
