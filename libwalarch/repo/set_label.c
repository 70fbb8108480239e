/* set_label.c - what sets are called, and what a manifest's label says. */
#include "config.h"

#include "repo/set_label.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/text.h"
#include "pg/lsn.h"

#define TIME_LENGTH 16 /* "20261121T031500Z" */
#define FULL_LENGTH (TIME_LENGTH + 1)
#define LONG_LENGTH (FULL_LENGTH + 1 + TIME_LENGTH + 1)

static const char *
type_name(int type)
{
	return type == WA_SET_FULL ? "full" :
	    type == WA_SET_DIFF    ? "diff" :
				     "incr";
}

/* Has text such a time, of the calendar, at its beginning? */
static int
read_time(int64_t *out, const char *text)
{
	static const char pattern[] = "ddddddddTddddddZ";
	struct tm tm, same;
	size_t i;

	for (i = 0; i < TIME_LENGTH; i++)
		if (pattern[i] == 'd' ? !isdigit((unsigned char)text[i]) :
					text[i] != pattern[i])
			return 0;
	memset(&tm, 0, sizeof(tm));
	if (sscanf(text, "%4d%2d%2dT%2d%2d%2dZ", &tm.tm_year, &tm.tm_mon,
		&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	same = tm;
	*out = timegm(&same);
	return same.tm_mon == tm.tm_mon && same.tm_mday == tm.tm_mday &&
	    same.tm_hour == tm.tm_hour && same.tm_min == tm.tm_min &&
	    same.tm_sec == tm.tm_sec;
}

int
wa_set_label_valid(const char *label)
{
	size_t length = strlen(label);
	int64_t when;

	if (length != FULL_LENGTH && length != LONG_LENGTH)
		return 0;
	if (!read_time(&when, label) || label[TIME_LENGTH] != 'F')
		return 0;
	if (length == FULL_LENGTH)
		return 1;
	return label[FULL_LENGTH] == '_' &&
	    read_time(&when, label + FULL_LENGTH + 1) &&
	    strchr("DI", label[length - 1]) != NULL;
}

int64_t
wa_set_label_time(const char *label)
{
	int64_t when;

	return read_time(&when,
		   strlen(label) == LONG_LENGTH ? label + FULL_LENGTH + 1 :
						  label) ?
	    when :
	    0;
}

void
wa_set_label_make(
    char out[WA_SET_LABEL_SIZE], int type, const char *prior, int64_t seconds)
{
	time_t when = (time_t)seconds;
	char text[TIME_LENGTH + 1];
	struct tm tm;

	(void)gmtime_r(&when, &tm);
	(void)strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &tm);
	if (type == WA_SET_FULL)
		(void)snprintf(out, WA_SET_LABEL_SIZE, "%sF", text);
	else
		(void)snprintf(out, WA_SET_LABEL_SIZE, "%.*s_%s%c", FULL_LENGTH,
		    prior, text, type);
}

static void
add_number(wa_label *label, const char *key, uint64_t number)
{
	wa_label_add(label, key, "%llu", (unsigned long long)number);
}

static void
add_lsn(wa_label *label, const char *key, uint64_t lsn)
{
	char text[WA_LSN_SIZE];

	wa_lsn_format(text, lsn);
	wa_label_add(label, key, "%s", text);
}

static void
add_time(wa_label *label, const char *key, int64_t when)
{
	char text[WA_TIME_SIZE];

	wa_time_format(text, when);
	wa_label_add(label, key, "%s", text);
}

void
wa_set_to_label(wa_label *out, const wa_set *set)
{
	wa_label_begin(out, "manifest");
	wa_label_add(out, "name", "%s", set->label);
	wa_label_add(out, "type", "%s", type_name(set->type));
	if (set->prior[0] != '\0')
		wa_label_add(out, "prior", "%s", set->prior);
	if (set->resumed[0] != '\0')
		wa_label_add(out, "resumed", "%s", set->resumed);
	add_number(out, "system", set->system_id);
	add_number(out, "pg", set->version);
	add_number(out, "segment-size", set->segment_size);
	add_number(out, "timeline", set->timeline);
	add_lsn(out, "redo", set->redo);
	add_lsn(out, "checkpoint", set->checkpoint);
	add_lsn(out, "stop", set->stop);
	add_time(out, "start-time", set->start_time);
	add_time(out, "stop-time", set->stop_time);
	add_number(out, "files", set->files);
	add_number(out, "size", set->size);
	add_number(out, "copied", set->copied);
	add_number(out, "stored", set->stored);
	add_number(out, "parts", set->parts);
	add_number(out, "standby", set->standby);
	add_number(out, "checksums", set->checksums);
	add_number(out, "bad-pages", set->bad_pages);
}

static int
get_small(uint32_t *out, const wa_label *label, const char *key)
{
	uint64_t number;

	if (wa_label_number(&number, label, key) < 0 || number > UINT32_MAX)
		return -1;
	*out = (uint32_t)number;
	return 0;
}

static int
get_lsn(uint64_t *out, const wa_label *label, const char *key)
{
	char text[WA_LSN_SIZE];

	if (wa_label_get(label, key, text, sizeof(text)) == NULL)
		return -1;
	return wa_lsn_parse(out, text);
}

static int
get_time(int64_t *out, const wa_label *label, const char *key)
{
	char text[WA_TIME_SIZE];

	if (wa_label_get(label, key, text, sizeof(text)) == NULL)
		return -1;
	return wa_time_parse(out, text);
}

static int
get_position(wa_set *s, const wa_label *label)
{
	return get_small(&s->timeline, label, "timeline") < 0 ||
		get_lsn(&s->redo, label, "redo") < 0 ||
		get_lsn(&s->checkpoint, label, "checkpoint") < 0 ||
		get_lsn(&s->stop, label, "stop") < 0 ||
		get_time(&s->start_time, label, "start-time") < 0 ||
		get_time(&s->stop_time, label, "stop-time") < 0 ?
	    -1 :
	    0;
}

static int
get_counts(wa_set *s, const wa_label *label)
{
	return wa_label_number(&s->system_id, label, "system") < 0 ||
		get_small(&s->version, label, "pg") < 0 ||
		get_small(&s->segment_size, label, "segment-size") < 0 ||
		wa_label_number(&s->files, label, "files") < 0 ||
		wa_label_number(&s->size, label, "size") < 0 ||
		wa_label_number(&s->copied, label, "copied") < 0 ||
		wa_label_number(&s->stored, label, "stored") < 0 ||
		get_small(&s->parts, label, "parts") < 0 ||
		get_small(&s->standby, label, "standby") < 0 ||
		get_small(&s->checksums, label, "checksums") < 0 ||
		get_small(&s->bad_pages, label, "bad-pages") < 0 ?
	    -1 :
	    0;
}

int
wa_set_of_label(
    wa_set *out, const wa_label *label, const char *name, wa_error *err)
{
	char kind[16], stored[WA_SET_LABEL_SIZE];
	wa_set s;

	memset(&s, 0, sizeof(s));
	if (wa_label_get(label, "kind", kind, sizeof(kind)) == NULL ||
	    strcmp(kind, "manifest") != 0 ||
	    wa_label_get(label, "name", stored, sizeof(stored)) == NULL ||
	    strcmp(stored, name) != 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "its label is not that of the manifest of \"%s\"", name);
	if (get_position(&s, label) < 0 || get_counts(&s, label) < 0 ||
	    !wa_segment_size_ok(s.segment_size) || s.version == 0 ||
	    s.timeline == 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "its label lacks what a manifest's has, or has what cannot be");
	(void)snprintf(s.label, sizeof(s.label), "%s", name);
	s.type = name[strlen(name) - 1];
	if (wa_label_get(label, "prior", s.prior, sizeof(s.prior)) == NULL)
		s.prior[0] = '\0';
	if (wa_label_get(label, "resumed", s.resumed, sizeof(s.resumed)) ==
		NULL ||
	    !wa_set_label_valid(s.resumed))
		s.resumed[0] = '\0';
	if ((s.type == WA_SET_FULL) != (s.prior[0] == '\0') ||
	    (s.prior[0] != '\0' && !wa_set_label_valid(s.prior)))
		return wa_error_set(
		    err, WA_ECORRUPT, "its label names no prior set");
	*out = s;
	return 0;
}

int
wa_set_stored_label(
    wa_label *out, wa_repo *repo, const char *name, wa_error *err)
{
	wa_reader *reader = NULL, *labelled = NULL;
	wa_key key;
	int rc;

	wa_key_set_object(key, repo->stanza, name, WA_KEY_MANIFEST);
	rc = wa_storage_get(&reader, repo->storage, key, err);
	if (rc < 0)
		return rc;
	rc = wa_label_reader(&labelled, out, reader, err);
	wa_reader_close(rc < 0 ? reader : labelled);
	return rc < 0 ? wa_error_in(err, rc, "\"%s\"", key) : 0;
}

/* Folders of other names are no sets; wa_stanza_strays() tells of them. */
int
wa_set_names(wa_names *out, wa_repo *repo, wa_error *err)
{
	char label[WA_SET_LABEL_SIZE];
	wa_names *all = NULL;
	wa_key key;
	size_t i;
	int rc;

	wa_key_backups(key, repo->stanza);
	rc = wa_names_new(&all, err);
	if (rc == 0)
		rc = wa_storage_list(all, repo->storage, key, 0, err);
	for (i = 0; rc == 0 && i < wa_names_count(all); i++) {
		const char *name = wa_names_at(all, i);
		size_t length = strlen(name) - 1;

		if (name[length] != '/' || length >= sizeof(label))
			continue;
		(void)snprintf(label, sizeof(label), "%.*s", (int)length, name);
		if (wa_set_label_valid(label))
			rc = wa_names_add(out, label, 0, err);
	}
	wa_names_free(all);
	wa_names_sort(out);
	return rc;
}
