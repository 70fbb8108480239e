/* retention_world.c - worlds for the plan. */
#include "config.h"

#include "retention_world.h"

#include <stdio.h>
#include <string.h>

#include "support.h"

static uint64_t state;

static uint64_t
upto(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static int
maybe(unsigned percent)
{
	return upto(100) < percent;
}

static void
new_line(struct system_world *s, uint32_t parent, uint64_t begin, int64_t now)
{
	size_t i = s->line_count++;

	memset(&s->lines[i], 0, sizeof(s->lines[i]));
	s->lines[i].timeline = (uint32_t)i + 1;
	s->lines[i].parent = parent;
	s->lines[i].begin = begin;
	s->lines[i].has_history = parent != 0;
	s->end[i] = begin;
	s->bits[i] = 0;
	s->last[i] = now;
}

static void
grow(struct system_world *s, size_t line, uint64_t by, int64_t now)
{
	uint64_t n, to = s->end[line] + by;

	if (to / SEGMENT > 60)
		return;
	for (n = s->end[line] / SEGMENT; n < to / SEGMENT; n++)
		s->bits[line] |= UINT64_C(1) << n;
	s->end[line] = to;
	s->last[line] = now;
}

static void
fork_line(struct system_world *s, int64_t now)
{
	size_t from = (size_t)upto(s->line_count);
	uint64_t room = s->end[from] - s->lines[from].begin;

	if (s->line_count == LINES)
		return;
	new_line(s, (uint32_t)from + 1,
	    s->lines[from].begin + upto(room / 4096 + 1) * 4096, now);
}

static void
name_set(wa_set *set, size_t i)
{
	memset(set->label, 0, sizeof(set->label));
	set->label[0] = 's';
	set->label[1] = (char)('a' + i);
	set->label[2] = (char)set->type;
}

/* The newest of the system that it can be upon. */
static const wa_set *
prior_of(const struct expire_world *w, const wa_set *set)
{
	size_t i;

	for (i = w->set_count; i > 0; i--) {
		const wa_set *s = &w->sets[i - 1];

		if (s->system_id == set->system_id &&
		    (set->type == WA_SET_INCR || s->type == WA_SET_FULL) &&
		    !maybe(20))
			return s;
	}
	return NULL;
}

static void
back_up(
    struct expire_world *w, struct system_world *s, size_t line, int64_t now)
{
	wa_set *set = &w->sets[w->set_count];
	const wa_set *prior;

	if (w->set_count == SETS)
		return;
	memset(set, 0, sizeof(*set));
	set->type = maybe(45) ? WA_SET_FULL :
	    maybe(50)         ? WA_SET_DIFF :
				WA_SET_INCR;
	set->system_id = s->id;
	prior = set->type == WA_SET_FULL ? NULL : prior_of(w, set);
	if (prior == NULL)
		set->type = WA_SET_FULL;
	else
		memcpy(set->prior, prior->label, sizeof(set->prior));
	name_set(set, w->set_count);
	set->timeline = (uint32_t)line + 1;
	set->segment_size = SEGMENT;
	set->redo = s->end[line];
	if (maybe(10)) /* before its timeline, perhaps */
		set->redo -= upto(3 * SEGMENT) % set->redo;
	grow(s, line, (upto(3) * SEGMENT) / 2 + 4096, now);
	set->stop = s->end[line] > set->redo ? s->end[line] : set->redo + 8;
	set->stop_time = now;
	w->kept[w->set_count] = maybe(85) ? WA_NO_TIME :
	    maybe(50)                     ? INT64_MAX :
					    TODAY + (int64_t)upto(3) * DAY - DAY;
	w->set_count++;
}

static void
live(struct expire_world *w, struct system_world *s, int64_t *now)
{
	size_t steps = 3 + (size_t)upto(14), line = 0;

	new_line(s, 0, SEGMENT + upto(3) * SEGMENT, *now);
	while (steps-- > 0) {
		*now += (int64_t)upto(30) * 4 * HOUR + 1;
		if (maybe(12))
			fork_line(s, *now);
		if (maybe(50))
			line = maybe(60) ? s->line_count - 1 :
					   (size_t)upto(s->line_count);
		grow(s, line, upto(5) * SEGMENT / 2, *now);
		if (maybe(50))
			back_up(w, s, line, *now);
	}
}

/* What went before, or was lost. */
static void
lose(struct system_world *s)
{
	size_t i;

	for (i = 0; i < s->line_count; i++) {
		if (maybe(15))
			s->bits[i] &= ~UINT64_C(0) << upto(20);
		if (maybe(8))
			s->bits[i] &= ~(UINT64_C(7) << upto(40));
		if (maybe(4) && i > 0) {
			s->lines[i].parent = 0;
			s->lines[i].has_history = 0;
			s->lines[i].begin = 0;
		}
		if (maybe(10))
			s->last[i] = WA_NO_TIME;
	}
}

static void
add_others(struct system_world *s)
{
	static const char *const suffixes[] = { ".partial", ".00000028.backup",
		".damaged", ".dropped" };
	size_t i, count = (size_t)upto(3);

	for (i = 0; i < count; i++) {
		char *name = s->names[s->other_count];

		wa_segment_format(
		    name, 1 + (uint32_t)upto(s->line_count), upto(30), SEGMENT);
		strcpy(name + 24, suffixes[upto(4)]);
		s->others[s->other_count++] = name;
	}
	if (maybe(30) && s->line_count > 1) {
		strcpy(s->names[s->other_count], "00000002.history");
		s->others[s->other_count] = s->names[s->other_count];
		s->other_count++;
	}
}

static int
leads_to(
    const struct expire_world *w, const char *from, const char *to, int depth)
{
	size_t i;

	if (from[0] == '\0' || depth > SETS + BEGUN)
		return from[0] != '\0';
	if (strcmp(from, to) == 0)
		return 1;
	for (i = 0; i < w->set_count; i++)
		if (strcmp(w->sets[i].label, from) == 0)
			return leads_to(w, w->sets[i].prior, to, depth + 1) ||
			    leads_to(w, w->sets[i].resumed, to, depth + 1);
	for (i = 0; i < w->begun_count; i++)
		if (strcmp(w->begun[i].label, from) == 0)
			return leads_to(w, w->begun[i].prior, to, depth + 1) ||
			    leads_to(w, w->begun[i].resumed, to, depth + 1);
	return 0;
}

/* Nothing is upon itself or, if it is a set, on a newer one. */
static int
is_in_order(const struct expire_world *w)
{
	size_t i, j;

	for (i = 0; i < w->set_count; i++)
		for (j = i; j < w->set_count; j++)
			if (leads_to(
				w, w->sets[i].prior, w->sets[j].label, 0) ||
			    leads_to(
				w, w->sets[i].resumed, w->sets[j].label, 0))
				return 0;
	for (i = 0; i < w->begun_count; i++)
		if (leads_to(w, w->begun[i].prior, w->begun[i].label, 0) ||
		    leads_to(w, w->begun[i].resumed, w->begun[i].label, 0))
			return 0;
	return 1;
}

static void
add_begun(struct expire_world *w)
{
	wa_set_begun *b = &w->begun[w->begun_count];
	size_t i = w->set_count > 0 ? (size_t)upto(w->set_count) : 0, k;

	memset(b, 0, sizeof(*b));
	b->label[0] = 'b';
	b->label[1] = (char)('a' + w->begun_count);
	b->system_id = w->systems[upto(w->system_count)].id;
	b->last = TODAY - (int64_t)upto(48) * HOUR;
	if (maybe(30) && w->begun_count > 0)
		memcpy(b->prior, w->begun[w->begun_count - 1].label, 3);
	else if (maybe(70) && w->set_count > 0)
		memcpy(b->prior, w->sets[i].label, sizeof(b->prior));
	/* A manifest that went, although others were upon it. */
	if (maybe(10) && w->set_count > 0 && w->sets[i].type != WA_SET_FULL &&
	    strcmp(b->prior, w->sets[i].label) != 0 && b->prior[0] != 'b') {
		memcpy(b->prior, w->sets[i].prior, sizeof(b->prior));
		memcpy(w->sets[i].prior, b->label, sizeof(b->label));
	}
	w->begun_count++;
	if (maybe(15)) {
		k = (size_t)upto(w->begun_count);
		memcpy(b->resumed, w->begun[k].label, 3);
		if (!is_in_order(w))
			b->resumed[0] = '\0';
	}
	if (maybe(25) && w->set_count > 0) {
		i = (size_t)upto(w->set_count);
		memcpy(w->sets[i].resumed, b->label, 3);
		if (!is_in_order(w))
			w->sets[i].resumed[0] = '\0';
	}
}

static void
choose_policy(struct expire_world *w)
{
	wa_retention *p = &w->policy;

	memset(p, 0, sizeof(*p));
	if (maybe(60))
		p->full = 1 + (uint32_t)upto(4);
	if (p->full > 0 && maybe(25)) {
		p->full_by_time = 1;
		p->full *= 5;
	}
	if (maybe(25))
		p->diff = 1 + (uint32_t)upto(4);
	if (maybe(25))
		p->archive = 1 + (uint32_t)upto(3);
	if (maybe(40))
		p->window = (int64_t)(1 + upto(25)) * DAY;
	if (maybe(8) && w->set_count > 0)
		memcpy(p->set, w->sets[upto(w->set_count)].label, 4);
}

void
expire_world_any(struct expire_world *w, uint64_t seed)
{
	int64_t now = TODAY - (int64_t)(10 + seed % 30) * DAY;
	size_t i;

	state = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15);
	for (i = 0; i < 8; i++)
		(void)upto(2);
	w->set_count = w->begun_count = 0;
	w->system_count = maybe(15) ? 2 : 1;
	for (i = 0; i < w->system_count; i++) {
		struct system_world *s = &w->systems[i];

		s->id = SYSTEM + i;
		s->line_count = s->other_count = 0;
		live(w, s, &now);
		lose(s);
		add_others(s);
	}
	for (i = maybe(40) ? upto(BEGUN + 1) : 0; i > 0; i--)
		add_begun(w);
	choose_policy(w);
	expire_world_seal(w);
}

