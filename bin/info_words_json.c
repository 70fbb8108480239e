/* info_words_json.c - windows and answers for programs. */
#include "config.h"

#include "info_words_json.h"

#include <stdio.h>

#include "info_words.h"

json_t *
info_json_lsn(uint64_t lsn)
{
	char text[WA_LSN_SIZE];

	wa_lsn_format(text, lsn);
	return json_string(text);
}

json_t *
info_json_time(int64_t time)
{
	char text[WA_TIME_SIZE];

	if (time == WA_NO_TIME)
		return json_null();
	wa_time_format(text, time);
	return json_string(text);
}

static json_t *
bound(int32_t value)
{
	static const char *const words[] = { "end", "hole", "damage", "history",
		"dropped" };

	return json_string(words[value]);
}

json_t *
info_json_window(const wa_window *w)
{
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:s, s:o, s:s}", "timeline",
	    (json_int_t)w->timeline, "from", info_json_lsn(w->from),
	    "from-time", info_json_time(w->from_time), "to",
	    info_json_lsn(w->to), "last-commit", info_json_time(w->to_time),
	    "backup", w->backup, "bound", bound(w->bound), "next",
	    w->first_missing);
}

static json_t *
target_json(const wa_target *t)
{
	static const char *const types[] = { "default", "immediate", "time",
		"xid", "lsn", "name" };
	json_t *value = json_null();

	switch (t->type) {
	case WA_TARGET_TIME:
		value = info_json_time(t->time);
		break;
	case WA_TARGET_XID:
		value = json_integer((json_int_t)t->xid);
		break;
	case WA_TARGET_LSN:
		value = info_json_lsn(t->lsn);
		break;
	case WA_TARGET_NAME:
		value = json_string(t->name);
		break;
	default:
		break;
	}
	return json_pack("{s:s, s:o, s:b}", "type", types[t->type], "value",
	    value != NULL ? value : json_null(), "exclusive",
	    (int)t->exclusive);
}

/* The record that replay stops at. */
static json_t *
stop(const wa_answer *a)
{
	if (a->stop.kind == 0)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:I, s:b}", "lsn",
	    info_json_lsn(a->stop.lsn), "end", info_json_lsn(a->stop.end),
	    "time", info_json_time(a->stop.time), "xid",
	    (json_int_t)a->stop.xid, "replayed", (int)a->stop_after);
}

void
info_print_answer_json(const wa_answer *a, const wa_target *t)
{
	json_t *object;

	object = json_pack("{s:o, s:b, s:s, s:o}", "target", target_json(t),
	    "reachable", (int)a->reachable, "reason", a->reason, "bound",
	    bound(a->bound));
	if (a->reachable) {
		(void)json_object_set_new(
		    object, "timeline", json_integer((json_int_t)a->timeline));
		(void)json_object_set_new(
		    object, "backup", json_string(a->backup));
		(void)json_object_set_new(object, "lsn", info_json_lsn(a->lsn));
		(void)json_object_set_new(object, "stop", stop(a));
		(void)json_object_set_new(
		    object, "prefetch-off", json_boolean(a->risky));
	}
	if (a->has_before)
		(void)json_object_set_new(
		    object, "before", info_json_window(&a->before));
	if (a->has_after)
		(void)json_object_set_new(
		    object, "after", info_json_window(&a->after));
	(void)json_dumpf(object, stdout, JSON_INDENT(2));
	(void)printf("\n");
	json_decref(object);
}
