/* info_sets_json.c - base backups in JSON; walarch-info(1) tells the schema. */
#include "config.h"

#include <string.h>

#include "info_sets_print.h"
#include "info_words_json.h"

static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
id(uint64_t system_id)
{
	return json_sprintf("%llu", (unsigned long long)system_id);
}

/* What a user wrote may be in any encoding. */
static json_t *
annotations(const struct info_set *more)
{
	json_t *all = json_object();
	char key[300];
	size_t i;

	for (i = 0; i < more->annotation_count; i++) {
		const char *line = more->annotations[i];
		size_t n = strcspn(line, "=");
		json_t *value = json_string(line + n + (line[n] == '='));

		if (n >= sizeof(key))
			continue;
		memcpy(key, line, n);
		key[n] = '\0';
		(void)json_object_set_new(
		    all, key, value != NULL ? value : json_null());
	}
	return all;
}

static json_t *
references(const struct info_sets *sets, const wa_set *s)
{
	json_t *all = json_array();

	for (; s != NULL && s->prior[0] != '\0'; s = info_set_prior(sets, s))
		(void)json_array_append_new(all, json_string(s->prior));
	return all;
}

static json_t *
kept(int64_t until)
{
	if (until == INT64_MAX)
		return json_string("forever");
	return info_json_time(until);
}

/* Seconds since 1970, as pgBackRest's are. */
static json_t *
seconds(int64_t start, int64_t stop)
{
	return json_pack("{s:I, s:I}", "start", (json_int_t)(start / 1000000),
	    "stop", (json_int_t)(stop / 1000000));
}

static json_t *
one_set(const struct info_sets *sets, size_t i)
{
	const wa_set *s = &sets->sets[i];
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];

	info_set_wal(first, last, s);
	return json_pack(
	    "{s:s, s:s, s:s?, s:o, s:{s:s, s:s}, s:{s:o, s:o}, s:o, "
	    "s:{s:o, s:o, s:{s:o, s:o}}, s:b, s:I, s:o, s:o, s:o, s:I, "
	    "s:b, s:I, s:I}",
	    "label", s->label, "type", info_set_type(s), "prior",
	    s->prior[0] != '\0' ? s->prior : NULL, "reference",
	    references(sets, s), "archive", "start", first, "stop", last, "lsn",
	    "start", info_json_lsn(s->redo), "stop", info_json_lsn(s->stop),
	    "timestamp", seconds(s->start_time, s->stop_time), "info", "size",
	    number(s->size), "delta", number(s->copied), "repository", "size",
	    number(info_set_stored(sets, s)), "delta", number(s->stored),
	    "error", s->bad_pages > 0, "bad-pages", (json_int_t)s->bad_pages,
	    "annotation", annotations(&sets->more[i]), "kept-until",
	    kept(sets->more[i].kept), "system-id", id(s->system_id), "timeline",
	    (json_int_t)s->timeline, "standby", (int)s->standby, "files",
	    (json_int_t)s->files, "parts", (json_int_t)s->parts);
}

json_t *
info_json_sets(const struct info_sets *sets)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < sets->count; i++)
		(void)json_array_append_new(all, one_set(sets, i));
	return all;
}

json_t *
info_json_begun(const struct info_sets *sets)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < sets->begun_count; i++) {
		const wa_set_begun *b = &sets->begun[i];
		double percent = info_begun_percent(b);

		(void)json_array_append_new(all,
		    json_pack("{s:s, s:s?, s:o, s:o, s:o, s:o, s:o, s:I, s:o}",
			"label", b->label, "prior",
			b->prior[0] != '\0' ? b->prior : NULL, "system-id",
			id(b->system_id), "begun", info_json_time(b->since),
			"last-stored", info_json_time(b->last), "size",
			number(b->total), "size-complete", number(b->done),
			"parts", (json_int_t)b->parts, "percent",
			percent < 0 ? json_null() : json_real(percent)));
	}
	return all;
}