static size_t
make_ranges(struct system_world *s)
{
	size_t i, n = 0;
	uint64_t k;

	for (i = 0; i < s->line_count; i++)
		for (k = 0; k < 64; k++) {
			if ((s->bits[i] >> k & 1) == 0)
				continue;
			if (k == 0 || (s->bits[i] >> (k - 1) & 1) == 0) {
				memset(&s->ranges[n], 0, sizeof(wa_wal_range));
				s->ranges[n].timeline = s->lines[i].timeline;
				s->ranges[n++].first = k;
			}
			s->ranges[n - 1].last = k;
		}
	return n;
}

void
expire_world_seal(struct expire_world *w)
{
	size_t i;

	for (i = 0; i < w->system_count; i++) {
		struct system_world *s = &w->systems[i];
		struct wa_held *h = &w->held[i];

		h->system_id = s->id;
		h->segment_size = SEGMENT;
		h->timelines = s->lines;
		h->last = s->last;
		h->timeline_count = s->line_count;
		h->ranges = s->ranges;
		h->range_count = make_ranges(s);
		h->others = s->others;
		h->other_count = s->other_count;
	}
	w->holdings.now = TODAY;
	w->holdings.systems = w->held;
	w->holdings.system_count = w->system_count;
	w->holdings.sets = w->sets;
	w->holdings.kept = w->kept;
	w->holdings.set_count = w->set_count;
	w->holdings.begun = w->begun;
	w->holdings.begun_count = w->begun_count;
}

