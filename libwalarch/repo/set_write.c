/*
 * set_write.c - make a set: its parts, each with a list of what is in it, and
 * at the end the manifest, with which it comes to exist.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "repo/set_label.h"
#include "repo/set_line.h"
#include "repo/set_sort.h"
#include "stream/codec.h"

#define SECOND 1000000
#define PART_SIZE (1u << 30) /* plain bytes after which a part ends */
#define CLOCK_BACK 3600      /* seconds: a label is this much ahead at most */
#define TRIES 16
#define ANNOTATIONS_MAX 2000 /* of what a label has room for */

/* An object that is being written, and its label. */
struct sink {
	wa_label label;
	wa_writer *writer; /* NULL: it is not begun */
};

struct wa_set_writer {
	wa_repo *repo;
	wa_set set;
	struct sink manifest, part, list;
	uint64_t part_plain, part_used; /* of the part that is written */
	int goes_on; /* it refers to parts of the one it resumes */
	struct wa_line_buffer line;
	wa_set_sort *sort; /* NULL: files come in order */
};

/* With a codec in front, for text. */
static int
begin_sink(struct sink *sink, wa_repo *repo, const wa_key key, int packed,
    wa_error *err)
{
	wa_writer *writer = NULL, *next = NULL;
	int rc;

	rc = wa_storage_put(&writer, repo->storage, key, err);
	if (rc < 0)
		return rc;
	rc = wa_label_writer(&next, writer, &sink->label, err);
	if (rc == 0)
		writer = next;
	if (rc == 0 && packed &&
	    (rc = wa_zstd_writer(&next, writer, 0, WA_SIZE_UNKNOWN, err)) == 0)
		writer = next;
	if (rc < 0) {
		wa_writer_close(writer);
		return rc;
	}
	sink->writer = writer;
	return 0;
}

static int
finish_sink(struct sink *sink, wa_error *err)
{
	int rc = wa_writer_finish(sink->writer, err);

	wa_writer_close(sink->writer);
	sink->writer = NULL;
	return rc;
}

static void
begin_label(
    struct sink *sink, const char *kind, const wa_set *set, uint32_t number)
{
	wa_label_begin(&sink->label, kind);
	wa_label_add(&sink->label, "name", "%s", set->label);
	wa_label_add(&sink->label, "number", "%u", number);
	wa_label_add(
	    &sink->label, "system", "%llu", (unsigned long long)set->system_id);
}

/* When it was begun, what it is upon, and how much there is to do. */
static int
put_start(wa_repo *repo, const wa_set *set, uint64_t total, int unsorted,
    wa_error *err)
{
	char since[WA_TIME_SIZE];
	wa_label label;
	wa_key key;

	wa_time_format(since, wa_sys_now());
	wa_label_begin(&label, "start");
	wa_label_add(&label, "name", "%s", set->label);
	if (set->prior[0] != '\0')
		wa_label_add(&label, "prior", "%s", set->prior);
	if (set->resumed[0] != '\0')
		wa_label_add(&label, "resumed", "%s", set->resumed);
	wa_label_add(
	    &label, "system", "%llu", (unsigned long long)set->system_id);
	wa_label_add(&label, "since", "%s", since);
	wa_label_add(&label, "total", "%llu", (unsigned long long)total);
	if (unsorted)
		wa_label_add(&label, "order", "none");
	wa_key_set_object(key, repo->stanza, set->label, WA_KEY_START);
	return wa_repo_put_text(repo->storage, key, &label, err);
}

/* The second after the newest set's, which the clock may not have reached. */
static int
free_second(int64_t *out, wa_repo *repo, wa_error *err)
{
	int64_t newest = 0, now = wa_sys_now() / SECOND;
	const char *label = "";
	wa_names *names = NULL;
	size_t i;
	int rc;

	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_set_names(names, repo, err);
	for (i = 0; rc == 0 && i < wa_names_count(names); i++) {
		int64_t t = wa_set_label_time(wa_names_at(names, i));

		if (t > newest) {
			newest = t;
			label = wa_names_at(names, i);
		}
	}
	if (rc == 0 && newest > now + CLOCK_BACK) {
		rc = wa_error_set(err, WA_EUSAGE,
		    "the backup set \"%s\" is of a later time than now", label);
		wa_error_hint(err,
		    "Has the clock been turned back? If it was wrong when that "
		    "set was begun, remove its folder, %s/backup/%s.",
		    repo->stanza, label);
	}
	wa_names_free(names);
	*out = newest >= now ? newest + 1 : now;
	return rc;
}

