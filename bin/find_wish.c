/* find_wish.c - what the command line asks for. */
#include "config.h"

#include "find_wish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "message.h"

struct cli_option find_options[] = { [FIND_OPTION_NAME] = { "name", "GLOB",
					 "restore points of such a name", 0,
					 NULL },
	[FIND_OPTION_TIME] = { "time", "FROM..TO",
	    "what happened between; one may be left out", 0, NULL },
	[FIND_OPTION_XID] = { "xid", "N", "where this transaction ended", 0,
	    NULL },
	[FIND_OPTION_LSN] = { "lsn", "LSN",
	    "the record there, and the commits beside it", 0, NULL },
	[FIND_OPTION_DROPS] = { "drops", NULL,
	    "DROP, TRUNCATE and DROP DATABASE", 0, NULL },
	[FIND_OPTION_AROUND] = { "around", "TIME",
	    "the five commits before, the five after", 0, NULL },
	[FIND_OPTION_LIMIT] = { "limit", "N", "the newest N only", 0, NULL },
	[FIND_OPTION_SYSTEM] = { "system", "ID",
	    "of the system with this identifier", 0, NULL },
	{ NULL, NULL, NULL, 0, NULL } };

static const char *
given(enum find_option option)
{
	return find_options[option].value;
}

static int
take_number(uint64_t *out, const struct cli *cli, enum find_option option)
{
	const char *text = given(option);

	if (text == NULL)
		return -1;
	errno = 0;
	*out = strtoull(text, NULL, 10);
	if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0' ||
	    errno != 0 || *out == 0)
		return cli_usage(cli, "--%s takes a number, not \"%s\"",
		    find_options[option].name, text);
	return -1;
}

/* txid_current() counts on where the number in WAL begins again. */
static int
take_xid(struct find_wish *w, const struct cli *cli)
{
	uint64_t xid = 0;
	int status = take_number(&xid, cli, FIND_OPTION_XID);

	w->has_xid = given(FIND_OPTION_XID) != NULL;
	w->xid = (uint32_t)xid;
	if (status < 0 && xid > UINT32_MAX)
		say(LEVEL_INFO, "transaction %llu is %u in WAL",
		    (unsigned long long)xid, w->xid);
	return status;
}

static int
take_lsn(struct find_wish *w, const struct cli *cli)
{
	const char *text = given(FIND_OPTION_LSN);

	w->has_lsn = text != NULL;
	if (text != NULL && wa_lsn_parse(&w->lsn, text) < 0)
		return cli_usage(
		    cli, "--lsn takes one like A/FF000028, not \"%s\"", text);
	return -1;
}

static int
take_time(int64_t *out, const struct cli *cli, const char *text)
{
	char utc[WA_TIME_SIZE];
	wa_error err = WA_ERROR_INIT;
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (wa_when_parse(out, text,
		(int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000, &err) < 0) {
		say_error(LEVEL_ERROR, &err);
		return cli->failure;
	}
	wa_time_format(utc, *out);
	say(LEVEL_INFO, "\"%s\" is %s", text, utc);
	return -1;
}

/* FROM..TO, of which one may be empty. */
static int
take_range(struct find_wish *w, const struct cli *cli)
{
	const char *text = given(FIND_OPTION_TIME), *dots;
	char from[128];
	int status = -1;

	w->from = INT64_MIN;
	w->to = INT64_MAX;
	w->has_time = text != NULL;
	if (text == NULL)
		return -1;
	dots = strstr(text, "..");
	if (dots == NULL || strlen(text) == 2 ||
	    (size_t)(dots - text) >= sizeof(from))
		return cli_usage(cli,
		    "--time takes FROM..TO, FROM.. or ..TO, not \"%s\"", text);
	(void)snprintf(from, sizeof(from), "%.*s", (int)(dots - text), text);
	if (from[0] != '\0')
		status = take_time(&w->from, cli, from);
	if (status < 0 && dots[2] != '\0')
		status = take_time(&w->to, cli, dots + 2);
	if (status < 0 && w->from > w->to)
		return cli_usage(cli, "--time: FROM is later than TO");
	return status;
}

static int
take_around(struct find_wish *w, const struct cli *cli)
{
	const char *text = given(FIND_OPTION_AROUND);

	w->has_around = text != NULL;
	return text != NULL ? take_time(&w->around, cli, text) : -1;
}

/* Kinds go with a time, a transaction with a time; nothing else together. */
static int
check_together(const struct cli *cli)
{
	static const enum find_option apart[][2] = {
		{ FIND_OPTION_LSN, FIND_OPTION_NAME },
		{ FIND_OPTION_LSN, FIND_OPTION_DROPS },
		{ FIND_OPTION_LSN, FIND_OPTION_XID },
		{ FIND_OPTION_LSN, FIND_OPTION_TIME },
		{ FIND_OPTION_LSN, FIND_OPTION_AROUND },
		{ FIND_OPTION_XID, FIND_OPTION_NAME },
		{ FIND_OPTION_XID, FIND_OPTION_DROPS },
		{ FIND_OPTION_XID, FIND_OPTION_AROUND },
		{ FIND_OPTION_AROUND, FIND_OPTION_NAME },
		{ FIND_OPTION_AROUND, FIND_OPTION_DROPS },
		{ FIND_OPTION_AROUND, FIND_OPTION_TIME },
	};
	size_t i;

	for (i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		if (given(apart[i][0]) != NULL && given(apart[i][1]) != NULL)
			return cli_usage(cli,
			    "--%s and --%s exclude each other",
			    find_options[apart[i][0]].name,
			    find_options[apart[i][1]].name);
	return -1;
}

int
find_wish_read(struct find_wish *out, const struct cli *cli)
{
	int status;

	memset(out, 0, sizeof(*out));
	out->limit = UINT64_MAX;
	out->name = given(FIND_OPTION_NAME);
	out->drops = given(FIND_OPTION_DROPS) != NULL;
	status = check_together(cli);
	if (status < 0)
		status = take_range(out, cli);
	if (status < 0)
		status = take_around(out, cli);
	if (status < 0)
		status = take_xid(out, cli);
	if (status < 0)
		status = take_lsn(out, cli);
	if (status < 0)
		status = take_number(&out->limit, cli, FIND_OPTION_LIMIT);
	return status;
}

unsigned
find_wish_kinds(const struct find_wish *wish)
{
	const unsigned points = WA_EVENT_BIT(WA_EVENT_RESTORE_POINT);
	const unsigned drops =
	    WA_EVENT_BIT(WA_EVENT_DROP) | WA_EVENT_BIT(WA_EVENT_DROP_DATABASE);

	if (wish->has_xid)
		return 0;
	if (wish->name != NULL || wish->drops)
		return (wish->name != NULL ? points : 0) |
		    (wish->drops ? drops : 0);
	return points | drops | WA_EVENT_BIT(WA_EVENT_TIMELINE) |
	    WA_EVENT_BIT(WA_EVENT_DAMAGE);
}
