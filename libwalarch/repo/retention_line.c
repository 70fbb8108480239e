/* retention_line.c - which timelines can a set recover to? */
#include "config.h"

#include "repo/retention_line.h"

static const wa_timeline *
find(const struct wa_held *held, uint32_t timeline)
{
	size_t i;

	for (i = 0; i < held->timeline_count; i++)
		if (held->timelines[i].timeline == timeline)
			return &held->timelines[i];
	return NULL;
}

enum wa_descent
wa_line_descends(uint64_t *at, const struct wa_held *held, uint32_t timeline,
    uint32_t ancestor)
{
	while (timeline > ancestor) {
		const wa_timeline *t = find(held, timeline);

		if (t == NULL || t->parent == 0 || t->parent >= timeline)
			return WA_MAY_DESCEND;
		if (t->parent == ancestor) {
			*at = t->begin;
			return WA_DESCENDS;
		}
		timeline = t->parent;
	}
	return WA_UNRELATED;
}

enum wa_descent
wa_line_reaches(
    const struct wa_held *held, const wa_set *set, uint32_t timeline)
{
	enum wa_descent d;
	uint64_t at = 0;

	if (timeline == set->timeline)
		return WA_DESCENDS;
	d = wa_line_descends(&at, held, timeline, set->timeline);
	return d == WA_DESCENDS && at < set->stop ? WA_UNRELATED : d;
}

static uint64_t
last_segment(const struct wa_held *held, const wa_set *set, int on)
{
	uint64_t stop = set->stop > set->redo ? set->stop - 1 : set->redo;

	return on ? UINT64_MAX : stop / held->segment_size;
}

/*
 * A timeline that left the set's between its redo and its stop cannot be
 * reached by it, unless a standby crossed over while it was backed up: kept.
 * A redo before the set's timeline began is read on the ones before.
 */
int
wa_line_need(struct wa_need *out, const struct wa_held *held, const wa_set *set,
    int on, uint32_t timeline)
{
	enum wa_descent d;
	uint64_t at = 0;

	out->first = set->redo / held->segment_size;
	out->last = last_segment(held, set, on);
	if (timeline == set->timeline)
		return 1;
	if (timeline > set->timeline) {
		d = wa_line_descends(&at, held, timeline, set->timeline);
		return d == WA_MAY_DESCEND ||
		    (d == WA_DESCENDS && at >= set->redo);
	}
	d = wa_line_descends(&at, held, set->timeline, timeline);
	if (d == WA_DESCENDS && at > set->redo) {
		if (out->last > (at - 1) / held->segment_size)
			out->last = (at - 1) / held->segment_size;
		return 1;
	}
	return d == WA_MAY_DESCEND;
}
