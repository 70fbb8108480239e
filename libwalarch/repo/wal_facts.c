/* wal_facts.c - what a segment's records say, as lines of its label. */
#include "config.h"

#include "repo/wal_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

/* Left for the lines "more", "payload" and "check". */
#define RESERVE 320

#define LINE 512

static const char *const kinds[WA_EVENT_DAMAGE + 1] = {
	[WA_EVENT_RESTORE_POINT] = "restore-point",
	[WA_EVENT_CHECKPOINT] = "checkpoint",
	[WA_EVENT_DROP] = "drop",
	[WA_EVENT_DROP_DATABASE] = "drop-database",
	[WA_EVENT_TIMELINE] = "timeline",
	[WA_EVENT_DAMAGE] = "damage",
};

/* The bytes of the UTF-8 character at text, by its first; 0 when it is none. */
static size_t
character(const char *text)
{
	unsigned char c = (unsigned char)*text;
	size_t n = c < 0x80 ? 1 :
	    c < 0xC2        ? 0 :
	    c < 0xE0        ? 2 :
	    c < 0xF0        ? 3 :
	    c < 0xF5        ? 4 :
			      0;
	size_t i;

	for (i = 1; i < n; i++)
		if (((unsigned char)text[i] & 0xC0) != 0x80)
			return 0;
	return n;
}

/* A name may hold anything but NUL, in any encoding: what is not printed or not
 * UTF-8, and the backslash, become \x and two digits. */
static void
escape(char *out, const char *name)
{
	while (*name != '\0') {
		unsigned char c = (unsigned char)*name;
		size_t n = character(name);

		if (n == 0 || c < ' ' || c == 127 || c == '\\') {
			out += sprintf(out, "\\x%02x", c);
			name++;
			continue;
		}
		memcpy(out, name, n);
		out += n;
		name += n;
	}
	*out = '\0';
}

static int
unescape(char *out, size_t size, const char *text)
{
	size_t used = 0;
	uint64_t c;

	while (*text != '\0') {
		if (used + 1 >= size)
			return -1;
		if (*text != '\\') {
			out[used++] = *text++;
			continue;
		}
		if (text[1] != 'x' || wa_text_hex(&c, text + 2, 2) < 0 ||
		    c == 0)
			return -1;
		out[used++] = (char)c;
		text += 4;
	}
	out[used] = '\0';
	return 0;
}

static void
time_or_dash(char buf[WA_TIME_SIZE], int64_t time)
{
	(void)strcpy(buf, "-");
	if (time != WA_NO_TIME)
		wa_time_format(buf, time);
}

static void
format_event(char value[LINE], const wa_event *e)
{
	char lsn[WA_LSN_SIZE], redo[WA_LSN_SIZE], time[WA_TIME_SIZE];
	char name[4 * sizeof(e->name)];

	wa_lsn_format(lsn, e->lsn);
	wa_lsn_format(redo, e->other);
	time_or_dash(time, e->time);
	escape(name, e->name);
	switch (e->kind) {
	case WA_EVENT_RESTORE_POINT:
		(void)snprintf(value, LINE, "%s %s %s", lsn, time, name);
		break;
	case WA_EVENT_CHECKPOINT:
		(void)snprintf(value, LINE, "%s %s redo %s", lsn, time, redo);
		break;
	case WA_EVENT_DROP:
		(void)snprintf(value, LINE, "%s %s xid %u relations %u", lsn,
		    time, e->xid, e->count);
		break;
	case WA_EVENT_DROP_DATABASE:
		(void)snprintf(value, LINE, "%s %s xid %u oid %llu", lsn, time,
		    e->xid, (unsigned long long)e->other);
		break;
	case WA_EVENT_TIMELINE:
		(void)snprintf(value, LINE, "%s %s from %llu to %u", lsn, time,
		    (unsigned long long)e->other, e->timeline);
		break;
	default:
		(void)snprintf(value, LINE, "%s %s", lsn, name);
	}
}

