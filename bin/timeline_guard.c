/* timeline_guard.c - would recovery leave WAL of the backup's own timeline
 * aside? */
#include "config.h"

#include "timeline_guard.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "errors.h"

/* Two timelines that part. */
struct parting {
	uint32_t own, latest;
	uint32_t child; /* that left the own one, on the way to the latest */
	uint64_t at;    /* LSN */
	int64_t time;   /* or WA_NO_TIME */
	uint64_t first; /* segment of the own one that is not replayed to its
			  * end */
	uint64_t last;  /* segment of the own one that is stored */
	int stored;     /* is there one? */
	int64_t commit; /* last one of that segment, or WA_NO_TIME */
};

static const wa_timeline *
find(const wa_timeline *timelines, size_t count, uint32_t timeline)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (timelines[i].timeline == timeline)
			return &timelines[i];
	return NULL;
}

/* PostgreSQL asks for one history after the other, up to the first that is
 * not there. */
static uint32_t
find_latest(const wa_timeline *timelines, size_t count, uint32_t own)
{
	const wa_timeline *next;
	uint32_t latest = own;

	while ((next = find(timelines, count, latest + 1)) != NULL &&
	    next->has_history)
		latest++;
	return latest;
}

/* 1 when the latest comes of the own one. */
static int
find_child(struct parting *p, const wa_timeline *timelines, size_t count)
{
	const wa_timeline *t = find(timelines, count, p->latest);

	while (t != NULL && t->parent > p->own)
		t = find(timelines, count, t->parent);
	if (t == NULL || t->parent != p->own)
		return 0;
	p->child = t->timeline;
	p->at = t->begin;
	return 1;
}

static int
read_ranges(struct parting *p, wa_wal_list *list, wa_error *err)
{
	wa_wal_range range;
	int rc;

	while ((rc = wa_wal_list_next(&range, list, err)) == 1)
		if (range.timeline == p->own && !range.missing) {
			p->last = range.last;
			p->stored = 1;
		}
	return rc;
}

/* 1: the latest is another one, and comes of the own one; 2: it does not. */
static int
read_list(
    struct parting *p, wa_repo *repo, const wa_system *system, wa_error *err)
{
	const wa_timeline *timelines;
	wa_wal_list *list = NULL;
	size_t count;
	int rc = wa_wal_list_open(&list, repo, system->system_id, err);

	if (rc == 0)
		rc = read_ranges(p, list, err);
	if (rc == 0) {
		timelines = wa_wal_list_timelines(list, &count);
		p->latest = find_latest(timelines, count, p->own);
		if (p->latest != p->own)
			rc = find_child(p, timelines, count) ? 1 : 2;
	}
	wa_wal_list_close(list);
	return rc;
}

static int
stat_segment(wa_wal_facts *out, wa_repo *repo, const wa_system *system,
    uint32_t timeline, uint64_t number, wa_error *err)
{
	char name[WA_SEGMENT_NAME_SIZE];

	wa_segment_format(name, timeline, number, system->segment_size);
	return wa_wal_stat(out, repo, system->system_id, name, err);
}

/* Does the own timeline's WAL go on behind the place? */
static int
goes_on(
    struct parting *p, wa_repo *repo, const wa_system *system, wa_error *err)
{
	wa_wal_facts facts;
	int rc;

	p->first = p->at / system->segment_size;
	p->commit = WA_NO_TIME;
	if (!p->stored || p->last < p->first)
		return 0;
	rc = stat_segment(&facts, repo, system, p->own, p->last, err);
	if (rc < 0)
		return rc;
	p->commit = facts.records.last_commit;
	return p->last > p->first || facts.records.walked != WA_WALKED ||
	    facts.records.end > p->at;
}

/* When the new timeline began, as its first segment tells. */
static void
find_time(struct parting *p, wa_repo *repo, const wa_system *system)
{
	wa_wal_facts facts;
	uint32_t i;

	p->time = WA_NO_TIME;
	if (stat_segment(&facts, repo, system, p->child, p->first, NULL) < 0)
		return;
	for (i = 0; i < facts.records.event_count; i++) {
		const wa_event *event = &facts.records.events[i];

		if (event->kind == WA_EVENT_TIMELINE &&
		    event->timeline == p->child)
			p->time = event->time;
	}
}

static void
describe(wa_error *warning, const struct parting *p, const wa_system *system)
{
	char lsn[WA_LSN_SIZE], last[WA_SEGMENT_NAME_SIZE];
	char when[WA_TIME_SIZE + 8] = "", commit[WA_TIME_SIZE + 32] = "";
	char text[WA_TIME_SIZE], way[64] = "";
	uint64_t count = p->last - p->first + 1;

	wa_lsn_format(lsn, p->at);
	wa_segment_format(last, p->own, p->last, system->segment_size);
	if (p->time != WA_NO_TIME) {
		wa_time_format(text, p->time);
		(void)snprintf(when, sizeof(when), " (%s)", text);
	}
	if (p->commit != WA_NO_TIME) {
		wa_time_format(text, p->commit);
		(void)snprintf(commit, sizeof(commit),
		    ", whose last commit was at %s", text);
	}
	if (p->child != p->latest)
		(void)snprintf(way, sizeof(way),
		    ", by way of timeline %" PRIu32, p->child);
	(void)error_set(warning, WA_OK,
	    "recovery will follow timeline %" PRIu32
	    ", the latest one, which left the backup's timeline %" PRIu32
	    " at %s%s%s: %" PRIu64 " %s of timeline %" PRIu32
	    ", up to \"%s\"%s, will not be replayed to %s end",
	    p->latest, p->own, lsn, when, way, count,
	    count == 1 ? "segment" : "segments", p->own, last, commit,
	    count == 1 ? "its" : "their");
	error_hint(warning,
	    "To stay on timeline %" PRIu32 ", use --target-timeline=current.",
	    p->own);
}

static void
describe_stranger(wa_error *warning, const struct parting *p)
{
	(void)error_set(warning, WA_OK,
	    "timeline %" PRIu32
	    ", the latest one, did not come of the backup's timeline "
	    "%" PRIu32 ": recovery will fail",
	    p->latest, p->own);
	error_hint(warning,
	    "To stay on timeline %" PRIu32 ", use --target-timeline=current.",
	    p->own);
}

/* Then both timelines are the same as far as is recovered.  Without a target
 * all is wanted, also where the latest one has no WAL of its own. */
static int
ends_before(const wa_target *target, const wa_answer *answer, uint64_t at)
{
	return target->type != WA_TARGET_DEFAULT && answer != NULL &&
	    answer->reachable && answer->lsn <= at;
}

int
timeline_guard(wa_error *warning, wa_repo *repo, const wa_system *system,
    const wa_backup *backup, const wa_target *target, const wa_answer *answer,
    wa_error *err)
{
	struct parting p = { .own = backup->timeline };
	int rc;

	if (target->timeline != WA_TIMELINE_LATEST)
		return 0;
	rc = read_list(&p, repo, system, err);
	if (rc == 2)
		describe_stranger(warning, &p);
	if (rc != 1)
		return rc == 2 ? 1 : rc;
	if (ends_before(target, answer, p.at))
		return 0;
	rc = goes_on(&p, repo, system, err);
	if (rc != 1)
		return rc;
	find_time(&p, repo, system);
	describe(warning, &p, system);
	return 1;
}