/* A label nobody has: the start object is put only where there is none. */
static int
take_label(struct wa_set_writer *w, uint64_t total, wa_error *err)
{
	int64_t second = 0;
	int rc = free_second(&second, w->repo, err), i;

	for (i = 0; rc == 0 && i < TRIES; i++) {
		wa_set_label_make(
		    w->set.label, w->set.type, w->set.prior, second + i);
		rc = put_start(w->repo, &w->set, total, w->sort != NULL, err);
		if (rc != WA_EEXIST)
			return rc;
		rc = 0;
	}
	return rc < 0 ? rc :
			wa_error_set(err, WA_EEXIST,
			    "no label is free for a new backup set");
}

static int
put_json(struct wa_set_writer *w, const json_t *json, wa_error *err)
{
	int rc = json == NULL ? wa_error_memory(err) :
				wa_line_of_json(&w->line, json, err);

	return rc < 0 ? rc :
			wa_writer_write(w->manifest.writer, w->line.text,
			    w->line.used, err);
}

static int
put_header(struct wa_set_writer *w, const char *header, wa_error *err)
{
	char redo[WA_LSN_SIZE], since[WA_TIME_SIZE], system[24];
	const wa_set *s = &w->set;
	json_t *json, *more = NULL;
	int rc;

	wa_lsn_format(redo, s->redo);
	wa_time_format(since, s->start_time);
	(void)snprintf(
	    system, sizeof(system), "%llu", (unsigned long long)s->system_id);
	json = json_pack("{s:i,s:s,s:s,s:I,s:I,s:s,s:s}", "walarch", 1, "label",
	    s->label, "system", system, "pg", (json_int_t)s->version,
	    "timeline", (json_int_t)s->timeline, "redo", redo, "start-time",
	    since);
	if (header != NULL)
		more = json_loads(header, 0, NULL);
	if (header != NULL && !json_is_object(more)) {
		json_decref(more);
		json_decref(json);
		return wa_error_set(
		    err, WA_EUSAGE, "the header is no JSON object");
	}
	if (more != NULL)
		(void)json_object_update_missing(json, more);
	rc = put_json(w, json, err);
	json_decref(more);
	json_decref(json);
	return rc;
}

static int
check_type(const wa_set *facts, wa_error *err)
{
	if (facts->type == WA_SET_FULL ?
		facts->prior[0] == '\0' :
		(facts->type == WA_SET_DIFF || facts->type == WA_SET_INCR) &&
		    wa_set_label_valid(facts->prior))
		return 0;
	return wa_error_set(err, WA_EUSAGE,
	    "a backup set cannot be of type %d upon \"%s\"", (int)facts->type,
	    facts->prior);
}

static int
begin(wa_set_writer **out, wa_repo *repo, const wa_set *facts, uint64_t total,
    const char *header, int unsorted, wa_error *err)
{
	struct wa_set_writer *w = wa_sys_malloc(sizeof(*w));
	wa_key key;
	int rc = check_type(facts, err);

	if (rc < 0) {
		wa_sys_free(w);
		return rc;
	}
	if (w == NULL)
		return wa_error_memory(err);
	memset(w, 0, sizeof(*w));
	w->repo = repo;
	w->set = *facts;
	w->set.files = w->set.size = w->set.copied = w->set.stored = 0;
	w->set.parts = 0;
	if (unsorted)
		rc = wa_set_sort_new(&w->sort, WA_SET_SORT_ROOM, err);
	if (rc == 0)
		rc = take_label(w, total, err);
	wa_key_set_object(key, repo->stanza, w->set.label, WA_KEY_MANIFEST);
	if (rc == 0)
		rc = begin_sink(&w->manifest, repo, key, 1, err);
	if (rc == 0)
		rc = put_header(w, header, err);
	if (rc < 0) {
		wa_set_writer_close(w);
		return rc;
	}
	*out = w;
	return 0;
}

int
wa_set_begin(wa_set_writer **out, wa_repo *repo, const wa_set *facts,
    uint64_t total, const char *header, wa_error *err)
{
	return begin(out, repo, facts, total, header, 0, err);
}

