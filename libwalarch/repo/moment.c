/* moment.c - from positions in the WAL to times. */
#include "config.h"

#include "repo/moment.h"

#include <stdio.h>

/* So many segments are looked into for a commit. */
#define FARTHEST 256

#define XACTS                                                                  \
	(WA_EVENT_BIT(WA_EVENT_COMMIT) | WA_EVENT_BIT(WA_EVENT_ABORT) |        \
	    WA_EVENT_BIT(WA_EVENT_DROP))

struct latest {
	uint64_t before;
	int64_t time;
};

static int
note_time(void *arg, const wa_event *event)
{
	struct latest *l = arg;

	if (event->lsn >= l->before)
		return 1;
	if (l->time == WA_NO_TIME || event->time > l->time)
		l->time = event->time;
	return 0;
}

/* 1: nothing is known of its records, and so of no time before them. */
static int
latest_in(struct latest *l, const struct wa_archive *archive, const char *name,
    uint64_t number, wa_error *err)
{
	wa_wal_records records;
	int rc;

	if ((number + 1) * archive->system.segment_size > l->before)
		return wa_archive_scan(archive, name, XACTS, note_time, l, err);
	rc = wa_archive_records(&records, archive, name, err);
	if (rc < 0)
		return rc;
	if (records.walked != WA_WALKED)
		return 1;
	l->time = records.last_commit;
	if (l->time == WA_NO_TIME || records.last_abort > l->time)
		l->time = records.last_abort;
	return 0;
}

int
wa_moment_before(int64_t *time, const struct wa_path *path,
    const struct wa_stretch *stretch, uint64_t lsn, wa_error *err)
{
	struct latest l = { lsn, WA_NO_TIME };
	uint64_t n = (lsn - 1) / path->archive->system.segment_size + 1;
	char name[WA_NAME_MAX];
	int left, rc = 0;

	if (n > stretch->last + 1)
		n = stretch->last + 1;
	for (left = FARTHEST; rc == 0 && l.time == WA_NO_TIME && left > 0 &&
	     n-- > 0 && wa_path_stored(path, stretch, n);
	     left--) {
		wa_path_file(name, path, stretch, n);
		rc = latest_in(&l, path->archive, name, n, err);
	}
	*time = l.time;
	return rc < 0 ? rc : 0;
}

static int
take_checkpoint(void *arg, const wa_event *event)
{
	struct latest *l = arg;

	if (event->lsn == l->before)
		l->time = event->time;
	return event->lsn >= l->before;
}

int
wa_moment_first(int64_t *time, const struct wa_path *path,
    const struct wa_stretch *stretch, const wa_backup *backup, uint64_t lsn,
    wa_error *err)
{
	const struct wa_archive *archive = path->archive;
	struct latest l = { backup->checkpoint, WA_NO_TIME };
	char name[WA_NAME_MAX];
	int rc = wa_moment_before(time, path, stretch, lsn, err);

	if (rc < 0 || *time != WA_NO_TIME)
		return rc;
	wa_path_file(name, path, stretch,
	    backup->checkpoint / archive->system.segment_size);
	rc = wa_archive_scan(archive, name,
	    WA_EVENT_BIT(WA_EVENT_CHECKPOINT) | WA_EVENT_BIT(WA_EVENT_TIMELINE),
	    take_checkpoint, &l, err);
	*time = l.time;
	return rc < 0 ? rc : 0;
}
