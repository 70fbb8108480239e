/* verify_timeline.c - hold timelines against their histories. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify_system.h"

/*
 * A timeline's first record tells of it, unless PostgreSQL had to write what
 * cut off a record before it, or that full_page_writes was changed: 300 bytes
 * are more than those with a page's header.
 */
#define FIRST_WITHIN 300

int
verify_begins_add(struct verify_begins *begins, const wa_event *event)
{
	size_t n = begins->count;
	wa_event *more;

	if (n > 0 && begins->events[n - 1].timeline == event->timeline)
		return 0;
	more = realloc(begins->events, (n + 1) * sizeof(*more));
	if (more == NULL)
		return -1;
	begins->events = more;
	more[begins->count++] = *event;
	return 0;
}

static void
no_history(struct verify *v, uint32_t timeline)
{
	wa_error err = WA_ERROR_INIT;
	char name[VERIFY_NAME];

	(void)snprintf(name, sizeof(name), "%08X.history", timeline);
	(void)snprintf(err.text, sizeof(err.text),
	    "it is not stored, but WAL of its timeline is");
	(void)snprintf(err.hint, sizeof(err.hint),
	    "Recovery to the timeline needs it: look for it in the pg_wal of "
	    "a server, and store it with walarch-push.");
	err.code = WA_EHOLE;
	verify_blame(v, name, 0, &err);
}

/* All the timelines of a system. */
struct family {
	const wa_timeline *members;
	size_t count;
};

static const wa_timeline *
find(const struct family *f, uint32_t timeline)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (f->members[i].timeline == timeline)
			return &f->members[i];
	return NULL;
}

/*
 * Does the timeline go on from the one whose WAL was replayed last?  That is
 * its parent's, or its parent's parent's when recovery went along a timeline
 * and ended where that began: the parent has nothing of its own then.
 */
static int
comes_from(const struct family *f, const wa_timeline *t, uint64_t from)
{
	uint32_t parent = t->parent;
	const wa_timeline *p;

	while (parent != from) {
		p = find(f, parent);
		if (p == NULL || p->begin != t->begin || p->parent >= parent)
			return 0;
		parent = p->parent;
	}
	return 1;
}

static void
hold_against(struct verify *v, const struct family *f, const wa_timeline *t,
    const wa_event *begins)
{
	char lsn[WA_LSN_SIZE], told[WA_LSN_SIZE], name[VERIFY_NAME];
	wa_error err = WA_ERROR_INIT;

	if (comes_from(f, t, begins->other) && begins->lsn >= t->begin &&
	    begins->lsn - t->begin < FIRST_WITHIN)
		return;
	wa_lsn_format(told, t->begin);
	wa_lsn_format(lsn, begins->lsn);
	(void)snprintf(name, sizeof(name), "%08X.history", t->timeline);
	(void)snprintf(err.text, sizeof(err.text),
	    "it says that timeline %u begins at %s, from timeline %u, but the "
	    "WAL says at %s, from timeline %llu",
	    t->timeline, told, t->parent, lsn,
	    (unsigned long long)begins->other);
	(void)snprintf(err.hint, sizeof(err.hint),
	    "Is it the history of this cluster? Compare it with that in the "
	    "pg_wal of a server.");
	err.code = WA_EMISMATCH;
	verify_blame(v, name, begins->lsn, &err);
}

void
verify_timelines(struct verify *v, const struct verify_begins *begins,
    const wa_timeline *timelines, size_t count, const uint8_t *has_wal)
{
	const struct family family = { timelines, count };
	size_t i, j;

	for (i = 0; i < count; i++) {
		const wa_timeline *t = &timelines[i];

		if (t->timeline > 1 && has_wal[i] && !t->has_history)
			no_history(v, t->timeline);
		for (j = 0; j < begins->count && t->parent != 0; j++)
			if (begins->events[j].timeline == t->timeline)
				hold_against(v, &family, t, &begins->events[j]);
	}
}
