/*
 * facts.h - what a segment's records say: how many, from when to when, and
 * what a DBA may want to stop at.
 */
#ifndef WA_PG_FACTS_H
#define WA_PG_FACTS_H

#include "pg/walk.h"
#include "walarch.h"

struct wa_facts {
	wa_wal_records records; /* complete after wa_facts_end() */
	struct wa_walk walk;

	/* the collector's own: */
	uint64_t start; /* of the segment */
	int tail_is_free;
	uint32_t kinds[WA_EVENT_DAMAGE + 1];
	unsigned visited; /* kinds of events given to visit */
	wa_event_visit *visit;
	void *visit_arg;
	int verdict;      /* what visit said */
	uint32_t dropper; /* xid of the last DROP DATABASE whose commit is
			   * still to come */
};

/*
 * Collect from the segment that begins at start.  The walk begins at from, a
 * page's address: start itself, or an earlier one, so that the record which
 * spans into the segment is seen whole.  In a segment whose tail_is_free WAL
 * ends where nothing valid is.
 */
void wa_facts_begin(struct wa_facts *f, const struct wa_format *format,
    uint32_t segment_size, uint32_t block_size, uint64_t start, uint64_t from,
    int tail_is_free);

/* Collect from the next segment, and go on with the walk.  Only where the one
 * before has ended. */
void wa_facts_next(struct wa_facts *f, uint64_t start, int tail_is_free);

/* Give events of these kinds to visit, from now on; while it returns 0. */
void wa_facts_visit(
    struct wa_facts *f, unsigned kinds, wa_event_visit *visit, void *arg);

/* The next bytes: whole pages with valid headers. */
void wa_facts_add(struct wa_facts *f, const uint8_t *data, size_t size);

/* The segment has ended. */
void wa_facts_end(struct wa_facts *f);

/* The first event of damage, or NULL. */
const wa_event *wa_records_damage(const wa_wal_records *records);

/* The event that a record is, if it is one of those a DBA looks for: 1 or 0.
 * xact as the walk gave it; commits and aborts that remove nothing count. */
int wa_event_of(wa_event *out, const struct wa_record *record,
    const struct wa_xact *xact, const struct wa_format *format);

#endif
