/*
 * wal_list.c - what is stored of a system's WAL, as runs of segments, with
 * the holes between them.
 */
#include "config.h"

#include "repo/wal_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "base/text.h"
#include "repo/expired.h"
#include "repo/stanza.h"
#include "repo/timeline.h"

#define FOLDER_LENGTH 17 /* sixteen digits and '/' */

struct wa_wal_list {
	wa_repo *repo;
	uint64_t system_id;
	uint32_t segment_size;
	wa_timelines *histories;
	wa_timeline *timelines; /* those to tell of, ascending */
	size_t count;
	wa_names *folders, *segments;
	unsigned flags; /* for listing segments */

	size_t timeline;        /* being told */
	size_t folder, segment; /* next to look at */
	uint64_t next;          /* the segment that should come next */
	int begun, known;       /* is there one that should? */
	int seen;               /* a range has been told */
	int held;               /* a range waits behind a hole */
	uint64_t witness;       /* those before it have been there */
	wa_names *damaged;      /* of which no sound one is stored */
	wa_names *dropped;      /* that are not stored */
	wa_names *others;       /* partial and backup files */
	wa_wal_range range;
	struct wa_expired *expired; /* what was removed on purpose */
	size_t expired_count;
};

static uint32_t
folder_timeline(const char *folder)
{
	uint64_t timeline = 0;

	if (strlen(folder) != FOLDER_LENGTH ||
	    wa_text_hex(&timeline, folder, 8) < 0)
		return 0;
	return (uint32_t)timeline;
}

static int
add_timeline(wa_wal_list *l, uint32_t timeline, wa_error *err)
{
	wa_timeline *more;
	size_t i;

	for (i = 0; i < l->count; i++)
		if (l->timelines[i].timeline == timeline)
			return 0;
	more = wa_sys_realloc(l->timelines, (l->count + 1) * sizeof(*more));
	if (more == NULL)
		return wa_error_memory(err);
	l->timelines = more;
	memset(&more[l->count], 0, sizeof(*more));
	more[l->count++].timeline = timeline;
	return 0;
}

static int
by_timeline(const void *a, const void *b)
{
	uint32_t x = ((const wa_timeline *)a)->timeline;
	uint32_t y = ((const wa_timeline *)b)->timeline;

	return x < y ? -1 : x > y;
}

/* Those that have segments, a history, or descendants. */
static int
collect_timelines(wa_wal_list *l, wa_error *err)
{
	size_t i, j;
	int rc = 0;

	for (i = 0; i < wa_names_count(l->folders) && rc == 0; i++) {
		uint32_t timeline = folder_timeline(wa_names_at(l->folders, i));

		if (timeline != 0)
			rc = add_timeline(l, timeline, err);
	}
	for (i = 0; i < l->histories->count && rc == 0; i++) {
		const wa_history *h = l->histories->histories[i];

		rc = add_timeline(l, h->timeline, err);
		for (j = 0; j < h->count && rc == 0; j++)
			rc = add_timeline(l, h->entries[j].timeline, err);
	}
	if (rc == 0 && l->count > 1)
		qsort(
		    l->timelines, l->count, sizeof(*l->timelines), by_timeline);
	return rc;
}

/* Where a timeline begins is also told by the histories of its descendants. */
static const struct wa_history_entry *
told_by_descendant(const wa_timelines *histories, uint32_t timeline)
{
	size_t i, j;

	for (i = 0; i < histories->count; i++)
		for (j = 1; j < histories->histories[i]->count; j++)
			if (histories->histories[i]->entries[j].timeline ==
			    timeline)
				return &histories->histories[i]->entries[j];
	return NULL;
}

static void
describe_timelines(wa_wal_list *l)
{
	const struct wa_history_entry *told;
	const wa_history *h;
	size_t i;

	for (i = 0; i < l->count; i++) {
		wa_timeline *t = &l->timelines[i];

		h = wa_timelines_find(l->histories, t->timeline);
		told = told_by_descendant(l->histories, t->timeline);
		if (h != NULL) {
			t->has_history = 1;
			t->parent = wa_history_parent(h);
			t->begin = wa_history_begin(h);
		} else if (told != NULL) {
			t->parent = told[-1].timeline;
			t->begin = told->begin;
		}
	}
}

int
wa_wal_list_open(
    wa_wal_list **out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	int rc = wa_wal_list_open_names(out, repo, system_id, err);

	if (rc == 0)
		(*out)->flags = WA_LIST_SIZES;
	return rc;
}

