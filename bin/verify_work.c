/* verify_work.c - verify a batch of files. */
#include "config.h"

#include "verify_work.h"

#include <stdio.h>
#include <string.h>

#include "process.h"

/* A record has at most 1020 MB, which are so many of the smallest segments. */
#define LONGEST_RECORD 1021

int
verify_worker_open(struct verify_worker *worker, struct verify_shared *shared,
    const wa_config *config, wa_error *err)
{
	int rc;

	memset(worker, 0, sizeof(*worker));
	worker->shared = shared;
	rc = wa_repo_open(&worker->repo, config, err);
	if (rc == 0)
		rc = wa_verify_open(
		    &worker->run, worker->repo, shared->system_id, err);
	if (rc == 0)
		rc = wa_verify_open(
		    &worker->other, worker->repo, shared->system_id, err);
	return rc;
}

void
verify_worker_close(struct verify_worker *worker)
{
	wa_verify_close(worker->run);
	wa_verify_close(worker->other);
	wa_repo_close(worker->repo);
}

/* The timeline that has the WAL in front of this one's first segment; 0 when
 * the number is not in front of it, or nobody knows. */
static uint32_t
parent_of(
    const struct verify_shared *shared, uint32_t timeline, uint64_t number)
{
	const wa_timeline *t = shared->timelines;
	size_t i;

	for (i = 0; i < shared->timeline_count; i++, t++)
		if (t->timeline == timeline)
			return number < t->begin / shared->segment_size ?
			    t->parent :
			    0;
	return 0;
}

/*
 * Verify a segment for what the next one goes on with.  The first of a
 * timeline goes on where its parent was left.  0 when there is none.
 */
static int
go_over(struct verify_worker *w, wa_wal_facts *facts, uint32_t timeline,
    uint64_t number)
{
	char name[WA_SEGMENT_NAME_SIZE];
	int rc = WA_ENOENT;

	while (rc == WA_ENOENT && timeline != 0) {
		wa_segment_format(
		    name, timeline, number, w->shared->segment_size);
		rate_wait(&w->shared->rate);
		rc = wa_verify_file(facts, w->run, name, NULL);
		timeline = parent_of(w->shared, timeline, number);
	}
	if (rc != 0 && rc != WA_ECORRUPT)
		return 0;
	rate_spend(&w->shared->rate, facts->stored);
	return 1;
}

/*
 * A thread that did not do the segment before does it now, and tells nothing
 * of it: so the walk over the records, and with it their links, goes on from
 * one thread's segments to another's.  Where no record ends in that one it
 * begins as far back as one does.
 */
static void
catch_up(struct verify_worker *w, uint32_t timeline, uint64_t number)
{
	wa_wal_facts facts;
	uint64_t back;

	for (back = 1; back <= LONGEST_RECORD && back <= number; back++)
		if (!go_over(w, &facts, timeline, number - back) ||
		    facts.records.count > 0 || !facts.records.cut ||
		    process_signal() != 0)
			break;
	while (--back > 0 && process_signal() == 0)
		(void)go_over(w, &facts, timeline, number - back);
}

static void
take_facts(struct verify_item *item, const wa_wal_facts *facts)
{
	const wa_wal_records *r = &facts->records;
	uint32_t i;

	item->size = facts->size;
	item->stored = facts->stored;
	item->records = r->count;
	item->commits = r->commits;
	item->aborts = r->aborts;
	item->walked = r->walked;
	item->cut = r->cut;
	for (i = 0; i < r->event_count; i++) {
		const wa_event *e = &r->events[i];

		if (e->kind == WA_EVENT_DAMAGE && item->damage == 0)
			item->damage = e->lsn;
		if (e->kind == WA_EVENT_TIMELINE &&
		    e->timeline == item->timeline)
			item->begins = *e;
	}
}

static void
verify_item(struct verify_worker *w, struct verify_item *item)
{
	int is_segment = item->kind == WA_SEGMENT;
	wa_wal_facts facts;

	if (is_segment &&
	    (w->timeline != item->timeline || w->next != item->number))
		catch_up(w, item->timeline, item->number);
	rate_wait(&w->shared->rate);
	memset(&facts, 0, sizeof(facts));
	item->rc = wa_verify_file(
	    &facts, is_segment ? w->run : w->other, item->name, &item->err);
	take_facts(item, &facts);
	if (is_segment) {
		w->timeline = item->timeline;
		w->next = item->number + 1;
	}
	rate_spend(&w->shared->rate, item->stored);
	atomic_fetch_add(&w->shared->read, item->stored);
}

void
verify_work(void *worker, void *batch)
{
	struct verify_batch *b = batch;
	size_t i;

	for (i = 0; i < b->count; i++) {
		b->items[i].rc = WA_EINTERRUPTED;
		if (process_signal() == 0)
			verify_item(worker, &b->items[i]);
	}
}
