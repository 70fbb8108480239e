/* find_json.c - walarch-find for programs; walarch-find(1) tells the schema. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find_archive.h"
#include "find_print.h"
#include "find_restore.h"

/* Bytes that are no UTF-8 become U+FFFD: JSON has no other way to tell them. */
static json_t *
text_of(const char *text)
{
	json_t *json = json_string(text);
	char *valid, *p;

	if (json != NULL || text == NULL)
		return json;
	p = valid = malloc(4 * strlen(text) + 1);
	if (valid == NULL)
		return NULL;
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 128)
			*p++ = *text;
		else
			p += sprintf(p, "\xEF\xBF\xBD");
	*p = '\0';
	json = json_string(valid);
	free(valid);
	return json;
}

static json_t *
settings(const struct find_target *t)
{
	json_t *object = json_object();
	char name[40], timeline[16];

	(void)snprintf(name, sizeof(name), "recovery_target_%s", t->type);
	(void)snprintf(timeline, sizeof(timeline), "%u", t->timeline);
	(void)json_object_set_new(object, name, text_of(t->value));
	(void)json_object_set_new(object, "recovery_target_inclusive",
	    json_string(t->exclusive ? "false" : "true"));
	(void)json_object_set_new(
	    object, "recovery_target_timeline", json_string(timeline));
	return object;
}

static json_t *
restore(const struct find_hit *hit, const struct find_archive *archive)
{
	json_t *object = json_object();
	struct find_target targets[2];
	size_t count = find_restore(targets, hit, archive), i;

	for (i = 0; i < count; i++) {
		char *command = find_restore_command(&targets[i], archive);

		(void)json_object_set_new(object, targets[i].where,
		    json_pack("{s:o, s:o}", "command", text_of(command),
			"settings", settings(&targets[i])));
		free(command);
	}
	return object;
}

/* What only some kinds have. */
static void
add_subject(json_t *object, const wa_event *e)
{
	if (e->xid != 0)
		(void)json_object_set_new(
		    object, "xid", json_integer((json_int_t)e->xid));
	if (e->name[0] != '\0')
		(void)json_object_set_new(object, "name", text_of(e->name));
	if (e->count != 0)
		(void)json_object_set_new(
		    object, "relations", json_integer((json_int_t)e->count));
	if (e->kind == WA_EVENT_DROP_DATABASE)
		(void)json_object_set_new(
		    object, "database", json_integer((json_int_t)e->other));
	if (e->kind == WA_EVENT_TIMELINE)
		(void)json_object_set_new(
		    object, "parent", json_integer((json_int_t)e->other));
}

static json_t *
one(const struct find_hit *hit, const struct find_archive *archive)
{
	char time[WA_TIME_SIZE], lsn[WA_LSN_SIZE], name[FIND_NAME_SIZE];
	int has_time = hit->event.time != WA_NO_TIME;
	json_t *object;

	if (has_time)
		wa_time_format(time, hit->event.time);
	wa_lsn_format(lsn, hit->event.lsn);
	find_archive_name(name, archive, hit->file);
	object = json_pack("{s:s, s:s?, s:I, s:s, s:s}", "kind",
	    find_kind_name(hit->event.kind), "time", has_time ? time : NULL,
	    "timeline", (json_int_t)hit->event.timeline, "lsn", lsn, "segment",
	    name);
	add_subject(object, &hit->event);
	(void)json_object_set_new(object, "restore", restore(hit, archive));
	return object;
}

int
find_print_json(
    const struct find_hits *hits, const struct find_archive *archive)
{
	json_t *all = json_array();
	size_t i;
	int rc = 0;

	for (i = 0; i < hits->count && rc == 0; i++)
		rc = json_array_append_new(all, one(&hits->at[i], archive));
	if (rc == 0)
		rc = json_dumpf(all, stdout, JSON_INDENT(2));
	(void)printf("\n");
	json_decref(all);
	return rc;
}
