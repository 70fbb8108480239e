/* find_archive.c - the segments of a system. */
#include "config.h"

#include "find_archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dropped.h"
#include "message.h"

/* The one that was named, or the current one. */
static int
find_system(struct find_archive *a, const char *system, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count, i;
	char text[24];
	int rc = wa_stanza_systems(&systems, &count, a->repo, err);

	if (rc < 0)
		return rc;
	for (i = count; i > 0; i--) {
		(void)snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)systems[i - 1].system_id);
		if (system == NULL || strcmp(system, text) == 0)
			break;
	}
	if (i > 0)
		a->system = systems[i - 1];
	wa_free(systems);
	if (i > 0)
		return 0;
	(void)snprintf(err->text, sizeof(err->text),
	    "the stanza has no system \"%.100s\"", system);
	(void)strcpy(err->hint, "walarch-info lists its systems.");
	return err->code = WA_EUSAGE;
}

static int
add_files(struct find_archive *a, size_t *room, uint32_t timeline, int kind,
    uint64_t first, uint64_t count, wa_error *err)
{
	struct find_file *more;

	if (a->file_count + count > *room) {
		*room = (a->file_count + (size_t)count) * 2;
		more = realloc(a->files, *room * sizeof(*more));
		if (more == NULL)
			return out_of_memory(err);
		a->files = more;
	}
	for (; count > 0; count--, first++) {
		struct find_file *f = &a->files[a->file_count++];

		memset(f, 0, sizeof(*f));
		f->timeline = timeline;
		f->kind = kind;
		f->number = first;
	}
	return 0;
}

static int
copy_timelines(struct find_archive *a, const wa_wal_list *list, wa_error *err)
{
	const wa_timeline *timelines =
	    wa_wal_list_timelines(list, &a->timeline_count);

	a->timelines = calloc(a->timeline_count + 1, sizeof(*a->timelines));
	if (a->timelines == NULL)
		return out_of_memory(err);
	if (a->timeline_count > 0)
		memcpy(a->timelines, timelines,
		    a->timeline_count * sizeof(*timelines));
	return 0;
}

static int
add_damaged(struct find_archive *a, size_t *room, const wa_wal_list *list,
    wa_error *err)
{
	const char *name;
	uint32_t timeline;
	uint64_t number;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && (name = wa_wal_list_damaged(list, i)) != NULL;
	     i++)
		if (wa_segment_parse(
			&timeline, &number, name, a->system.segment_size) == 0)
			rc = add_files(
			    a, room, timeline, WA_DAMAGED, number, 1, err);
	return rc;
}

/* 1: NAME.partial is stored and nothing else of the number; it was added. */
static int
try_partial(struct find_archive *a, size_t *room, uint32_t timeline,
    uint64_t number, wa_error *err)
{
	char name[FIND_NAME_SIZE];
	wa_wal_facts facts;
	size_t i;
	int rc;

	for (i = 0; i < a->file_count; i++)
		if (a->files[i].timeline == timeline &&
		    a->files[i].number == number)
			return 0;
	wa_segment_format(name, timeline, number, a->system.segment_size);
	(void)strcat(name, ".partial");
	rc = wa_wal_stat(
	    &facts, a->repo, a->system.system_id, name, &(wa_error){ 0 });
	if (rc == WA_ENOENT)
		return 0;
	rc = add_files(a, room, timeline, WA_PARTIAL, number, 1, err);
	return rc < 0 ? rc : 1;
}

/* A timeline's .partial is the segment behind its last, or the one where
 * another timeline left it. */
static int
add_partial(
    struct find_archive *a, size_t *room, const wa_timeline *t, wa_error *err)
{
	uint64_t size = a->system.segment_size, next = t->begin / size;
	size_t i;
	int rc;

	for (i = 0; i < a->file_count; i++)
		if (a->files[i].timeline == t->timeline &&
		    a->files[i].number >= next)
			next = a->files[i].number + 1;
	rc = try_partial(a, room, t->timeline, next, err);
	for (i = 0; i < a->timeline_count && rc == 0; i++)
		if (a->timelines[i].parent == t->timeline)
			rc = try_partial(a, room, t->timeline,
			    a->timelines[i].begin / size, err);
	return rc < 0 ? rc : 0;
}

