/* retention_sets.c - which sets stay. */
#include "config.h"

#include "repo/retention_sets.h"

#include <string.h>

#include "repo/retention_line.h"

#define POLICY (WA_KEPT_ALL | WA_KEPT_FULL | WA_KEPT_WINDOW | WA_KEPT_NEWEST)

struct world {
	const struct wa_holdings *h;
	const wa_retention *policy;
	struct wa_fate *fates;
	wa_begun_user *users;
};

int
wa_begun_is_young(const wa_set_begun *begun, int64_t now)
{
	return begun->last > now - WA_RUBBISH_AGE;
}

/* What is looked for is mostly a little before the one that asks. */
static size_t
find_before(const struct wa_holdings *h, const char *label, size_t from)
{
	size_t i;

	for (i = from; i > 0; i--)
		if (strcmp(h->sets[i - 1].label, label) == 0)
			return i - 1;
	for (i = from; i < h->set_count; i++)
		if (strcmp(h->sets[i].label, label) == 0)
			return i;
	return WA_NO_SET;
}

size_t
wa_fates_find(const struct wa_holdings *h, const char *label)
{
	return label[0] == '\0' ? WA_NO_SET :
				  find_before(h, label, h->set_count);
}

static const wa_set_begun *
find_begun(const struct wa_holdings *h, const char *label)
{
	size_t i;

	for (i = 0; i < h->begun_count; i++)
		if (strcmp(h->begun[i].label, label) == 0)
			return &h->begun[i];
	return NULL;
}

/* Steps are counted: labels may lie, and lead in a circle. */
static size_t
top_of(const struct world *w, size_t set)
{
	size_t steps = w->h->set_count;

	while (w->fates[set].prior != WA_NO_SET && steps-- > 0)
		set = w->fates[set].prior;
	return set;
}

/* The set that one with this prior is upon; the way may lead over unfinished
 * ones, whose manifest is gone.  It is probably before from. */
static size_t
base_of(const struct wa_holdings *h, const char *prior, size_t from)
{
	const wa_set_begun *b = NULL;
	size_t steps, i;

	for (steps = 0; steps <= h->begun_count && prior[0] != '\0'; steps++) {
		i = find_before(h, prior, from);
		if (i != WA_NO_SET)
			return i;
		b = find_begun(h, prior);
		if (b == NULL)
			break;
		prior = b->prior;
	}
	return WA_NO_SET;
}

static void
link_sets(struct world *w)
{
	const struct wa_holdings *h = w->h;
	size_t i;

	for (i = 0; i < h->set_count; i++) {
		struct wa_fate *f = &w->fates[i];

		memset(f, 0, sizeof(*f));
		f->because = f->begun = f->prior = WA_NO_SET;
		f->prior = base_of(h, h->sets[i].prior, i);
	}
	for (i = 0; i < h->set_count; i++)
		w->fates[i].root = top_of(w, i);
}

static int
is_upon(const struct world *w, size_t set, size_t base)
{
	size_t steps = w->h->set_count;

	while (set != WA_NO_SET && set != base && steps-- > 0)
		set = w->fates[set].prior;
	return set == base;
}

static int
is_full(const struct world *w, size_t i)
{
	return w->h->sets[i].type == WA_SET_FULL;
}

/* The Nth newest full of those that one of the bits keeps, or the oldest if
 * there are fewer; any bits: ~0u. */
static size_t
nth_full(const struct world *w, uint64_t n, unsigned bits)
{
	size_t i, oldest = 0;

	for (i = w->h->set_count; i > 0 && n > 0; i--)
		if (is_full(w, i - 1) &&
		    (bits == ~0u || (w->fates[i - 1].why & bits) != 0)) {
			oldest = i - 1;
			n--;
		}
	return n > 0 ? 0 : oldest;
}

/* The newest full that is older than so many days, or the oldest of all. */
static size_t
full_before(const struct world *w, int64_t before)
{
	size_t i;

	for (i = w->h->set_count; i > 0; i--)
		if (is_full(w, i - 1) && w->h->sets[i - 1].stop_time < before)
			return i - 1;
	return 0;
}

static void
keep_fulls(struct world *w)
{
	const wa_retention *p = w->policy;
	size_t i, from;

	from = p->full_by_time ?
	    full_before(
		w, w->h->now - (int64_t)p->full * INT64_C(86400000000)) :
	    nth_full(w, p->full, ~0u);
	for (i = 0; i < w->h->set_count; i++) {
		struct wa_fate *f = &w->fates[i];

		if (f->root >= from)
			f->why |= WA_KEPT_FULL;
		else if (f->root == i)
			f->gone = p->full_by_time ? WA_GOES_DAYS : WA_GOES_FULL;
		else {
			f->gone = WA_GOES_WITH;
			f->because = f->root;
		}
	}
}