void
expire_world_new(struct expire_world *w)
{
	memset(w, 0, sizeof(*w));
	w->system_count = 1;
	w->systems[0].id = SYSTEM;
}

void
expire_world_line(struct expire_world *w, uint32_t timeline, uint32_t parent,
    uint64_t begin, int64_t last)
{
	struct system_world *s = &w->systems[w->system_count - 1];

	new_line(s, parent, begin, last);
	s->lines[s->line_count - 1].timeline = timeline;
}

void
expire_world_wal(
    struct expire_world *w, uint32_t timeline, unsigned first, unsigned last)
{
	struct system_world *s = &w->systems[w->system_count - 1];
	unsigned n;

	for (n = first; n <= last; n++)
		s->bits[timeline - 1] |= UINT64_C(1) << n;
}

wa_set *
expire_world_set(struct expire_world *w, const char *label, const char *prior,
    uint32_t timeline, uint64_t redo, int64_t stop_time)
{
	wa_set *set = &w->sets[w->set_count];

	memset(set, 0, sizeof(*set));
	(void)snprintf(set->label, sizeof(set->label), "%s", label);
	(void)snprintf(set->prior, sizeof(set->prior), "%s", prior);
	set->type = label[strlen(label) - 1];
	set->system_id = w->systems[w->system_count - 1].id;
	set->timeline = timeline;
	set->redo = redo;
	set->stop = redo + SEGMENT / 2;
	set->stop_time = stop_time;
	w->kept[w->set_count++] = WA_NO_TIME;
	return set;
}