int
wa_set_begin_unsorted(wa_set_writer **out, wa_repo *repo, const wa_set *facts,
    uint64_t total, const char *header, wa_error *err)
{
	return begin(out, repo, facts, total, header, 1, err);
}

const char *
wa_set_writer_label(const wa_set_writer *writer)
{
	return writer->set.label;
}

static int
begin_part(struct wa_set_writer *w, wa_error *err)
{
	uint32_t number = w->set.parts + 1;
	wa_key key;
	int rc;

	begin_label(&w->part, "part", &w->set, number);
	begin_label(&w->list, "list", &w->set, number);
	wa_key_part(key, w->repo->stanza, w->set.label, number);
	rc = begin_sink(&w->part, w->repo, key, 0, err);
	wa_key_list(key, w->repo->stanza, w->set.label, number);
	if (rc == 0)
		rc = begin_sink(&w->list, w->repo, key, 1, err);
	w->set.parts = number;
	w->part_plain = 0;
	w->part_used = WA_LABEL_HEAD;
	return rc;
}

/* The list comes after: it is no promise of a part that is not there. */
static int
finish_part(struct wa_set_writer *w, wa_error *err)
{
	int rc;

	if (w->part.writer == NULL)
		return 0;
	wa_label_add(
	    &w->part.label, "plain", "%llu", (unsigned long long)w->part_plain);
	w->set.stored += w->part_used;
	rc = finish_sink(&w->part, err);
	if (rc == 0)
		rc = finish_sink(&w->list, err);
	return rc;
}

int
wa_set_append(uint32_t *part, uint64_t *at, wa_set_writer *writer,
    const void *frames, size_t size, uint64_t plain, unsigned flags,
    wa_error *err)
{
	int rc = wa_config_interrupted(writer->repo->cfg, err);

	if (rc == 0 && (flags & WA_SET_NEW_FILE) != 0 &&
	    writer->part_plain >= PART_SIZE)
		rc = finish_part(writer, err);
	if (rc == 0 && writer->part.writer == NULL)
		rc = begin_part(writer, err);
	if (rc == 0)
		rc = wa_writer_write(writer->part.writer, frames, size, err);
	if (rc < 0)
		return rc;
	*part = writer->set.parts;
	*at = writer->part_used;
	writer->part_used += size;
	writer->part_plain += plain;
	return 0;
}

/* All that waits to be sorted, into the manifest. */
static int
put_sorted(struct wa_set_writer *w, wa_error *err)
{
	const char *text;
	size_t size;
	int rc;

	while ((rc = wa_set_sort_next(&text, &size, w->sort, err)) == 1) {
		rc = wa_writer_write(w->manifest.writer, text, size, err);
		if (rc < 0)
			break;
	}
	wa_set_sort_free(w->sort);
	w->sort = NULL;
	return rc;
}

static int
put_line(struct wa_set_writer *w, const wa_set_file *file, wa_error *err)
{
	int rc = 0;

	if (w->sort != NULL && !wa_set_path_last(file->path))
		return wa_set_sort_add(w->sort, file->path, file->kind,
		    w->line.text, w->line.used, err);
	if (w->sort != NULL)
		rc = put_sorted(w, err);
	return rc < 0 ? rc :
			wa_writer_write(w->manifest.writer, w->line.text,
			    w->line.used, err);
}

int
wa_set_add(wa_set_writer *writer, const wa_set_file *file, wa_error *err)
{
	int regular = file->kind == WA_FILE_REGULAR;
	int own = regular && file->in == NULL;
	int rc;

	if (own &&
	    (writer->list.writer == NULL || file->part != writer->set.parts))
		return wa_error_set(err, WA_EUSAGE,
		    "\"%s\" is not in the part that is being written",
		    file->path);
	rc = wa_set_line_format(&writer->line, file, err);
	if (rc == 0)
		rc = put_line(writer, file, err);
	if (rc == 0 && own)
		rc = wa_writer_write(writer->list.writer, writer->line.text,
		    writer->line.used, err);
	if (rc < 0)
		return rc;
	if (regular && file->in != NULL &&
	    strcmp(file->in, writer->set.resumed) == 0)
		writer->goes_on = 1;
	writer->set.files += (uint64_t)regular;
	writer->set.size += regular ? file->size : 0;
	writer->set.copied += own ? file->size : 0;
	return 0;
}