static void
keep_all(struct world *w)
{
	size_t i;

	for (i = 0; i < w->h->set_count; i++)
		w->fates[i].why |= WA_KEPT_ALL;
}

static void
let_go(struct world *w, size_t base, enum wa_reason first, enum wa_reason rest)
{
	size_t i;

	for (i = 0; i < w->h->set_count; i++) {
		struct wa_fate *f = &w->fates[i];

		if (f->why == 0 || !is_upon(w, i, base))
			continue;
		f->why = 0;
		f->gone = (int32_t)(i == base ? first : rest);
		f->because = i == base ? WA_NO_SET : base;
	}
}

/* Fulls count as well, but stay. */
static void
drop_diffs(struct world *w)
{
	uint64_t n = 0;
	size_t i;

	for (i = w->h->set_count; i > 0; i--) {
		if (w->fates[i - 1].why == 0 ||
		    w->h->sets[i - 1].type == WA_SET_INCR)
			continue;
		if (++n > w->policy->diff && !is_full(w, i - 1))
			let_go(w, i - 1, WA_GOES_DIFF, WA_GOES_WITH);
	}
}

static int
newest_of_system(
    size_t *out, const struct world *w, uint64_t system_id, int32_t type)
{
	size_t i;

	for (i = w->h->set_count; i > 0; i--) {
		const wa_set *s = &w->h->sets[i - 1];

		if (s->system_id == system_id &&
		    (type == 0 || s->type == type)) {
			*out = i - 1;
			return 1;
		}
	}
	return 0;
}

static const struct wa_held *
current(const struct world *w)
{
	return &w->h->systems[w->h->system_count - 1];
}

static int
has_recent_set(const struct world *w, const struct wa_held *held,
    uint32_t timeline, int64_t since)
{
	size_t i;

	for (i = 0; i < w->h->set_count; i++)
		if (w->h->sets[i].stop_time > since &&
		    w->h->sets[i].system_id == held->system_id &&
		    w->h->sets[i].timeline == timeline)
			return 1;
	return 0;
}

/* Is a moment of the window on this timeline?  Of the current system also an
 * idle one counts: the last that anything was stored of. */
static int
lived_since(const struct world *w, const struct wa_held *held, size_t line,
    int64_t since)
{
	uint32_t timeline = held->timelines[line].timeline;
	int64_t last = held->last[line];
	size_t i, newest;

	if (last == WA_NO_TIME || last >= since ||
	    has_recent_set(w, held, timeline, since))
		return 1;
	if (held != current(w))
		return 0;
	if (newest_of_system(&newest, w, held->system_id, 0) &&
	    w->h->sets[newest].timeline == timeline)
		return 1;
	for (i = 0; i < held->timeline_count; i++)
		if (held->last[i] == WA_NO_TIME || held->last[i] > last)
			return 0;
	return 1;
}

/* The newest set from before the window that comes to the timeline. */
static void
keep_base(struct world *w, const struct wa_held *held, uint32_t timeline,
    int64_t since)
{
	size_t i;

	for (i = w->h->set_count; i > 0; i--) {
		const wa_set *s = &w->h->sets[i - 1];
		enum wa_descent d;

		if (s->system_id != held->system_id || s->stop_time > since)
			continue;
		d = wa_line_reaches(held, s, timeline);
		if (d != WA_UNRELATED)
			w->fates[i - 1].why |= WA_KEPT_WINDOW;
		if (d == WA_DESCENDS)
			return;
	}
}

static void
keep_window(struct world *w)
{
	int64_t since = w->h->now - w->policy->window;
	size_t i, j;

	for (i = w->h->set_count; i > 0; i--) {
		if (w->h->sets[i - 1].stop_time > since)
			w->fates[i - 1].why |= WA_KEPT_WINDOW;
		else if (w->fates[i - 1].gone == 0)
			w->fates[i - 1].gone = WA_GOES_WINDOW;
	}
	for (i = 0; i < w->h->system_count; i++) {
		const struct wa_held *held = &w->h->systems[i];

		for (j = 0; j < held->timeline_count; j++)
			if (lived_since(w, held, j, since))
				keep_base(w, held, held->timelines[j].timeline,
				    since);
	}
}

