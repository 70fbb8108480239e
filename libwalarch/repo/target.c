/* target.c - recovery targets as people write them. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

static int
usage(wa_error *err, const char *hint, const char *what, const char *value)
{
	(void)wa_error_set(
	    err, WA_EUSAGE, "\"%.100s\" is no %s to recover to", value, what);
	wa_error_hint(err, "%s", hint);
	return WA_EUSAGE;
}

static int
parse_type(int32_t *type, const char *text, wa_error *err)
{
	static const char *const words[] = { "default", "immediate", "time",
		"xid", "lsn", "name" };
	int32_t i;

	for (i = 0; i < 6; i++)
		if (strcmp(text, words[i]) == 0) {
			*type = i;
			return 0;
		}
	return usage(err,
	    "It is one of default, immediate, time, xid, lsn and name.",
	    "type of target", text);
}

/* PostgreSQL takes the lower half of what txid_current() gives. */
static int
parse_xid(uint32_t *xid, const char *value, wa_error *err)
{
	uint64_t n;

	if (wa_text_number(&n, value, UINT64_MAX) < 0 || (uint32_t)n == 0)
		return usage(err,
		    "A transaction's number is what txid_current() gives.",
		    "transaction", value);
	*xid = (uint32_t)n;
	return 0;
}

static int
parse_name(char name[64], const char *value, wa_error *err)
{
	if (value[0] == '\0' || strlen(value) > 63)
		return usage(err,
		    "pg_create_restore_point() takes names of 1 to 63 letters.",
		    "restore point", value);
	(void)snprintf(name, 64, "%s", value);
	return 0;
}

static int
parse_value(wa_target *t, const char *type, const char *value, int64_t now,
    wa_error *err)
{
	if (t->type == WA_TARGET_DEFAULT || t->type == WA_TARGET_IMMEDIATE) {
		if (value != NULL)
			return wa_error_set(err, WA_EUSAGE,
			    "a target of type %s has no value, but \"%.100s\" "
			    "was given",
			    type, value);
		return 0;
	}
	if (value == NULL)
		return wa_error_set(err, WA_EUSAGE,
		    "a target of type %s needs its value", type);
	switch (t->type) {
	case WA_TARGET_TIME:
		return wa_when_parse(&t->time, value, now, err);
	case WA_TARGET_XID:
		return parse_xid(&t->xid, value, err);
	case WA_TARGET_LSN:
		if (wa_lsn_parse(&t->lsn, value) < 0)
			return usage(err, "A position is like A/FF000028.",
			    "position", value);
		return 0;
	default:
		return parse_name(t->name, value, err);
	}
}

static int
parse_timeline(uint32_t *out, const char *text, uint32_t version, wa_error *err)
{
	uint64_t n;

	if (text == NULL)
		*out = version >= 12 && version < 900 ? WA_TIMELINE_LATEST :
							WA_TIMELINE_CURRENT;
	else if (strcmp(text, "latest") == 0)
		*out = WA_TIMELINE_LATEST;
	else if (strcmp(text, "current") == 0)
		*out = WA_TIMELINE_CURRENT;
	else if ((strncmp(text, "0x", 2) == 0 && strlen(text) <= 10 &&
		     wa_text_hex(&n, text + 2, strlen(text + 2)) == 0 &&
		     n > 0) ||
	    (wa_text_number(&n, text, UINT32_MAX - 1) == 0 && n > 0))
		*out = (uint32_t)n;
	else
		return usage(err,
		    "It is latest, current, or a number such as 3 or 0x1A.",
		    "timeline", text);
	return 0;
}

int
wa_target_parse(wa_target *out, const char *type, const char *value,
    const char *timeline, uint32_t version, int64_t now, wa_error *err)
{
	wa_target t;
	int rc;

	memset(&t, 0, sizeof(t));
	rc = parse_type(&t.type, type, err);
	if (rc == 0)
		rc = parse_value(&t, type, value, now, err);
	if (rc == 0)
		rc = parse_timeline(&t.timeline, timeline, version, err);
	if (rc == 0)
		*out = t;
	return rc;
}
