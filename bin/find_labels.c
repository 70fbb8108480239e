/* find_labels.c - what the stored segments say, read in parallel. */
#include "config.h"

#include "find_labels.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "find_archive.h"
#include "find_parallel.h"
#include "message.h"

/* What all the tasks are about. */
struct look {
	struct find_archive *archive;
	unsigned kinds;
	const char *name;
	uint32_t xid;
};

/* One task. */
struct keeper {
	const struct look *look;
	struct find_file *file;
	int short_of_memory;
};

static int
keep(struct find_file *f, const wa_event *event)
{
	wa_event *more;

	if ((f->event_count & (f->event_count - 1)) == 0) {
		more = realloc(f->events,
		    (f->event_count == 0 ? 1 : f->event_count * 2) *
			sizeof(*more));
		if (more == NULL)
			return -1;
		f->events = more;
	}
	f->events[f->event_count++] = *event;
	return 0;
}

static int
is_wanted(const struct look *look, const wa_event *event)
{
	if ((look->kinds & WA_EVENT_BIT(event->kind)) == 0)
		return 0;
	return event->kind != WA_EVENT_RESTORE_POINT || look->name == NULL ||
	    fnmatch(look->name, event->name, 0) == 0;
}

/* A DROP DATABASE has the time of its commit, which comes after it. */
static void
date_drop(struct find_file *f, const wa_event *commit)
{
	size_t i;

	for (i = f->event_count; i > 0; i--)
		if (f->events[i - 1].kind == WA_EVENT_DROP_DATABASE &&
		    f->events[i - 1].xid == commit->xid &&
		    f->events[i - 1].time == WA_NO_TIME)
			f->events[i - 1].time = commit->time;
}

static int
on_event(void *arg, const wa_event *event)
{
	struct keeper *k = arg;

	if ((FIND_TRANSACTIONS & WA_EVENT_BIT(event->kind)) != 0)
		date_drop(k->file, event);
	if (is_wanted(k->look, event) && keep(k->file, event) < 0)
		k->short_of_memory = 1;
	return k->short_of_memory;
}

static int
says_too_little(const struct look *look, size_t file, const wa_wal_records *r)
{
	if (r->walked == WA_NOT_WALKED || (r->more & look->kinds) != 0)
		return 1;
	/* The beginning that was not at hand may be stored by now. */
	return r->cut && find_archive_before(look->archive, file) != FIND_NONE;
}

static void
take_facts(struct find_file *f, const wa_wal_records *r)
{
	f->walked = r->walked;
	f->first_xid = r->first_xid;
	f->last_xid = r->last_xid;
	f->commits = r->commits;
	f->first_commit = r->first_commit;
	f->last_commit = r->last_commit;
}

/* The label's events, or those of the walk that was needed instead. */
static int
take_events(const struct look *look, wa_repo *repo, size_t file,
    wa_wal_records *r, wa_error *err)
{
	struct find_file *f = &look->archive->files[file];
	struct keeper keeper = { look, f, 0 };
	char name[FIND_NAME_SIZE];
	uint32_t i;
	int rc = 0;

	if (!says_too_little(look, file, r)) {
		for (i = 0; i < r->event_count && rc == 0; i++)
			if (is_wanted(look, &r->events[i]))
				rc = keep(f, &r->events[i]);
		return rc < 0 ? out_of_memory(err) : 0;
	}
	find_archive_name(name, look->archive, file);
	rc = wa_wal_scan(r, repo, look->archive->system.system_id, name,
	    look->kinds | FIND_TRANSACTIONS, on_event, &keeper, err);
	if (keeper.short_of_memory)
		return out_of_memory(err);
	/* Stored unseen: it stays unknown. */
	return rc == WA_EUSAGE ? 0 : rc;
}

static int
look_at(void *arg, wa_repo *repo, size_t file, wa_error *err)
{
	struct look *look = arg;
	struct find_file *f = &look->archive->files[file];
	char name[FIND_NAME_SIZE];
	wa_wal_facts facts;
	int rc;

	find_archive_name(name, look->archive, file);
	f->first_commit = f->last_commit = WA_NO_TIME;
	rc = wa_wal_stat(
	    &facts, repo, look->archive->system.system_id, name, err);
	if (rc == 0)
		rc = take_events(look, repo, file, &facts.records, err);
	if (rc == 0)
		take_facts(f, &facts.records);
	return rc;
}

/* From the commits of a file, or of the files beside it. */
static void
bound_times(struct find_archive *a)
{
	size_t i, before;

	for (i = 0; i < a->file_count; i++) {
		struct find_file *f = &a->files[i];

		before = find_archive_before(a, i);
		f->until = INT64_MAX;
		f->since = f->first_commit;
		if (f->since == WA_NO_TIME && before != FIND_NONE)
			f->since = a->files[before].last_commit != WA_NO_TIME ?
			    a->files[before].last_commit :
			    a->files[before].since;
	}
	for (i = a->file_count; i > 0; i--) {
		struct find_file *f = &a->files[i - 1];

		if (f->last_commit != WA_NO_TIME)
			f->until = f->last_commit;
		else if (i < a->file_count &&
		    a->files[i].timeline == f->timeline)
			f->until = a->files[i].first_commit != WA_NO_TIME ?
			    a->files[i].first_commit :
			    a->files[i].until;
	}
}

int
find_labels_read(struct find_archive *archive, unsigned kinds, const char *name,
    wa_error *err)
{
	struct look look = { archive, kinds, name, 0 };
	int rc = find_parallel(
	    archive, NULL, archive->file_count, look_at, &look, err);

	if (rc == 0)
		bound_times(archive);
	return rc;
}

int
find_labels_one(struct find_archive *archive, size_t file, wa_error *err)
{
	struct look look = { archive, 0, NULL, 0 };

	if (archive->files[file].walked != WA_NOT_WALKED)
		return 0;
	return look_at(&look, archive->repo, file, err);
}

static int
on_end(void *arg, const wa_event *event)
{
	struct keeper *k = arg;

	if (event->xid == k->look->xid && keep(k->file, event) < 0)
		k->short_of_memory = 1;
	return k->short_of_memory;
}

static int
look_for_xid(void *arg, wa_repo *repo, size_t file, wa_error *err)
{
	struct look *look = arg;
	struct keeper keeper = { look, &look->archive->files[file], 0 };
	char name[FIND_NAME_SIZE];
	wa_wal_records records;
	int rc;

	find_archive_name(name, look->archive, file);
	rc = wa_wal_scan(&records, repo, look->archive->system.system_id, name,
	    FIND_TRANSACTIONS | WA_EVENT_BIT(WA_EVENT_ABORT), on_end, &keeper,
	    err);
	return keeper.short_of_memory ? out_of_memory(err) : rc;
}

int
find_labels_xid(struct find_archive *archive, uint32_t xid, wa_error *err)
{
	struct look look = { archive, 0, NULL, xid };
	size_t *files = calloc(archive->file_count + 1, sizeof(*files));
	size_t i, count = 0;
	int rc;

	if (files == NULL)
		return out_of_memory(err);
	/* Numbers begin again after the last, so that this rules out only. */
	for (i = 0; i < archive->file_count; i++)
		if (archive->files[i].last_xid >= xid &&
		    archive->files[i].first_xid <= xid)
			files[count++] = i;
	rc = find_parallel(archive, files, count, look_for_xid, &look, err);
	free(files);
	return rc;
}