static int
by_place(const void *x, const void *y)
{
	const struct find_file *a = x, *b = y;

	if (a->timeline != b->timeline)
		return a->timeline < b->timeline ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static int
list_files(struct find_archive *a, wa_error *err)
{
	wa_wal_list *list = NULL;
	size_t room = 0, i;
	wa_wal_range r;
	int rc;

	rc = wa_wal_list_open(&list, a->repo, a->system.system_id, err);
	if (rc < 0)
		return rc;
	while ((rc = wa_wal_list_next(&r, list, err)) > 0)
		if (!r.missing &&
		    (rc = add_files(a, &room, r.timeline, WA_SEGMENT, r.first,
			 r.last - r.first + 1, err)) < 0)
			break;
	if (rc == 0)
		rc = copy_timelines(a, list, err);
	if (rc == 0)
		rc = add_damaged(a, &room, list, err);
	if (rc == 0)
		rc = dropped_ranges(&a->dropped, &a->dropped_count, list,
		    a->system.segment_size, err);
	for (i = 0; rc == 0 && i < a->timeline_count; i++)
		if (a->timelines[i].partial)
			rc = add_partial(a, &room, &a->timelines[i], err);
	wa_wal_list_close(list);
	if (rc == 0 && a->file_count > 1)
		qsort(a->files, a->file_count, sizeof(*a->files), by_place);
	return rc;
}

int
find_archive_open(struct find_archive *out, const wa_config *config,
    const char *system, wa_error *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->config = config;
	rc = wa_repo_open(&out->repo, config, err);
	if (rc == 0)
		rc = find_system(out, system, err);
	if (rc == 0)
		rc = list_files(out, err);
	if (rc < 0)
		find_archive_close(out);
	return rc;
}

void
find_archive_close(struct find_archive *archive)
{
	size_t i;

	for (i = 0; i < archive->file_count; i++)
		free(archive->files[i].events);
	free(archive->files);
	free(archive->timelines);
	free(archive->dropped);
	wa_repo_close(archive->repo);
	memset(archive, 0, sizeof(*archive));
}

void
find_archive_name(
    char buf[FIND_NAME_SIZE], const struct find_archive *archive, size_t file)
{
	const struct find_file *f = &archive->files[file];

	wa_segment_format(
	    buf, f->timeline, f->number, archive->system.segment_size);
	if (f->kind != WA_SEGMENT)
		(void)strcat(
		    buf, f->kind == WA_PARTIAL ? ".partial" : ".damaged");
}

size_t
find_archive_file(
    const struct find_archive *archive, uint32_t timeline, uint64_t number)
{
	const struct find_file key = { .timeline = timeline, .number = number };
	const struct find_file *f = NULL;

	if (archive->file_count > 0)
		f = bsearch(&key, archive->files, archive->file_count,
		    sizeof(key), by_place);
	return f == NULL ? FIND_NONE : (size_t)(f - archive->files);
}

const wa_timeline *
find_archive_timeline(const struct find_archive *archive, uint32_t timeline)
{
	size_t i;

	for (i = 0; i < archive->timeline_count; i++)
		if (archive->timelines[i].timeline == timeline)
			return &archive->timelines[i];
	return NULL;
}

uint32_t
find_archive_owner(
    const struct find_archive *archive, uint32_t timeline, uint64_t lsn)
{
	const wa_timeline *t = find_archive_timeline(archive, timeline);

	/* A parent's number is always the lower one. */
	while (t != NULL && lsn < t->begin && t->parent != 0 &&
	    t->parent < timeline) {
		timeline = t->parent;
		t = find_archive_timeline(archive, timeline);
	}
	return timeline;
}

size_t
find_archive_before(const struct find_archive *archive, size_t file)
{
	const struct find_file *f = &archive->files[file];
	uint64_t number = f->number;
	uint32_t timeline = f->timeline;
	const wa_timeline *t;
	size_t found;

	if (number == 0)
		return FIND_NONE;
	found = find_archive_file(archive, timeline, number - 1);
	while (found == FIND_NONE &&
	    (t = find_archive_timeline(archive, timeline)) != NULL &&
	    t->parent != 0 && t->parent < timeline &&
	    number <= t->begin / archive->system.segment_size) {
		timeline = t->parent;
		found = find_archive_file(archive, timeline, number - 1);
	}
	return found;
}
