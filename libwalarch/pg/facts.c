/* facts.c - gather what a segment's records say. */
#include "config.h"

#include "pg/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pg/page.h"

/* So many places without a valid record, and none with one, are no accident. */
#define HOPELESS 4

/* How many events of a kind are kept; together WA_EVENTS_MAX. */
static const uint32_t room[WA_EVENT_DAMAGE + 1] = {
	[WA_EVENT_RESTORE_POINT] = 20,
	[WA_EVENT_CHECKPOINT] = 4,
	[WA_EVENT_DROP] = 20,
	[WA_EVENT_DROP_DATABASE] = 8,
	[WA_EVENT_TIMELINE] = 4,
	[WA_EVENT_DAMAGE] = 8,
};

static void
keep(struct wa_facts *f, const wa_event *event)
{
	wa_wal_records *r = &f->records;

	if (f->kinds[event->kind] == room[event->kind]) {
		r->more |= WA_EVENT_BIT(event->kind);
		return;
	}
	f->kinds[event->kind]++;
	r->events[r->event_count++] = *event;
}

static void
stretch(int64_t *first, int64_t *last, int64_t time)
{
	if (*first == WA_NO_TIME || time < *first)
		*first = time;
	if (*last == WA_NO_TIME || time > *last)
		*last = time;
}

/* The time of a DROP DATABASE is that of its commit. */
static void
date_drop(struct wa_facts *f, const struct wa_xact *xact)
{
	wa_wal_records *r = &f->records;
	uint32_t i;

	for (i = 0; i < r->event_count; i++)
		if (r->events[i].kind == WA_EVENT_DROP_DATABASE &&
		    r->events[i].xid == xact->xid)
			r->events[i].time = xact->time;
	f->dropper = 0;
}

static void
count_xact(struct wa_facts *f, const struct wa_xact *xact)
{
	wa_wal_records *r = &f->records;

	if (xact->kind == WA_XACT_COMMIT) {
		r->commits++;
		stretch(&r->first_commit, &r->last_commit, xact->time);
	} else {
		r->aborts++;
		stretch(&r->first_abort, &r->last_abort, xact->time);
	}
	if (xact->xid != 0 && (r->first_xid == 0 || xact->xid < r->first_xid))
		r->first_xid = xact->xid;
	if (xact->xid > r->last_xid)
		r->last_xid = xact->xid;
	if (f->dropper != 0 && f->dropper == xact->xid)
		date_drop(f, xact);
}

static void
visit(struct wa_facts *f, const wa_event *event)
{
	if ((f->visited & WA_EVENT_BIT(event->kind)) == 0 || f->verdict != 0)
		return;
	f->verdict = f->visit(f->visit_arg, event);
	if (f->verdict != 0)
		f->walk.state = WA_WALK_ENDED;
}

static void
plain_event(wa_event *out, const struct wa_record *record)
{
	const char *name = wa_rmgr_name(record->rmid);

	memset(out, 0, sizeof(*out));
	out->kind = WA_EVENT_RECORD;
	out->lsn = record->lsn;
	out->end = record->end;
	out->time = WA_NO_TIME;
	out->xid = record->xid;
	(void)snprintf(
	    out->name, sizeof(out->name), "%s", name == NULL ? "?" : name);
}

static void
on_record(void *arg, const struct wa_record *record, const struct wa_xact *xact)
{
	struct wa_facts *f = arg;
	wa_event event;

	if (record->end <= f->start)
		return;
	f->records.count++;
	if (xact != NULL)
		count_xact(f, xact);
	if (f->visited == 0 && xact != NULL && xact->relations == 0)
		return;
	if (wa_event_of(&event, record, xact, f->walk.format)) {
		if (room[event.kind] > 0)
			keep(f, &event);
		if (event.kind == WA_EVENT_DROP_DATABASE)
			f->dropper = event.xid;
	} else if (f->visited != 0) {
		plain_event(&event, record);
	}
	if (f->visited != 0)
		visit(f, &event);
}

static int
on_damage(void *arg, uint64_t lsn, const char *why)
{
	struct wa_facts *f = arg;
	wa_event event = { .kind = WA_EVENT_DAMAGE, .lsn = lsn };

	if (f->tail_is_free)
		return 1;
	event.time = WA_NO_TIME;
	(void)snprintf(event.name, sizeof(event.name), "%s", why);
	keep(f, &event);
	visit(f, &event);
	return f->verdict;
}

static void
reset(struct wa_facts *f, uint64_t start, int tail_is_free)
{
	wa_wal_records *r = &f->records;

	memset(r, 0, offsetof(wa_wal_records, events));
	memset(f->kinds, 0, sizeof(f->kinds));
	r->first_commit = r->last_commit = WA_NO_TIME;
	r->first_abort = r->last_abort = WA_NO_TIME;
	f->start = start;
	f->tail_is_free = tail_is_free;
	f->dropper = 0;
	f->visited = 0;
	f->verdict = 0;
}

void
wa_facts_begin(struct wa_facts *f, const struct wa_format *format,
    uint32_t segment_size, uint32_t block_size, uint64_t start, uint64_t from,
    int tail_is_free)
{
	const struct wa_walk_sink sink = { f, on_record, on_damage };

	reset(f, start, tail_is_free);
	wa_walk_begin(&f->walk, format, segment_size, block_size, from, &sink);
}

void
wa_facts_next(struct wa_facts *f, uint64_t start, int tail_is_free)
{
	reset(f, start, tail_is_free);
	f->walk.failures = 0;
}

void
wa_facts_visit(
    struct wa_facts *f, unsigned kinds, wa_event_visit *visitor, void *arg)
{
	f->visited = kinds;
	f->visit = visitor;
	f->visit_arg = arg;
}

void
wa_facts_add(struct wa_facts *f, const uint8_t *data, size_t size)
{
	struct wa_page page;

	if (f->walk.lsn == f->start && f->walk.state == WA_WALK_SEEK &&
	    wa_page_parse(&page, data, size) == 0)
		f->records.cut = (page.info & WA_PAGE_CONTRECORD) != 0;
	wa_walk_add(&f->walk, data, size);
}

static int
by_kind(const void *a, const void *b)
{
	const wa_event *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->lsn < y->lsn ? -1 : x->lsn > y->lsn;
}

void
wa_facts_end(struct wa_facts *f)
{
	wa_wal_records *r = &f->records;

	r->walked = WA_WALKED;
	if (r->count > 0)
		r->end = f->walk.end;
	if (f->walk.state == WA_WALK_INSIDE)
		r->open = f->walk.open;
	if (r->count == 0 && f->walk.failures >= HOPELESS)
		r->walked = WA_UNREADABLE;
	qsort(r->events, r->event_count, sizeof(r->events[0]), by_kind);
}

const wa_event *
wa_records_damage(const wa_wal_records *records)
{
	uint32_t i;

	for (i = 0; i < records->event_count; i++)
		if (records->events[i].kind == WA_EVENT_DAMAGE)
			return &records->events[i];
	return NULL;
}
