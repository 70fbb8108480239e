/* info_json.c - walarch-info for programs; walarch-info(1) tells the schema. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>

#include "info_report.h"
#include "info_sets_print.h"
#include "info_words_json.h"
#include "message.h"

/* System identifiers exceed what many readers of JSON can hold: as text. */
static json_t *
system_id(uint64_t id)
{
	return json_sprintf("%llu", (unsigned long long)id);
}

static json_t *
version(uint32_t v)
{
	return v > 900 ? json_sprintf("9.%u", v - 900) : json_sprintf("%u", v);
}

static json_t *
range(const wa_wal_range *r, uint32_t segment_size)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];

	wa_segment_format(first, r->timeline, r->first, segment_size);
	wa_segment_format(last, r->timeline, r->last, segment_size);
	return json_pack("{s:b, s:s, s:s, s:I, s:I}", "missing",
	    (int)r->missing, "first", first, "last", last, "segments",
	    (json_int_t)(r->last - r->first + 1), "stored-bytes",
	    (json_int_t)r->stored);
}

static json_t *
restorable(const wa_timeline *t, const struct info_system *s)
{
	json_t *windows = json_array();
	size_t i;

	for (i = 0; i < s->window_count; i++)
		if (s->windows[i].timeline == t->timeline)
			(void)json_array_append_new(
			    windows, info_json_window(&s->windows[i]));
	return windows;
}

static json_t *
timeline(const wa_timeline *t, const struct info_system *s)
{
	json_t *object, *ranges = json_array();
	char begin[WA_LSN_SIZE];
	size_t i;

	for (i = 0; i < s->range_count; i++)
		if (s->ranges[i].timeline == t->timeline)
			(void)json_array_append_new(ranges,
			    range(&s->ranges[i], s->system.segment_size));
	wa_lsn_format(begin, t->begin);
	object = json_pack("{s:I, s:b, s:b, s:o}", "timeline",
	    (json_int_t)t->timeline, "history", (int)t->has_history, "partial",
	    (int)t->partial, "wal", ranges);
	if (t->parent != 0) {
		(void)json_object_set_new(
		    object, "parent", json_integer((json_int_t)t->parent));
		(void)json_object_set_new(object, "begin", json_string(begin));
	}
	(void)json_object_set_new(object, "restorable", restorable(t, s));
	return object;
}

static json_t *
damaged(const struct info_system *s)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < s->damaged_count; i++)
		(void)json_array_append_new(names, json_string(s->damaged[i]));
	return names;
}

static json_t *
dropped(const struct info_system *s)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];
	json_t *ranges = json_array();
	size_t i;

	for (i = 0; i < s->dropped_count; i++) {
		const wa_wal_range *r = &s->dropped[i];

		wa_segment_format(
		    first, r->timeline, r->first, s->system.segment_size);
		wa_segment_format(
		    last, r->timeline, r->last, s->system.segment_size);
		(void)json_array_append_new(ranges,
		    json_pack("{s:s, s:s, s:I}", "first", first, "last", last,
			"segments", (json_int_t)(r->last - r->first + 1)));
	}
	return ranges;
}

/* What a server wrote may be in any encoding. */
static json_t *
text(const char *value)
{
	json_t *string = json_string(value);

	return string != NULL ? string : json_null();
}

static json_t *
backups(const struct info_system *s)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < s->backup_count; i++) {
		const wa_backup *b = &s->backups[i];

		(void)json_array_append_new(all,
		    json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "name",
			b->name, "timeline", (json_int_t)b->timeline, "redo",
			info_json_lsn(b->redo), "consistent",
			info_json_lsn(b->stop), "start-time",
			text(b->start_time), "stop-time", text(b->stop_time),
			"label", text(b->label)));
	}
	return all;
}

static json_t *
archive(const struct info_system *s)
{
	json_t *timelines = json_array();
	size_t i;

	for (i = 0; i < s->timeline_count; i++)
		(void)json_array_append_new(
		    timelines, timeline(&s->timelines[i], s));
	return json_pack("{s:o, s:I, s:s?, s:s?, s:I, s:I, s:I, s:I, s:o, s:o, "
			 "s:o, s:o}",
	    "system-id", system_id(s->system.system_id), "database-id",
	    (json_int_t)s->system.number, "min",
	    s->segments > 0 ? s->first : NULL, "max",
	    s->segments > 0 ? s->last : NULL, "segments",
	    (json_int_t)s->segments, "missing", (json_int_t)s->missing,
	    "stored-bytes", (json_int_t)s->stored, "segment-bytes",
	    (json_int_t)s->system.segment_size, "timelines", timelines,
	    "damaged", damaged(s), "dropped", dropped(s), "backups",
	    backups(s));
}

static json_t *
database(const struct info_system *s)
{
	return json_pack("{s:I, s:o, s:o}", "id", (json_int_t)s->system.number,
	    "system-id", system_id(s->system.system_id), "version",
	    version(s->system.version));
}

static json_t *
stanza(const struct info_stanza *t)
{
	json_t *databases = json_array(), *archives = json_array();
	size_t i;

	for (i = 0; i < t->count; i++) {
		(void)json_array_append_new(
		    databases, database(&t->systems[i]));
		(void)json_array_append_new(archives, archive(&t->systems[i]));
	}
	return json_pack("{s:s, s:s, s:{s:i, s:s}, s:{s:s, s:s}, s:o, s:o, "
			 "s:o, s:o}",
	    "name", t->name, "cipher", "none", "status", "code", (int)t->status,
	    "message", info_status_text(t->status), "repo", "path", t->path,
	    "id", t->repo_id, "db", databases, "archive", archives, "backup",
	    info_json_sets(&t->sets), "unfinished", info_json_begun(&t->sets));
}

int
info_print_json(const struct info_stanza *stanzas, size_t count)
{
	json_t *all = json_array();
	size_t i;
	int rc;

	for (i = 0; i < count; i++) {
		json_t *one = stanza(&stanzas[i]);

		if (one == NULL) {
			say(LEVEL_ERROR,
			    "stanza \"%s\" cannot be told in "
			    "JSON: a name in it is not UTF-8",
			    stanzas[i].name);
			json_decref(all);
			return -1;
		}
		(void)json_array_append_new(all, one);
	}
	rc = json_dumpf(all, stdout, JSON_INDENT(2));
	(void)printf("\n");
	json_decref(all);
	return rc;
}
