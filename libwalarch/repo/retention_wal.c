/* retention_wal.c - which WAL of a system stays. */
#include "config.h"

#include "repo/retention_wal.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "pg/name.h"
#include "repo/retention_line.h"

struct work {
	struct wa_plan *plan;
	const struct wa_holdings *h;
	const struct wa_fate *fates;
	const struct wa_held *held;
	int former;           /* it has no set, and is not the current one */
	enum wa_reason stays; /* all of it, for this reason; or 0 */
	uint32_t timeline;    /* what follows is about this one */
	enum wa_reason alive; /* all of this timeline stays; or 0 */
};

/* From a segment to the last one with the same fate. */
struct piece {
	uint64_t last;
	enum wa_reason reason;
	size_t set; /* that needs it */
};

static int
is_ours(const struct work *w, size_t set)
{
	return w->fates[set].why != 0 &&
	    w->h->sets[set].system_id == w->held->system_id;
}

/* When its newest file was stored. */
static int64_t
last_stored(const struct work *w, uint32_t timeline)
{
	size_t i;

	for (i = 0; i < w->held->timeline_count; i++)
		if (w->held->timelines[i].timeline == timeline)
			return w->held->last[i];
	return WA_NO_TIME;
}

static int
has_young_begun(const struct work *w)
{
	size_t i;

	for (i = 0; i < w->h->begun_count; i++)
		if (w->h->begun[i].system_id == w->held->system_id &&
		    wa_begun_is_young(&w->h->begun[i], w->h->now))
			return 1;
	return 0;
}

/*
 * A timeline that no set comes to may be one that a server is on of which there
 * is no backup yet.  It is given up when nothing came for a day, and a backup
 * was made since.
 */
static int
is_alive(const struct work *w, uint32_t timeline)
{
	int64_t last = last_stored(w, timeline);
	struct wa_need need;
	int later = w->former;
	size_t i;

	for (i = 0; i < w->h->set_count; i++) {
		if (!is_ours(w, i))
			continue;
		if (w->fates[i].reach &&
		    wa_line_need(&need, w->held, &w->h->sets[i], 1, timeline))
			return 0;
		if (w->h->sets[i].stop_time > last)
			later = 1;
	}
	return last == WA_NO_TIME || last > w->h->now - WA_RUBBISH_AGE ||
	    !later || has_young_begun(w);
}

static void
go_to_timeline(struct work *w, uint32_t timeline)
{
	if (w->timeline == timeline)
		return;
	w->timeline = timeline;
	w->alive = w->stays == 0 && is_alive(w, timeline) ? WA_STAYS_LIVE : 0;
}

/* Of all that need the segment, the one that needs the most after it. */
static void
judge(struct piece *out, const struct work *w, uint64_t number)
{
	uint64_t next = UINT64_MAX;
	struct wa_need need;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->last = UINT64_MAX;
	out->reason = w->stays != 0 ? w->stays : w->alive;
	out->set = WA_NO_SET;
	if (out->reason != 0)
		return;
	for (i = 0; i < w->h->set_count; i++) {
		if (!is_ours(w, i) ||
		    !wa_line_need(&need, w->held, &w->h->sets[i],
			w->fates[i].reach, w->timeline))
			continue;
		if (need.first > number && need.first < next)
			next = need.first;
		if (need.first > number || need.last < number ||
		    (out->set != WA_NO_SET && need.last <= out->last))
			continue;
		out->set = i;
		out->last = need.last;
		out->reason = w->fates[i].reach ? WA_STAYS_ON : WA_STAYS_TO;
	}
	if (out->set != WA_NO_SET)
		return;
	out->last = next == UINT64_MAX ? next : next - 1;
	out->reason = w->former ? WA_GOES_SYSTEM : WA_GOES_UNNEEDED;
}

static wa_decision *
add(struct work *w, enum wa_thing thing, const struct piece *piece)
{
	wa_decision *d = wa_plan_add(w->plan);

	if (d == NULL)
		return NULL;
	d->thing = (int32_t)thing;
	d->reason = (int32_t)piece->reason;
	d->remove = piece->reason >= WA_GOES_FULL;
	d->system_id = w->held->system_id;
	d->timeline = w->timeline;
	if (piece->set != WA_NO_SET)
		(void)snprintf(d->other, sizeof(d->other), "%s",
		    w->h->sets[piece->set].label);
	return d;
}