/* Expire removes a manifest before the parts: while this one is there, so are
 * the parts that are referred to (walarch-expire(1)). */
static int
check_prior(struct wa_set_writer *w, wa_error *err)
{
	uint64_t size;
	wa_key key;
	int rc;

	if (w->set.prior[0] == '\0')
		return 0;
	wa_key_set_object(key, w->repo->stanza, w->set.prior, WA_KEY_MANIFEST);
	rc = wa_storage_stat(&size, w->repo->storage, key, err);
	return rc < 0 ? wa_error_in(err, rc,
			    "the backup set \"%s\", on which this one builds",
			    w->set.prior) :
			0;
}

int
wa_set_annotations_fit(const char *lines, wa_error *err)
{
	const char *p = lines;

	while (p != NULL && *p != '\0') {
		size_t n = strcspn(p, "\n");

		if (n > WA_SET_ANNOTATION_MAX)
			return wa_error_set(err, WA_EUSAGE,
			    "annotation \"%.40s...\" is longer than %d bytes",
			    p, WA_SET_ANNOTATION_MAX);
		p += n + (p[n] == '\n');
	}
	if (lines != NULL && strlen(lines) > ANNOTATIONS_MAX)
		return wa_error_set(err, WA_EUSAGE,
		    "the annotations are longer than %d bytes together",
		    ANNOTATIONS_MAX);
	return 0;
}

/* Likewise: of an unfinished one the first list goes first (set_remove.c). */
static int
check_resumed(struct wa_set_writer *w, wa_error *err)
{
	uint64_t size;
	wa_key key;
	int rc;

	if (!w->goes_on)
		return 0;
	wa_key_list(key, w->repo->stanza, w->set.resumed, 1);
	rc = wa_storage_stat(&size, w->repo->storage, key, err);
	if (rc == WA_ENOENT) {
		rc = wa_error_set(err, WA_ETRYAGAIN,
		    "the interrupted backup set \"%s\", which this one goes "
		    "on with, was removed meanwhile",
		    w->set.resumed);
		wa_error_hint(err, "Make the backup again.");
	}
	return rc;
}

static void
add_annotations(wa_label *label, const char *lines)
{
	while (lines != NULL && *lines != '\0') {
		size_t n = strcspn(lines, "\n");

		wa_label_add(label, "annotation", "%.*s", (int)n, lines);
		lines += n + (lines[n] == '\n');
	}
}

static int
put_end(struct wa_set_writer *w, wa_error *err)
{
	json_t *json =
	    json_pack("{s:{s:I}}", "end", "files", (json_int_t)w->set.files);
	int rc = put_json(w, json, err);

	json_decref(json);
	return rc;
}

int
wa_set_commit(wa_set *out, wa_set_writer *writer, const wa_set *facts,
    const char *annotations, wa_error *err)
{
	int rc = wa_set_annotations_fit(annotations, err);

	if (rc == 0)
		rc = finish_part(writer, err);
	writer->set.timeline = facts->timeline;
	writer->set.redo = facts->redo;
	writer->set.checkpoint = facts->checkpoint;
	writer->set.stop = facts->stop;
	writer->set.stop_time = facts->stop_time;
	writer->set.bad_pages = facts->bad_pages;
	writer->set.standby = facts->standby;
	if (rc == 0 && writer->sort != NULL)
		rc = put_sorted(writer, err);
	if (rc == 0)
		rc = put_end(writer, err);
	if (rc == 0)
		rc = check_prior(writer, err);
	if (rc == 0)
		rc = check_resumed(writer, err);
	if (rc < 0)
		return rc;
	wa_set_to_label(&writer->manifest.label, &writer->set);
	add_annotations(&writer->manifest.label, annotations);
	rc = finish_sink(&writer->manifest, err);
	if (rc == 0)
		*out = writer->set;
	return rc;
}

void
wa_set_writer_close(wa_set_writer *writer)
{
	if (writer == NULL)
		return;
	wa_writer_close(writer->part.writer);
	wa_writer_close(writer->list.writer);
	wa_writer_close(writer->manifest.writer);
	wa_line_buffer_free(&writer->line);
	wa_set_sort_free(writer->sort);
	wa_sys_free(writer);
}
