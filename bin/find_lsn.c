/* find_lsn.c - the record at an LSN, and the commits beside it. */
#include "config.h"

#include "find_lsn.h"

#include <stdlib.h>
#include <string.h>

#include "find_archive.h"
#include "find_hits.h"
#include "find_labels.h"
#include "find_parallel.h"

#define ALL                                                                    \
	(FIND_TRANSACTIONS | WA_EVENT_BIT(WA_EVENT_ABORT) |                    \
	    WA_EVENT_BIT(WA_EVENT_RESTORE_POINT) |                             \
	    WA_EVENT_BIT(WA_EVENT_CHECKPOINT) |                                \
	    WA_EVENT_BIT(WA_EVENT_DROP_DATABASE) |                             \
	    WA_EVENT_BIT(WA_EVENT_TIMELINE) | WA_EVENT_BIT(WA_EVENT_DAMAGE) |  \
	    WA_EVENT_BIT(WA_EVENT_RECORD))

struct at {
	struct find_archive *archive;
	uint64_t lsn;
	size_t file;                           /* being scanned */
	struct find_hit before, record, after; /* kind 0: not yet found */
};

static void
take(struct find_hit *hit, const struct at *at, const wa_event *event)
{
	hit->event = *event;
	hit->file = at->file;
}

static int
is_commit(const wa_event *event)
{
	return (FIND_TRANSACTIONS & WA_EVENT_BIT(event->kind)) != 0;
}

static int
on_record(void *arg, const wa_event *event)
{
	struct at *at = arg;

	if (event->lsn < at->lsn) {
		if (is_commit(event))
			take(&at->before, at, event);
		return 0;
	}
	if (at->record.event.kind == 0)
		take(&at->record, at, event);
	else if (at->after.event.kind == 0 && is_commit(event))
		take(&at->after, at, event);
	return at->after.event.kind != 0;
}

static int
scan(struct at *at, size_t file, unsigned kinds, wa_error *err)
{
	char name[FIND_NAME_SIZE];
	wa_wal_records records;

	at->file = file;
	find_archive_name(name, at->archive, file);
	return wa_wal_scan(&records, at->archive->repo,
	    at->archive->system.system_id, name, kinds, on_record, at, err);
}

/* Does the label say that the file has no commit? */
static int
has_commits(struct at *at, size_t file, wa_error *err)
{
	int rc = find_labels_one(at->archive, file, err);

	if (rc < 0)
		return rc;
	return at->archive->files[file].walked == WA_NOT_WALKED ||
	    at->archive->files[file].commits > 0;
}

static int
look_before(struct at *at, size_t file, wa_error *err)
{
	int rc = 0;

	file = find_archive_before(at->archive, file);
	while (rc == 0 && at->before.event.kind == 0 && file != FIND_NONE) {
		rc = has_commits(at, file, err);
		if (rc > 0)
			rc = scan(at, file, FIND_TRANSACTIONS, err);
		file = find_archive_before(at->archive, file);
	}
	return rc;
}

static int
look_after(struct at *at, size_t file, wa_error *err)
{
	const struct find_file *f = &at->archive->files[file];
	uint32_t timeline = f->timeline;
	uint64_t number = f->number;
	int rc = 0;

	while (rc == 0 && at->after.event.kind == 0) {
		file = find_archive_file(at->archive, timeline, ++number);
		if (file == FIND_NONE)
			break;
		rc =
		    at->record.event.kind == 0 ? 1 : has_commits(at, file, err);
		if (rc > 0)
			rc = scan(at, file, ALL, err);
	}
	return rc;
}

/* The file with the timeline's WAL at the LSN: its own, or the first of one
 * that left it later. */
static size_t
file_at(const struct find_archive *a, const wa_timeline *t, uint64_t lsn)
{
	uint64_t number = lsn / a->system.segment_size;
	size_t file = find_archive_file(a, t->timeline, number), i;

	for (i = 0; file == FIND_NONE && i < a->timeline_count; i++) {
		const wa_timeline *child = &a->timelines[i];

		if (child->parent == t->timeline && lsn < child->begin &&
		    number == child->begin / a->system.segment_size)
			file = find_archive_file(a, child->timeline, number);
	}
	return file;
}

static int
add(struct find_hits *hits, const struct find_hit *hit, wa_error *err)
{
	return hit->event.kind == 0 ?
	    0 :
	    find_hits_add(hits, &hit->event, hit->file, err);
}

static int
find_on(struct find_hits *hits, struct find_archive *archive,
    const wa_timeline *t, uint64_t lsn, wa_error *err)
{
	size_t file = file_at(archive, t, lsn);
	struct at at;
	int rc;

	if (lsn < t->begin || file == FIND_NONE)
		return 0;
	memset(&at, 0, sizeof(at));
	at.archive = archive;
	at.lsn = lsn;
	rc = scan(&at, file, ALL, err);
	if (rc == 0)
		rc = look_after(&at, file, err);
	if (rc == 0 && at.record.event.kind != 0)
		rc = look_before(&at, file, err);
	rc = find_failed(archive, rc, err);
	/* Beyond the last record nothing would stop. */
	if (rc < 0 || at.record.event.kind == 0)
		return rc;
	rc = add(hits, &at.before, err);
	if (rc == 0)
		rc = add(hits, &at.record, err);
	if (rc == 0)
		rc = add(hits, &at.after, err);
	return rc;
}

int
find_lsn(struct find_hits *hits, struct find_archive *archive, uint64_t lsn,
    wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < archive->timeline_count && rc == 0; i++)
		rc = find_on(hits, archive, &archive->timelines[i], lsn, err);
	return rc;
}