int
wa_wal_list_open_names(
    wa_wal_list **out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_wal_list *l = wa_sys_malloc(sizeof(*l));
	wa_system system;
	wa_key key;
	int rc;

	if (l == NULL)
		return wa_error_memory(err);
	memset(l, 0, sizeof(*l));
	l->repo = repo;
	l->system_id = system_id;
	wa_key_wal_root(key, repo->stanza, system_id);
	rc = wa_stanza_system(&system, repo, system_id, err);
	if (rc == 0)
		rc = wa_timelines_read(&l->histories, repo, system_id, err);
	if (rc == 0)
		rc = wa_names_new(&l->folders, err);
	if (rc == 0)
		rc = wa_names_new(&l->segments, err);
	if (rc == 0)
		rc = wa_names_new(&l->damaged, err);
	if (rc == 0)
		rc = wa_names_new(&l->dropped, err);
	if (rc == 0)
		rc = wa_names_new(&l->others, err);
	if (rc == 0)
		rc = wa_storage_list(l->folders, repo->storage, key, 0, err);
	if (rc == 0)
		rc = wa_expired_list(&l->expired, &l->expired_count, repo,
		    system_id, system.segment_size, err);
	if (rc == 0)
		rc = collect_timelines(l, err);
	if (rc < 0) {
		wa_wal_list_close(l);
		return rc;
	}
	l->segment_size = system.segment_size;
	describe_timelines(l);
	*out = l;
	return 0;
}

/* The next folder of the timeline that is told, read: 1, or 0: no more. */
static int
next_folder(wa_wal_list *l, wa_error *err)
{
	uint32_t timeline = l->timelines[l->timeline].timeline;
	const char *folder;
	wa_key key;
	int rc;

	for (; l->folder < wa_names_count(l->folders); l->folder++)
		if (folder_timeline(wa_names_at(l->folders, l->folder)) >=
		    timeline)
			break;
	if (l->folder == wa_names_count(l->folders))
		return 0;
	folder = wa_names_at(l->folders, l->folder);
	if (folder_timeline(folder) != timeline)
		return 0;
	l->folder++;
	l->segment = 0;
	wa_names_clear(l->segments);
	wa_key_wal_folder(key, l->repo->stanza, l->system_id, folder);
	rc = wa_storage_list(l->segments, l->repo->storage, key, l->flags, err);
	return rc < 0 ? rc : 1;
}

/* The sound one of a damaged one's name stands before it, with the backup files
 * of that name between them. */
static int
has_sound(const wa_wal_list *l, const char *damaged)
{
	size_t i;

	for (i = l->segment; i > 0; i--) {
		const char *name = wa_names_at(l->segments, i - 1);

		if (strncmp(name, damaged, WA_SEGMENT_NAME_SIZE - 1) != 0)
			return 0;
		if (wa_name_kind(name) == WA_SEGMENT)
			return 1;
	}
	return 0;
}

/* Was it stored since?  The same is true of it, also of a damaged one. */
static int
is_there(const wa_wal_list *l, const char *dropped)
{
	size_t i, n = strlen(dropped) - strlen(".dropped");

	for (i = l->segment; i > 0; i--) {
		const char *name = wa_names_at(l->segments, i - 1);
		enum wa_kind kind = wa_name_kind(name);

		if (strncmp(name, dropped, WA_SEGMENT_NAME_SIZE - 1) != 0)
			return 0;
		if (kind == WA_SEGMENT || kind == WA_DAMAGED ||
		    (strlen(name) == n && strncmp(name, dropped, n) == 0))
			return 1;
	}
	return 0;
}

/* What belongs to a segment shows that there were all before it; a damaged or
 * dropped one that it was there itself. */
static int
take_witness(wa_wal_list *l, const char *name, wa_error *err)
{
	uint32_t timeline;
	uint64_t number;
	int rc = 0;

	if (wa_name_kind(name) == WA_PARTIAL)
		l->timelines[l->timeline].partial = 1;
	if (wa_name_kind(name) == WA_PARTIAL || wa_name_kind(name) == WA_BACKUP)
		rc = wa_names_add(l->others, name, 0, err);
	if (wa_segment_parse(&timeline, &number, name, l->segment_size) < 0)
		return rc;
	if (wa_name_kind(name) == WA_DAMAGED) {
		if (has_sound(l, name))
			return 0;
		number++;
		rc = wa_names_add(l->damaged, name, 0, err);
	} else if (wa_name_kind(name) == WA_DROPPED) {
		if (is_there(l, name))
			return 0;
		number++;
		rc = wa_names_add(l->dropped, name, 0, err);
	}
	if (number > l->witness)
		l->witness = number;
	return rc;
}

/* In another folder nobody looks for it. */
static int
is_in_place(const wa_wal_list *l, const char *name)
{
	return strncmp(name, wa_names_at(l->folders, l->folder - 1),
		   FOLDER_LENGTH - 1) == 0;
}

/* The number of the segment next to look at: 1, or 0 after the last. */
static int
peek_segment(wa_wal_list *l, uint64_t *number, uint64_t *stored, wa_error *err)
{
	for (;;) {
		uint32_t timeline;
		const char *name;
		int rc;

		if (l->segment == wa_names_count(l->segments)) {
			rc = next_folder(l, err);
			if (rc <= 0)
				return rc;
			continue;
		}
		name = wa_names_at(l->segments, l->segment);
		if (!is_in_place(l, name)) {
			l->segment++;
			continue;
		}
		if (wa_name_kind(name) != WA_SEGMENT &&
		    (rc = take_witness(l, name, err)) < 0)
			return rc;
		if (wa_name_kind(name) == WA_SEGMENT &&
		    wa_segment_parse(
			&timeline, number, name, l->segment_size) == 0) {
			*stored = wa_names_number(l->segments, l->segment);
			return 1;
		}
		l->segment++;
	}
}