static int
cut_range(struct work *w, const wa_wal_range *range, wa_error *err)
{
	uint64_t number = range->first;
	struct piece piece;
	wa_decision *d;

	if (range->missing)
		return 0;
	go_to_timeline(w, range->timeline);
	for (;;) {
		judge(&piece, w, number);
		d = add(w, WA_THING_WAL, &piece);
		if (d == NULL)
			return wa_error_memory(err);
		d->first = number;
		d->last = piece.last < range->last ? piece.last : range->last;
		if (d->last == range->last)
			return 0;
		number = d->last + 1;
	}
}

/* Histories stay as long as the system: a number that is free again would be
 * given to another timeline. */
static void
judge_history(struct piece *out, const struct work *w)
{
	out->set = WA_NO_SET;
	out->last = 0;
	out->reason = WA_STAYS_LIVE;
	if (w->stays != 0)
		out->reason = w->stays;
	else if (w->former)
		out->reason = WA_GOES_SYSTEM;
}

static int
place_file(struct work *w, const char *name, wa_error *err)
{
	struct wa_name parsed;
	struct piece piece;
	uint64_t number = 0;
	uint32_t timeline = 0;
	wa_decision *d;

	wa_name_parse(&parsed, name);
	if (parsed.kind == WA_HISTORY) {
		w->timeline = parsed.timeline;
		w->alive = 0;
		judge_history(&piece, w);
	} else {
		if (wa_segment_parse(
			&timeline, &number, name, w->held->segment_size) < 0)
			return 0;
		go_to_timeline(w, timeline);
		judge(&piece, w, number);
	}
	if (parsed.kind == WA_HISTORY && !w->former)
		return 0;
	d = add(w, WA_THING_FILE, &piece);
	if (d == NULL)
		return wa_error_memory(err);
	d->first = d->last =
	    parsed.kind == WA_HISTORY ? UINT64_MAX - parsed.timeline : number;
	(void)snprintf(d->name, sizeof(d->name), "%s", name);
	return 0;
}

/* Of a former system without a set nothing is needed, once the current one has
 * a set, and when nothing of it came for a day. */
static int
is_over(const struct work *w)
{
	const struct wa_held *last = &w->h->systems[w->h->system_count - 1];
	int has_set = 0;
	size_t i;

	if (w->held == last || has_young_begun(w))
		return 0;
	for (i = 0; i < w->held->timeline_count; i++)
		if (w->held->last[i] == WA_NO_TIME ||
		    w->held->last[i] > w->h->now - WA_RUBBISH_AGE)
			return 0;
	for (i = 0; i < w->h->set_count; i++) {
		if (is_ours(w, i))
			return 0;
		has_set |= w->fates[i].why != 0 &&
		    w->h->sets[i].system_id == last->system_id;
	}
	return has_set;
}

static enum wa_reason
why_all_stays(const struct work *w, const wa_retention *policy)
{
	size_t i;

	if (policy->full == 0 && policy->archive == 0 && policy->window == 0)
		return WA_STAYS_UNASKED;
	if (w->former)
		return 0;
	for (i = 0; i < w->h->set_count; i++)
		if (is_ours(w, i))
			return 0;
	return WA_STAYS_UNASKED;
}

int
wa_plan_wal(struct wa_plan *plan, const struct wa_holdings *h,
    const struct wa_fate *fates, const wa_retention *policy, size_t system,
    wa_error *err)
{
	struct work w = { 0 };
	size_t i;
	int rc = 0;

	w.plan = plan;
	w.h = h;
	w.fates = fates;
	w.held = &h->systems[system];
	w.former = is_over(&w);
	w.stays = why_all_stays(&w, policy);
	for (i = 0; i < w.held->range_count && rc == 0; i++)
		rc = cut_range(&w, &w.held->ranges[i], err);
	for (i = 0; i < w.held->other_count && rc == 0; i++)
		rc = place_file(&w, w.held->others[i], err);
	return rc;
}