static void
keep_bit(struct world *w, size_t i, unsigned bit)
{
	w->fates[i].why |= bit;
}

/* The newest set and the newest full of the current system. */
static void
keep_newest(struct world *w)
{
	uint64_t id = current(w)->system_id;
	size_t i;

	if (newest_of_system(&i, w, id, 0))
		keep_bit(w, i, WA_KEPT_NEWEST);
	else if (w->h->set_count > 0)
		keep_bit(w, w->h->set_count - 1, WA_KEPT_NEWEST);
	if (newest_of_system(&i, w, id, WA_SET_FULL))
		keep_bit(w, i, WA_KEPT_NEWEST);
}

static void
keep_marks(struct world *w)
{
	size_t i, base;

	for (i = 0; i < w->h->set_count; i++)
		if (w->h->kept[i] > w->h->now)
			keep_bit(w, i, WA_KEPT_MARK);
	for (i = 0; i < w->h->begun_count; i++) {
		base = base_of(w->h, w->h->begun[i].prior, w->h->set_count);
		if (base == WA_NO_SET ||
		    !wa_begun_is_young(&w->h->begun[i], w->h->now))
			continue;
		keep_bit(w, base, WA_KEPT_BEGUN);
		w->fates[base].begun = i;
	}
}

/* What has files in label stays: so does that, and all that it is upon. */
static void
keep_needed(struct world *w, const char *label, size_t user, const char *name)
{
	const wa_set_begun *b;

	while (label[0] != '\0') {
		size_t i = find_before(w->h, label, w->h->set_count);

		if (i != WA_NO_SET) {
			if ((w->fates[i].why & WA_KEPT_CHAIN) != 0)
				return;
			w->fates[i].why |= WA_KEPT_CHAIN;
			w->fates[i].because = user;
			user = i;
			name = w->h->sets[i].label;
			keep_needed(w, w->h->sets[i].resumed, user, name);
			label = w->h->sets[i].prior;
			continue;
		}
		b = find_begun(w->h, label);
		if (b == NULL || w->users[b - w->h->begun] != NULL)
			return;
		w->users[b - w->h->begun] = name;
		keep_needed(w, b->resumed, user, name);
		label = b->prior;
	}
}

static void
keep_chains(struct world *w)
{
	const struct wa_holdings *h = w->h;
	size_t i;

	for (i = h->set_count; i > 0; i--) {
		const wa_set *s = &h->sets[i - 1];

		if (w->fates[i - 1].why == 0 ||
		    w->fates[i - 1].why == WA_KEPT_CHAIN)
			continue;
		keep_needed(w, s->resumed, i - 1, s->label);
		keep_needed(w, s->prior, i - 1, s->label);
	}
	for (i = 0; i < h->begun_count; i++)
		if (wa_begun_is_young(&h->begun[i], h->now)) {
			keep_needed(w, h->begun[i].resumed, WA_NO_SET,
			    h->begun[i].label);
			keep_needed(
			    w, h->begun[i].prior, WA_NO_SET, h->begun[i].label);
		}
}

static void
decide_reach(struct world *w)
{
	size_t from = 0, i;

	if (w->policy->archive > 0)
		from = nth_full(w, w->policy->archive, POLICY);
	for (i = 0; i < w->h->set_count; i++) {
		unsigned why = w->fates[i].why;

		w->fates[i].reach =
		    (why & (WA_KEPT_WINDOW | WA_KEPT_NEWEST)) != 0 ||
		    ((why & POLICY) != 0 && i >= from);
	}
}

void
wa_fates_decide(struct wa_fate *fates, wa_begun_user *users,
    const struct wa_holdings *h, const wa_retention *policy)
{
	struct world w = { h, policy, fates, users };
	size_t i;

	for (i = 0; i < h->begun_count; i++)
		users[i] = NULL;
	link_sets(&w);
	if (policy->set[0] != '\0' ||
	    (policy->full == 0 && policy->window == 0))
		keep_all(&w);
	else if (policy->full > 0)
		keep_fulls(&w);
	if (policy->diff > 0 && policy->set[0] == '\0')
		drop_diffs(&w);
	if (policy->set[0] != '\0') {
		i = wa_fates_find(h, policy->set);
		if (i != WA_NO_SET)
			let_go(&w, i, WA_GOES_ASKED, WA_GOES_WITH);
	} else if (policy->window > 0)
		keep_window(&w);
	keep_newest(&w);
	keep_marks(&w);
	keep_chains(&w);
	decide_reach(&w);
}