/* As many segments as follow each other: 1, or 0: none is left. */
static int
take_range(wa_wal_list *l, wa_error *err)
{
	wa_wal_range *r = &l->range;
	uint64_t number, stored;
	int rc = peek_segment(l, &number, &stored, err);

	if (rc <= 0)
		return rc;
	memset(r, 0, sizeof(*r));
	r->timeline = l->timelines[l->timeline].timeline;
	r->first = r->last = number;
	while (rc > 0 && number <= r->last + 1) {
		l->timelines[l->timeline].partial = 0;
		r->last = number;
		r->stored += stored;
		l->segment++;
		rc = peek_segment(l, &number, &stored, err);
	}
	return rc < 0 ? rc : 1;
}

/* From next on, what was not removed on purpose: 0 when that is nothing. */
static int
skip_expired(const wa_wal_list *l, uint64_t *next, uint64_t *last)
{
	uint32_t timeline = l->timelines[l->timeline].timeline;
	size_t i = 0;

	while (i < l->expired_count && *next <= *last) {
		const struct wa_expired *e = &l->expired[i++];

		if (e->timeline != timeline || e->last < *next ||
		    e->first > *last)
			continue;
		if (e->first > *next) {
			*last = e->first - 1;
			continue;
		}
		*next = e->last + 1;
		i = 0;
	}
	return *next <= *last;
}

static int
give_hole(wa_wal_range *out, wa_wal_list *l, uint64_t last)
{
	if (!skip_expired(l, &l->next, &last))
		return 0;
	memset(out, 0, sizeof(*out));
	out->timeline = l->timelines[l->timeline].timeline;
	out->missing = 1;
	out->first = l->next;
	out->last = last;
	l->next = last + 1;
	return 1;
}

static int
give_range(wa_wal_range *out, wa_wal_list *l)
{
	*out = l->range;
	l->held = 0;
	l->known = l->seen = 1;
	l->next = l->range.last + 1;
	return 1;
}

/* What is missing in front of it comes first. */
static int
give_held(wa_wal_range *out, wa_wal_list *l)
{
	return l->next < l->range.first &&
		give_hole(out, l, l->range.first - 1) ?
	    1 :
	    give_range(out, l);
}

/*
 * The next timeline; where must its first segment be?  Before anything was
 * seen nothing must be anywhere: the archive may have begun later.
 */
static void
begin_timeline(wa_wal_list *l)
{
	const wa_timeline *t = &l->timelines[l->timeline];

	wa_names_clear(l->segments);
	l->segment = 0;
	l->begun = 1;
	l->witness = 0;
	l->known = l->seen && t->begin != 0;
	l->next = t->begin / l->segment_size;
}

/* After its last segment: should there have been more? */
static int
missing_tail(wa_wal_range *out, wa_wal_list *l)
{
	uint64_t end =
	    wa_timelines_end(l->histories, l->timelines[l->timeline].timeline);

	end /= l->segment_size;
	if (end < l->witness)
		end = l->witness;
	return l->known && end > l->next && give_hole(out, l, end - 1);
}

int
wa_wal_list_next(wa_wal_range *out, wa_wal_list *l, wa_error *err)
{
	int rc;

	if (l->held)
		return give_held(out, l);
	for (; l->timeline < l->count; l->timeline++, l->begun = 0) {
		if (!l->begun)
			begin_timeline(l);
		rc = take_range(l, err);
		if (rc < 0)
			return rc;
		if (rc == 0 && missing_tail(out, l))
			return 1;
		if (rc == 0)
			continue;
		if (!l->known || l->range.first <= l->next)
			return give_range(out, l);
		l->held = 1;
		return give_held(out, l);
	}
	return 0;
}

const char *
wa_wal_list_damaged(const wa_wal_list *list, size_t i)
{
	return i < wa_names_count(list->damaged) ?
	    wa_names_at(list->damaged, i) :
	    NULL;
}

const char *
wa_wal_list_dropped(const wa_wal_list *list, size_t i)
{
	return i < wa_names_count(list->dropped) ?
	    wa_names_at(list->dropped, i) :
	    NULL;
}

const char *
wa_wal_list_other(const wa_wal_list *list, size_t i)
{
	return i < wa_names_count(list->others) ? wa_names_at(list->others, i) :
						  NULL;
}

const wa_timeline *
wa_wal_list_timelines(const wa_wal_list *list, size_t *count)
{
	*count = list->count;
	return list->timelines;
}

void
wa_wal_list_close(wa_wal_list *list)
{
	if (list == NULL)
		return;
	wa_timelines_free(list->histories);
	wa_names_free(list->folders);
	wa_names_free(list->segments);
	wa_names_free(list->damaged);
	wa_names_free(list->dropped);
	wa_names_free(list->others);
	wa_sys_free(list->timelines);
	wa_sys_free(list->expired);
	wa_sys_free(list);
}
