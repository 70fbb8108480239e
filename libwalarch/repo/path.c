/* path.c - the way recovery takes through the stored WAL. */
#include "config.h"

#include "repo/path.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

int
wa_path_to(struct wa_path *out, const struct wa_archive *archive,
    uint32_t timeline, wa_error *err)
{
	const wa_history *h = wa_timelines_find(archive->histories, timeline);

	if (h == NULL && timeline > 1) {
		(void)wa_error_set(err, WA_ENOENT,
		    "the history of timeline %u is not in the repository",
		    timeline);
		return WA_ENOENT;
	}
	out->archive = archive;
	out->timeline = timeline;
	out->history = h;
	return 0;
}

uint32_t
wa_path_timeline(const struct wa_path *path, uint64_t lsn)
{
	return path->history == NULL ? path->timeline :
				       wa_history_at(path->history, lsn);
}

uint64_t
wa_path_begin(const struct wa_path *path)
{
	return path->history == NULL ? 0 : wa_history_begin(path->history);
}

/* A standby's position behind a switch of segments is where the next begins,
 * beyond the last record. */
int
wa_path_completes(const struct wa_path *path, const struct wa_stretch *stretch,
    const wa_backup *backup)
{
	uint64_t size = path->archive->system.segment_size;

	if (stretch->end >= backup->stop)
		return 1;
	return backup->stop % size == 0 && stretch->last >= stretch->first &&
	    stretch->last + 1 >= backup->stop / size;
}

int
wa_path_admits(const struct wa_path *path, const wa_backup *backup)
{
	return wa_path_timeline(path, backup->checkpoint) == backup->timeline &&
	    wa_path_timeline(path, backup->stop - 1) == backup->timeline;
}

uint32_t
wa_path_histories(const struct wa_path *path, const wa_backup *backup)
{
	const struct wa_archive *a = path->archive;
	uint32_t t = backup->timeline;

	while (t == 1 || wa_timelines_find(a->histories, t) != NULL)
		t++;
	return wa_archive_newer(a, t) ? t : 0;
}

/*
 * The newest timeline whose share begins in the segment or before it: its file
 * is asked for first.  *until is the last segment for which that is so.
 */
static uint32_t
asked_first(const struct wa_path *path, uint64_t number, uint64_t *until)
{
	uint32_t size = path->archive->system.segment_size;
	const wa_history *h = path->history;
	size_t i;

	*until = UINT64_MAX;
	if (h == NULL || number >= wa_history_begin(h) / size)
		return path->timeline;
	for (i = h->count - 1; i > 0; i--) {
		*until = h->entries[i].end / size - 1;
		if (number >= h->entries[i].begin / size)
			return h->entries[i].timeline;
	}
	*until = h->entries[0].end / size - 1;
	return h->entries[0].timeline;
}

static void
name_of(char name[WA_NAME_MAX], const struct wa_path *path, uint32_t timeline,
    uint64_t number)
{
	wa_segment_format(
	    name, timeline, number, path->archive->system.segment_size);
}

static void
take(struct wa_stretch *out, const struct wa_path *path, uint32_t timeline,
    uint64_t number)
{
	out->last = number;
	name_of(out->last_name, path, timeline, number);
}

/* The segment of the timeline is not stored: what would a get of it say?  1
 * when the way ends there, 0 when it is simply absent. */
static int
settle(struct wa_stretch *out, const struct wa_path *path, uint32_t timeline,
    uint64_t number)
{
	const struct wa_archive *a = path->archive;
	const char *partial = wa_archive_partial(a, timeline, number);

	if (wa_archive_damaged(a, timeline, number) != NULL)
		out->bound = WA_BOUND_DAMAGE;
	else if (wa_archive_dropped(a, timeline, number) != NULL)
		out->bound = WA_BOUND_DROPPED;
	else if (wa_archive_goes_on(a, timeline, number))
		out->bound = WA_BOUND_HOLE;
	else if (partial != NULL) {
		out->last = number;
		(void)snprintf(
		    out->last_name, sizeof(out->last_name), "%s", partial);
	} else
		return 0;
	if (out->bound != WA_BOUND_END)
		name_of(out->missing, path, timeline, number);
	return 1;
}

/* Where a timeline has nothing of its own yet, the file of the one it left is
 * read, up to where it left that. */
static void
take_ancestor(
    struct wa_stretch *out, const struct wa_path *path, uint64_t number)
{
	uint32_t size = path->archive->system.segment_size;
	const wa_history *h = path->history;
	size_t i;

	for (i = h == NULL ? 0 : h->count; i > 0; i--) {
		const struct wa_history_entry *e = &h->entries[i - 1];

		if (e->end / size != number || e->end % size == 0)
			continue;
		if (wa_archive_find(path->archive, e->timeline, number) != NULL)
			take(out, path, e->timeline, number);
		else if (!settle(out, path, e->timeline, number))
			continue;
		if (out->bound == WA_BOUND_END)
			out->end = e->end;
		return;
	}
}

/* The segment is not stored: why does the way end here? */
static void
end_at(struct wa_stretch *out, const struct wa_path *path, uint32_t timeline,
    uint64_t number)
{
	name_of(out->missing, path, timeline, number);
	if (!settle(out, path, timeline, number))
		take_ancestor(out, path, number);
}

/* The LSN behind the last record, which the last file's label tells. */
static int
find_end(struct wa_stretch *out, const struct wa_path *path, wa_error *err)
{
	wa_wal_records records;
	uint64_t limit = out->end;
	int rc;

	if (out->last_name[0] == '\0')
		return 0;
	rc = wa_archive_records(&records, path->archive, out->last_name, err);
	if (rc < 0)
		return rc;
	out->end = records.end;
	if (out->end == 0) /* nothing ends in it */
		out->end = out->last * path->archive->system.segment_size;
	if (records.walked != WA_WALKED &&
	    wa_name_kind(out->last_name) == WA_SEGMENT)
		out->end = /* as far as the file goes */
		    (out->last + 1) * path->archive->system.segment_size;
	if (limit != 0 && out->end > limit)
		out->end = limit;
	return 0;
}

int
wa_path_reach(struct wa_stretch *out, const struct wa_path *path, uint64_t lsn,
    wa_error *err)
{
	uint64_t number = lsn / path->archive->system.segment_size, until;
	const wa_wal_range *range;
	uint32_t timeline;

	memset(out, 0, sizeof(*out));
	out->first = number;
	out->last = number - 1;
	for (;;) {
		timeline = asked_first(path, number, &until);
		range = wa_archive_find(path->archive, timeline, number);
		if (range == NULL)
			break;
		number = range->last < until ? range->last : until;
		take(out, path, timeline, number);
		number++;
	}
	end_at(out, path, timeline, number);
	if (out->last_name[0] == '\0' && out->first == 0) {
		out->first = 1; /* none: there is no number below 0 */
		out->last = 0;
	}
	return find_end(out, path, err);
}

void
wa_path_file(char name[WA_NAME_MAX], const struct wa_path *path,
    const struct wa_stretch *stretch, uint64_t number)
{
	uint64_t until;

	if (number == stretch->last)
		(void)snprintf(name, WA_NAME_MAX, "%s", stretch->last_name);
	else
		name_of(name, path, asked_first(path, number, &until), number);
}

int
wa_path_stored(const struct wa_path *path, const struct wa_stretch *stretch,
    uint64_t number)
{
	uint64_t until;

	if (number >= stretch->first && number <= stretch->last)
		return 1;
	return wa_archive_find(path->archive, asked_first(path, number, &until),
		   number) != NULL;
}
