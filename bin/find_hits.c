/* find_hits.c - what was found: each once, newest first. */
#include "config.h"

#include "find_hits.h"

#include <stdlib.h>
#include <string.h>

#include "find_archive.h"
#include "message.h"

int
find_hits_add(
    struct find_hits *hits, const wa_event *event, size_t file, wa_error *err)
{
	if (hits->count == hits->room) {
		size_t room = hits->room * 2 + 16;
		void *more = realloc(hits->at, room * sizeof(*hits->at));

		if (more == NULL)
			return out_of_memory(err);
		hits->at = more;
		hits->room = room;
	}
	memset(&hits->at[hits->count], 0, sizeof(*hits->at));
	hits->at[hits->count].event = *event;
	hits->at[hits->count++].file = file;
	return 0;
}

/* The timeline's own file comes before the copy in a descendant's. */
static int
newest_first(const void *x, const void *y)
{
	const struct find_hit *a = x, *b = y;

	if (a->event.timeline != b->event.timeline)
		return a->event.timeline > b->event.timeline ? -1 : 1;
	if (a->event.lsn != b->event.lsn)
		return a->event.lsn > b->event.lsn ? -1 : 1;
	if (a->event.kind != b->event.kind)
		return a->event.kind > b->event.kind ? -1 : 1;
	return a->file < b->file ? -1 : a->file > b->file;
}

static int
same(const struct find_hit *a, const struct find_hit *b)
{
	return a->event.timeline == b->event.timeline &&
	    a->event.lsn == b->event.lsn && a->event.kind == b->event.kind;
}

void
find_hits_settle(struct find_hits *hits, const struct find_archive *archive)
{
	size_t i, kept = 0;

	for (i = 0; i < hits->count; i++) {
		struct find_hit *h = &hits->at[i];

		/* What only a descendant's file has, only its way leads to. */
		h->branch = archive->files[h->file].timeline;
		h->event.timeline =
		    find_archive_owner(archive, h->branch, h->event.lsn);
	}
	if (hits->count > 1)
		qsort(hits->at, hits->count, sizeof(*hits->at), newest_first);
	for (i = 0; i < hits->count; i++)
		if (kept == 0 || !same(&hits->at[i], &hits->at[kept - 1]))
			hits->at[kept++] = hits->at[i];
	hits->count = kept;
}

/* What has no time happened at some time that its segment tells. */
static int
is_between(const struct find_hit *h, const struct find_archive *archive,
    int64_t from, int64_t to)
{
	const struct find_file *f = &archive->files[h->file];

	if (h->event.time != WA_NO_TIME)
		return from <= h->event.time && h->event.time <= to;
	return f->since <= to && f->until >= from;
}

void
find_hits_between(struct find_hits *hits, const struct find_archive *archive,
    int64_t from, int64_t to)
{
	size_t i, kept = 0;

	for (i = 0; i < hits->count; i++)
		if (is_between(&hits->at[i], archive, from, to))
			hits->at[kept++] = hits->at[i];
	hits->count = kept;
}

static int
by_name(const void *x, const void *y)
{
	const struct find_hit *a = *(struct find_hit *const *)x;
	const struct find_hit *b = *(struct find_hit *const *)y;
	int order = strcmp(a->event.name, b->event.name);

	if (order != 0)
		return order;
	return a->event.lsn < b->event.lsn ? -1 : a->event.lsn > b->event.lsn;
}

void
find_hits_namesakes(struct find_hits *hits)
{
	struct find_hit **points = calloc(hits->count + 1, sizeof(*points));
	size_t i, count = 0;

	for (i = 0; i < hits->count; i++) {
		/* Without memory for a better answer, any may have one. */
		hits->at[i].ambiguous = points == NULL;
		if (points != NULL &&
		    hits->at[i].event.kind == WA_EVENT_RESTORE_POINT)
			points[count++] = &hits->at[i];
	}
	if (count > 1)
		qsort(points, count, sizeof(struct find_hit *), by_name);
	for (i = 1; i < count; i++)
		points[i]->ambiguous = strcmp(points[i]->event.name,
					   points[i - 1]->event.name) == 0;
	free(points);
}
