/*
 * find_near.c - the commits nearest to a time.
 *
 * Commits do not stand in the order of their times: a transaction takes its
 * time before it writes.  So labels tell the earliest and the latest, and
 * segments are scanned, the nearest first, until no other can have a nearer
 * commit.
 */
#include "config.h"

#include "find_near.h"

#include <stdlib.h>
#include <string.h>

#include "find_archive.h"
#include "find_hits.h"
#include "find_parallel.h"
#include "message.h"

struct near {
	const struct find_archive *archive;
	int64_t time;
	int after;
	size_t want, count, file;
	struct find_hit best[FIND_NEAR_MOST + 1];
};

struct candidate {
	uint64_t distance;
	size_t file;
};

/* 0: on the wrong side. */
static int
measure(uint64_t *distance, const struct near *n, int64_t time)
{
	if (n->after ? time < n->time : time > n->time)
		return 0;
	*distance = n->after ? (uint64_t)time - (uint64_t)n->time :
			       (uint64_t)n->time - (uint64_t)time;
	return 1;
}

/* Of two at the same time the one that is nearer in WAL. */
static int
is_nearer(const struct near *n, const wa_event *a, const wa_event *b)
{
	uint64_t x = 0, y = 0;

	(void)measure(&x, n, a->time);
	(void)measure(&y, n, b->time);
	if (x != y)
		return x < y;
	return n->after ? a->lsn < b->lsn : a->lsn > b->lsn;
}

/* Stored twice, in a timeline's last segment and in its child's first? */
static int
is_there(struct near *n, const wa_event *event)
{
	size_t i;

	for (i = 0; i < n->count; i++) {
		struct find_hit *h = &n->best[i];

		if (h->event.lsn != event->lsn ||
		    h->event.time != event->time || h->event.xid != event->xid)
			continue;
		if (n->file < h->file)
			h->file = n->file;
		return 1;
	}
	return 0;
}

static int
on_commit(void *arg, const wa_event *event)
{
	struct near *n = arg;
	uint64_t distance;
	size_t i;

	if (!measure(&distance, n, event->time) || is_there(n, event))
		return 0;
	for (i = n->count; i > 0 && is_nearer(n, event, &n->best[i - 1].event);
	     i--)
		n->best[i] = n->best[i - 1];
	n->best[i].event = *event;
	n->best[i].file = n->file;
	if (n->count < n->want)
		n->count++;
	return 0;
}

static int
nearest_first(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	if (a->distance != b->distance)
		return a->distance < b->distance ? -1 : 1;
	return a->file < b->file ? -1 : a->file > b->file;
}

/* How near could a commit of the file be?  0: none is on the right side. */
static int
judge(struct candidate *c, const struct near *n, size_t file)
{
	const struct find_file *f = &n->archive->files[file];
	int64_t near = n->after ? f->first_commit : f->last_commit;
	int64_t far = n->after ? f->last_commit : f->first_commit;

	c->file = file;
	c->distance = 0;
	if (f->first_commit == WA_NO_TIME)
		return 0;
	return measure(&c->distance, n, near) ||
	    measure(&(uint64_t){ 0 }, n, far);
}

static size_t
list_candidates(struct candidate *out, const struct near *n)
{
	size_t i, count = 0;

	for (i = 0; i < n->archive->file_count; i++)
		count += (size_t)judge(&out[count], n, i);
	if (count > 1)
		qsort(out, count, sizeof(*out), nearest_first);
	return count;
}

/* Can the candidate have one that is nearer than the last kept? */
static int
may_help(const struct near *n, const struct candidate *c)
{
	uint64_t worst = 0;

	if (n->count < n->want)
		return 1;
	(void)measure(&worst, n, n->best[n->count - 1].event.time);
	return c->distance <= worst;
}

static int
scan(struct near *n, struct find_archive *archive, size_t file)
{
	char name[FIND_NAME_SIZE];
	wa_wal_records records;
	wa_error err = WA_ERROR_INIT;
	int rc;

	n->file = file;
	find_archive_name(name, archive, file);
	rc = wa_wal_scan(&records, archive->repo, archive->system.system_id,
	    name, FIND_TRANSACTIONS, on_commit, n, &err);
	return find_failed(archive, rc, &err);
}

int
find_near(struct find_hits *hits, struct find_archive *archive, int64_t time,
    int after, size_t want, wa_error *err)
{
	struct near n;
	struct candidate *list = calloc(archive->file_count + 1, sizeof(*list));
	size_t i, count;
	int rc = 0;

	if (list == NULL)
		return out_of_memory(err);
	memset(&n, 0, sizeof(n));
	n.archive = archive;
	n.time = time;
	n.after = after;
	n.want = want;
	count = list_candidates(list, &n);
	for (i = 0; i < count && rc == 0 && may_help(&n, &list[i]); i++)
		rc = scan(&n, archive, list[i].file);
	free(list);
	for (i = 0; i < n.count && rc == 0; i++)
		rc = find_hits_add(hits, &n.best[i].event, n.best[i].file, err);
	return rc;
}