/* The kinds in the order of what is wanted most. */
static void
write_events(wa_label *label, const wa_wal_records *r)
{
	static const int order[] = { WA_EVENT_DAMAGE, WA_EVENT_TIMELINE,
		WA_EVENT_CHECKPOINT, WA_EVENT_RESTORE_POINT,
		WA_EVENT_DROP_DATABASE, WA_EVENT_DROP };
	uint32_t more = r->more, i;
	char value[LINE];
	size_t k;

	for (k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (i = 0; i < r->event_count; i++) {
			if (r->events[i].kind != order[k])
				continue;
			format_event(value, &r->events[i]);
			if (label->used + strlen(value) + 20 + RESERVE <
			    WA_LABEL_MAX)
				wa_label_add(
				    label, kinds[order[k]], "%s", value);
			else
				more |= WA_EVENT_BIT(order[k]);
		}
	for (k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		if ((more & WA_EVENT_BIT(order[k])) != 0)
			wa_label_add(label, "more", "%s", kinds[order[k]]);
}

static void
write_time(wa_label *label, const char *key, int64_t time)
{
	char text[WA_TIME_SIZE];

	if (time == WA_NO_TIME)
		return;
	wa_time_format(text, time);
	wa_label_add(label, key, "%s", text);
}

static void
write_lsn(wa_label *label, const char *key, uint64_t lsn)
{
	char text[WA_LSN_SIZE];

	if (lsn == 0)
		return;
	wa_lsn_format(text, lsn);
	wa_label_add(label, key, "%s", text);
}

void
wa_wal_facts_write(wa_label *label, const wa_wal_records *r)
{
	if (r->walked == WA_UNREADABLE)
		wa_label_add(label, "unreadable", "yes");
	if (r->walked != WA_WALKED)
		return;
	wa_label_add(label, "records", "%llu", (unsigned long long)r->count);
	write_lsn(label, "end", r->end);
	write_lsn(label, "open", r->open);
	if (r->cut)
		wa_label_add(label, "cut", "yes");
	write_time(label, "first-commit", r->first_commit);
	write_time(label, "last-commit", r->last_commit);
	wa_label_add(label, "commits", "%llu", (unsigned long long)r->commits);
	write_time(label, "first-abort", r->first_abort);
	write_time(label, "last-abort", r->last_abort);
	wa_label_add(label, "aborts", "%llu", (unsigned long long)r->aborts);
	if (r->last_xid != 0)
		wa_label_add(label, "xids", "%u %u", r->first_xid, r->last_xid);
	write_events(label, r);
}

/* A line's value, taken apart from the left. */
struct value {
	const char *p;
	int bad;
};

static const char *
word(struct value *v, char *buf, size_t size)
{
	size_t n = strcspn(v->p, " ");

	if (n == 0 || n >= size) {
		v->bad = 1;
		n = 0;
	}
	memcpy(buf, v->p, n);
	buf[n] = '\0';
	v->p += n + (v->p[n] == ' ');
	return buf;
}

static uint64_t
take_lsn(struct value *v)
{
	char buf[WA_LSN_SIZE];
	uint64_t lsn = 0;

	if (wa_lsn_parse(&lsn, word(v, buf, sizeof(buf))) < 0)
		v->bad = 1;
	return lsn;
}

static int64_t
take_time(struct value *v)
{
	char buf[WA_TIME_SIZE];
	int64_t time = WA_NO_TIME;

	word(v, buf, sizeof(buf));
	if (strcmp(buf, "-") != 0 && wa_time_parse(&time, buf) < 0)
		v->bad = 1;
	return time;
}

static uint64_t
take_number(struct value *v, uint64_t max)
{
	char buf[24];
	uint64_t n = 0;

	if (wa_text_number(&n, word(v, buf, sizeof(buf)), max) < 0)
		v->bad = 1;
	return n;
}

static void
take_word(struct value *v, const char *expected)
{
	char buf[16];

	if (strcmp(word(v, buf, sizeof(buf)), expected) != 0)
		v->bad = 1;
}

static void
take_name(struct value *v, wa_event *e)
{
	if (unescape(e->name, sizeof(e->name), v->p) < 0)
		v->bad = 1;
	v->p += strlen(v->p);
}

static void
take_event(struct value *v, wa_event *e)
{
	e->lsn = take_lsn(v);
	e->time = WA_NO_TIME;
	if (e->kind != WA_EVENT_DAMAGE)
		e->time = take_time(v);
	switch (e->kind) {
	case WA_EVENT_CHECKPOINT:
		take_word(v, "redo");
		e->other = take_lsn(v);
		break;
	case WA_EVENT_DROP:
		take_word(v, "xid");
		e->xid = (uint32_t)take_number(v, UINT32_MAX);
		take_word(v, "relations");
		e->count = (uint32_t)take_number(v, UINT32_MAX);
		break;
	case WA_EVENT_DROP_DATABASE:
		take_word(v, "xid");
		e->xid = (uint32_t)take_number(v, UINT32_MAX);
		take_word(v, "oid");
		e->other = take_number(v, UINT32_MAX);
		break;
	case WA_EVENT_TIMELINE:
		take_word(v, "from");
		e->other = take_number(v, UINT32_MAX);
		take_word(v, "to");
		e->timeline = (uint32_t)take_number(v, UINT32_MAX);
		break;
	default:
		take_name(v, e);
	}
}

static int
kind_of(const char *key)
{
	int i;

	for (i = 0; i <= WA_EVENT_DAMAGE; i++)
		if (kinds[i] != NULL && strcmp(key, kinds[i]) == 0)
			return i;
	return 0;
}

static void
take_xids(struct value *v, wa_wal_records *r)
{
	r->first_xid = (uint32_t)take_number(v, UINT32_MAX);
	r->last_xid = (uint32_t)take_number(v, UINT32_MAX);
}

static void
take_more(struct value *v, wa_wal_records *r)
{
	char kind[24];

	r->more |= WA_EVENT_BIT(kind_of(word(v, kind, sizeof(kind))));
}

/* The keys that tell one thing each.  0: not one of them. */
static int
take_fact(struct value *v, const char *key, wa_wal_records *r)
{
	if (strcmp(key, "records") == 0) {
		r->walked = WA_WALKED;
		r->count = take_number(v, UINT64_MAX);
	} else if (strcmp(key, "unreadable") == 0) {
		r->walked = WA_UNREADABLE;
		take_word(v, "yes");
	} else if (strcmp(key, "end") == 0)
		r->end = take_lsn(v);
	else if (strcmp(key, "open") == 0)
		r->open = take_lsn(v);
	else if (strcmp(key, "cut") == 0) {
		r->cut = 1;
		take_word(v, "yes");
	} else if (strcmp(key, "commits") == 0)
		r->commits = take_number(v, UINT64_MAX);
	else if (strcmp(key, "aborts") == 0)
		r->aborts = take_number(v, UINT64_MAX);
	else if (strcmp(key, "first-commit") == 0)
		r->first_commit = take_time(v);
	else if (strcmp(key, "last-commit") == 0)
		r->last_commit = take_time(v);
	else if (strcmp(key, "first-abort") == 0)
		r->first_abort = take_time(v);
	else if (strcmp(key, "last-abort") == 0)
		r->last_abort = take_time(v);
	else if (strcmp(key, "xids") == 0)
		take_xids(v, r);
	else if (strcmp(key, "more") == 0)
		take_more(v, r);
	else
		return 0;
	return 1;
}

static int
take_line(wa_wal_records *r, const char *line, wa_error *err)
{
	struct value v = { line, 0 };
	char key[32];
	int kind;

	if (strcspn(line, " ") >= sizeof(key))
		return 0;
	word(&v, key, sizeof(key));
	kind = kind_of(key);
	if (kind != 0 && r->event_count < WA_EVENTS_MAX) {
		wa_event *e = &r->events[r->event_count++];

		memset(e, 0, sizeof(*e));
		e->kind = kind;
		take_event(&v, e);
	} else if (kind != 0) {
		r->more |= WA_EVENT_BIT(kind);
		return 0;
	} else if (!take_fact(&v, key, r))
		return 0;
	if (v.bad)
		return wa_error_set(err, WA_ECORRUPT,
		    "its label has an odd line \"%.100s\"", line);
	return 0;
}

int
wa_wal_facts_read(wa_wal_records *out, const wa_label *label, wa_error *err)
{
	char line[LINE];
	size_t at = 0;
	int rc = 0;

	memset(out, 0, offsetof(wa_wal_records, events));
	out->first_commit = out->last_commit = WA_NO_TIME;
	out->first_abort = out->last_abort = WA_NO_TIME;
	while (rc == 0 && wa_label_line(label, &at, line, sizeof(line)))
		rc = take_line(out, line, err);
	return rc;
}
