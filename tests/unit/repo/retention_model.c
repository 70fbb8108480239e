/*
 * retention_model.c - plans against an oracle that asks, of each set and each
 * way recovery from it can take: is the WAL still there?
 */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "retention_world.h"

#define WORLDS 200000
#define NONE 99

static struct expire_world w;
static uint64_t seed;
static int stays[SETS], reaches[SETS];
static wa_decision *plan;
static size_t plan_count;

#define must(condition)                                                        \
	cr_assert((condition), "seed %llu, line %d", (unsigned long long)seed, \
	    __LINE__)

/* The way to a timeline, newest first; cut where a history is missing. */
struct way {
	size_t count;
	size_t line[LINES];
	uint64_t from[LINES], to[LINES];
	uint32_t unknown; /* the timeline whose parent is not known, or 0 */
};

static void
find_way(struct way *out, const struct system_world *s, size_t line)
{
	uint64_t to = UINT64_MAX;

	out->count = 0;
	out->unknown = 0;
	for (;;) {
		const wa_timeline *t = &s->lines[line];

		out->line[out->count] = line;
		out->from[out->count] = t->begin;
		out->to[out->count++] = to;
		to = t->begin;
		if (t->timeline == 1)
			return;
		if (t->parent == 0) {
			out->unknown = t->timeline;
			return;
		}
		line = t->parent - 1;
	}
}

static size_t
on_way(const struct way *way, uint32_t timeline)
{
	size_t i;

	for (i = 0; i < way->count; i++)
		if (way->line[i] + 1 == timeline)
			return i;
	return NONE;
}

static size_t
find_set(const char *label)
{
	size_t i;

	for (i = 0; i < w.set_count; i++)
		if (strcmp(w.sets[i].label, label) == 0)
			return i;
	return NONE;
}

/* Below a set or an unfinished one, over unfinished ones: a set. */
static size_t
below(const char *prior)
{
	size_t i = find_set(prior), j;

	if (i != NONE)
		return i;
	for (j = 0; j < w.begun_count; j++)
		if (prior[0] != '\0' && strcmp(w.begun[j].label, prior) == 0)
			return below(w.begun[j].prior);
	return NONE;
}

static size_t
root(size_t set)
{
	size_t next = below(w.sets[set].prior);

	return next == NONE ? set : root(next);
}

static int
is_upon(size_t set, size_t base)
{
	size_t next = below(w.sets[set].prior);

	return set == base || (next != NONE && is_upon(next, base));
}

/* Has the one called label, or what it is upon, files in what is called base?
 * Both may be sets or unfinished ones. */
static int
needs(const char *label, const char *base)
{
	size_t i = find_set(label), j;

	if (label[0] == '\0')
		return 0;
	if (strcmp(label, base) == 0)
		return 1;
	if (i != NONE)
		return needs(w.sets[i].prior, base) ||
		    needs(w.sets[i].resumed, base);
	for (j = 0; j < w.begun_count; j++)
		if (strcmp(w.begun[j].label, label) == 0)
			return needs(w.begun[j].prior, base) ||
			    needs(w.begun[j].resumed, base);
	return 0;
}

static int
full(size_t i)
{
	return w.sets[i].type == WA_SET_FULL;
}

/* Is the set among those that the settings of fulls keep? */
static int
full_keeps(size_t set)
{
	size_t top = root(set), i, newer = 0, fulls = 0;

	for (i = 0; i < w.set_count; i++)
		fulls += (size_t)full(i);
	for (i = top + 1; i < w.set_count; i++) {
		if (!full(i))
			continue;
		newer++;
		if (w.policy.full_by_time &&
		    w.sets[i].stop_time < TODAY - w.policy.full * DAY)
			return 0;
	}
	if (w.policy.full_by_time || fulls < w.policy.full)
		return 1;
	if (full(top))
		return newer < w.policy.full;
	return newer < w.policy.full; /* its full is gone: by its own place */
}

static int
reaches_line(
    const wa_set *set, const struct system_world *s, size_t line, int doubtful)
{
	struct way way;
	size_t at;

	find_way(&way, s, line);
	at = on_way(&way, set->timeline);
	if (at != NONE)
		return !doubtful && (at == 0 || way.to[at] >= set->stop);
	return doubtful && way.unknown > set->timeline;
}

static const struct system_world *
system_of(uint64_t id)
{
	return id == w.systems[0].id ? &w.systems[0] : &w.systems[1];
}

static int
window_counts(const struct system_world *s, size_t line)
{
	int64_t since = TODAY - w.policy.window;
	int current = s == &w.systems[w.system_count - 1], latest = 1;
	size_t i, newest = NONE;

	for (i = 0; i < w.set_count; i++) {
		if (w.sets[i].system_id != s->id)
			continue;
		newest = i;
		if (w.sets[i].timeline == line + 1 &&
		    w.sets[i].stop_time > since)
			return 1;
	}
	if (s->last[line] == WA_NO_TIME || s->last[line] >= since)
		return 1;
	for (i = 0; i < s->line_count; i++)
		if (s->last[i] == WA_NO_TIME || s->last[i] > s->last[line])
			latest = 0;
	return current &&
	    (latest || (newest != NONE && w.sets[newest].timeline == line + 1));
}

/* Every moment: at each, the newest set before it that comes to the line. */
static int
window_keeps(size_t set)
{
	int64_t since = TODAY - w.policy.window;
	const struct system_world *s = system_of(w.sets[set].system_id);
	size_t line, i;

	if (w.sets[set].stop_time > since)
		return 1;
	for (line = 0; line < s->line_count; line++) {
		int sure = reaches_line(&w.sets[set], s, line, 0);

		if (!window_counts(s, line) ||
		    (!sure && !reaches_line(&w.sets[set], s, line, 1)))
			continue;
		for (i = set + 1; i < w.set_count; i++)
			if (w.sets[i].system_id == s->id &&
			    w.sets[i].stop_time <= since &&
			    reaches_line(&w.sets[i], s, line, 0))
				break;
		if (i == w.set_count)
			return 1;
	}
	return 0;
}

static int
diff_drops(const int *kept, size_t set)
{
	size_t i, j, newer;

	for (i = 0; i < w.set_count; i++) {
		if (w.sets[i].type != WA_SET_DIFF || !is_upon(set, i))
			continue;
		for (newer = 0, j = i + 1; j < w.set_count; j++)
			newer += kept[j] && w.sets[j].type != WA_SET_INCR;
		if (newer >= w.policy.diff)
			return 1;
	}
	return 0;
}

static int
is_newest(size_t set, int fulls)
{
	const struct system_world *s = &w.systems[w.system_count - 1];
	size_t i, newest = NONE;

	for (i = 0; i < w.set_count; i++)
		if (w.sets[i].system_id == s->id && (!fulls || full(i)))
			newest = i;
	if (newest == NONE && !fulls) {
		for (i = 0; i < w.set_count; i++)
			if (w.sets[i].system_id == s->id)
				return 0;
		newest = w.set_count - 1;
	}
	return set == newest;
}

static int
young_begun_upon(size_t set)
{
	size_t i;

	for (i = 0; i < w.begun_count; i++)
		if (w.begun[i].last > TODAY - DAY &&
		    below(w.begun[i].prior) == set)
			return 1;
	return 0;
}

/* What the settings keep, before and after diffs went. */
static void
judge_settings(int *policy)
{
	const wa_retention *p = &w.policy;
	int kept[SETS];
	size_t i, asked = p->set[0] != '\0' ? find_set(p->set) : NONE;
	int none = p->set[0] != '\0' || (p->full == 0 && p->window == 0);

	for (i = 0; i < w.set_count; i++)
		kept[i] = none || (p->full > 0 && full_keeps(i));
	for (i = 0; i < w.set_count; i++) {
		policy[i] = kept[i];
		if (p->set[0] != '\0')
			policy[i] = asked == NONE || !is_upon(i, asked);
		else if (p->diff > 0 && diff_drops(kept, i))
			policy[i] = 0;
	}
}

static void
judge_sets(void)
{
	int policy[SETS], window[SETS];
	size_t i, j, newer;

	judge_settings(policy);
	for (i = 0; i < w.set_count; i++) {
		window[i] = w.policy.window > 0 && w.policy.set[0] == '\0' &&
		    window_keeps(i);
		if (is_newest(i, 0) || is_newest(i, 1))
			window[i] = 1;
	}
	for (i = 0; i < w.set_count; i++) {
		for (newer = 0, j = i + 1; j < w.set_count; j++)
			newer += (size_t)(full(j) && (policy[j] || window[j]));
		reaches[i] = window[i] ||
		    (policy[i] &&
			(w.policy.archive == 0 || newer < w.policy.archive));
		stays[i] = policy[i] || window[i] || w.kept[i] > TODAY ||
		    young_begun_upon(i);
	}
	for (i = 0; i < w.set_count; i++)
		for (j = 0; j < w.set_count && !stays[i]; j++)
			if ((policy[j] || window[j] || w.kept[j] > TODAY ||
				young_begun_upon(j)) &&
			    needs(w.sets[j].label, w.sets[i].label))
				stays[i] = 1;
	for (i = 0; i < w.set_count; i++)
		for (j = 0; j < w.begun_count; j++)
			if (w.begun[j].last > TODAY - DAY &&
			    needs(w.begun[j].label, w.sets[i].label))
				stays[i] = 1;
}

static uint64_t
bits_from_to(uint64_t first, uint64_t last)
{
	uint64_t up = first > 63 ? 0 : ~UINT64_C(0) << first;

	return last >= 63 ? up : up & ((UINT64_C(1) << (last + 1)) - 1);
}

/* Along each way: the bits of each timeline that the set asks for. */
static void
add_needs(
    uint64_t *needs, int *reached, const struct system_world *s, size_t set)
{
	const wa_set *b = &w.sets[set];
	uint64_t first = b->redo / SEGMENT;
	uint64_t last = reaches[set] ? 63 : (b->stop - 1) / SEGMENT;
	struct way way;
	size_t line, at, i;

	for (line = 0; line < s->line_count; line++) {
		find_way(&way, s, line);
		at = on_way(&way, b->timeline);
		if (at == NONE && way.unknown > b->timeline)
			at = way.count; /* perhaps */
		else if (at == NONE || (at > 0 && way.to[at] < b->redo))
			continue;
		for (i = 0; i <= at && i < way.count; i++) {
			needs[way.line[i]] |= bits_from_to(first, last);
			reached[way.line[i]] |= reaches[set];
		}
		for (i = at + 1; i < way.count; i++)
			if (way.to[i] > b->redo) {
				uint64_t to = (way.to[i] - 1) / SEGMENT;

				needs[way.line[i]] |=
				    bits_from_to(first, to < last ? to : last);
				reached[way.line[i]] |= reaches[set];
			}
		for (i = 0;
		     way.unknown != 0 && at < way.count && i + 1 < way.unknown;
		     i++) {
			needs[i] |= bits_from_to(first, last);
			reached[i] |= reaches[set];
		}
	}
}

/* Everything that must still be there, and nothing else. */
static void
judge_wal(uint64_t *left, size_t system)
{
	const struct system_world *s = &w.systems[system];
	int former = system + 1 < w.system_count, any = 0, others = 0;
	int reached[LINES] = { 0 }, young = 0, quiet = 1, later[LINES] = { 0 };
	size_t i, j;

	memset(left, 0, LINES * sizeof(*left));
	for (i = 0; i < w.begun_count; i++)
		young |= w.begun[i].system_id == s->id &&
		    w.begun[i].last > TODAY - DAY;
	for (i = 0; i < w.set_count; i++) {
		others |= stays[i] &&
		    w.sets[i].system_id == w.systems[w.system_count - 1].id;
		if (!stays[i] || w.sets[i].system_id != s->id)
			continue;
		any = 1;
		add_needs(left, reached, s, i);
		for (j = 0; j < s->line_count; j++)
			later[j] |= w.sets[i].stop_time > s->last[j];
	}
	for (i = 0; i < s->line_count; i++)
		quiet &= s->last[i] != WA_NO_TIME && s->last[i] <= TODAY - DAY;
	if (w.policy.full + w.policy.archive == 0 && w.policy.window == 0)
		any = others = 0;
	for (i = 0; i < s->line_count; i++) {
		if (any ? !reached[i] &&
			    (young || !later[i] || s->last[i] == WA_NO_TIME ||
				s->last[i] > TODAY - DAY) :
			  !(former && others && quiet && !young))
			left[i] = ~UINT64_C(0);
		left[i] &= s->bits[i];
	}
}

/* PostgreSQL asks for the newest timeline's file whose share has begun. */
static void
follow_ways(const struct system_world *s, uint64_t left[LINES])
{
	struct way way;
	size_t i, line, k;
	uint64_t n;

	for (i = 0; i < w.set_count; i++) {
		if (!stays[i] || w.sets[i].system_id != s->id)
			continue;
		for (line = 0; line < s->line_count; line++) {
			size_t at;

			find_way(&way, s, line);
			at = on_way(&way, w.sets[i].timeline);
			if (at == NONE || way.to[at] < w.sets[i].stop)
				continue;
			for (n = w.sets[i].redo / SEGMENT; n < 64; n++) {
				if (!reaches[i] &&
				    n * SEGMENT >= w.sets[i].stop)
					break;
				for (k = 0; k < way.count; k++)
					if (n >= way.from[k] / SEGMENT &&
					    (s->bits[way.line[k]] >> n & 1))
						break;
				must(k == way.count || k > at ||
				    (left[way.line[k]] >> n & 1));
			}
		}
	}
}

static size_t
system_index(uint64_t id)
{
	return id == w.systems[0].id ? 0 : 1;
}

static int
is_needed(const char *label)
{
	size_t i;

	for (i = 0; i < w.set_count; i++)
		if (stays[i] && needs(w.sets[i].label, label))
			return 1;
	for (i = 0; i < w.begun_count; i++)
		if (w.begun[i].last > TODAY - DAY &&
		    needs(w.begun[i].label, label))
			return 1;
	return 0;
}

/* What is there when so many steps were done, a crash after each. */
static void
carry_out(uint64_t left[2][LINES])
{
	int there[SETS], begun[BEGUN], wal = 0;
	size_t i, k, j;

	for (i = 0; i < SETS; i++)
		there[i] = 1;
	for (i = 0; i < BEGUN; i++)
		begun[i] = 1;
	for (k = 0; k < 2; k++)
		memcpy(left[k], w.systems[k].bits, sizeof(left[k]));
	for (k = 0; k < plan_count; k++) {
		const wa_decision *d = &plan[k];

		must((d->reason >= WA_GOES_FULL) == (d->remove != 0));
		if (!d->remove)
			continue;
		switch (d->thing) {
		case WA_THING_SET:
			i = find_set(d->name);
			must(i != NONE && there[i] && !stays[i] && !wal);
			there[i] = 0;
			for (j = 0; j < w.set_count; j++)
				must(!there[j] ||
				    !needs(w.sets[j].label, d->name));
			break;
		case WA_THING_BEGUN:
			must(!wal);
			for (j = 0; strcmp(w.begun[j].label, d->name) != 0; j++)
				continue;
			begun[j] = 0;
			must(w.begun[j].last <= TODAY - DAY);
			for (i = 0; i < w.set_count; i++)
				must(!there[i] ||
				    !needs(w.sets[i].label, d->name));
			break;
		case WA_THING_WAL:
			wal = 1;
			left[system_index(d->system_id)][d->timeline - 1] &=
			    ~bits_from_to(d->first, d->last);
			break;
		default:
			wal = 1;
		}
	}
	for (i = 0; i < w.set_count; i++)
		must(there[i] == stays[i]);
	for (i = 0; i < w.begun_count; i++)
		for (j = 0; j < w.begun_count; j++)
			must(begun[j] || w.begun[i].last <= TODAY - DAY ||
			    !needs(w.begun[i].label, w.begun[j].label));
	for (j = 0; j < w.begun_count; j++)
		must(!begun[j] || w.begun[j].last > TODAY - DAY ||
		    is_needed(w.begun[j].label));
}

/* The other files go as their segments would. */
static void
look_at_files(uint64_t left[2][LINES], int former_gone)
{
	size_t k;

	for (k = 0; k < plan_count; k++) {
		const wa_decision *d = &plan[k];
		size_t s = system_index(d->system_id);

		if (d->thing != WA_THING_FILE)
			continue;
		if (wa_name_kind(d->name) == WA_HISTORY)
			must(!d->remove || (former_gone && s == 0));
		else if (w.systems[s].bits[d->timeline - 1] >> d->first & 1)
			must(d->remove ==
			    !(left[s][d->timeline - 1] >> d->first & 1));
	}
}

static void
try_world(void)
{
	uint64_t left[2][LINES], expected[LINES];
	int former_gone = w.system_count == 2;
	wa_error err = WA_ERROR_INIT;
	size_t i, j;

	must(wa_retention_plan(
		 &plan, &plan_count, &w.holdings, &w.policy, &err) == 0);
	judge_sets();
	carry_out(left);
	for (i = 0; i < w.system_count; i++) {
		judge_wal(expected, i);
		for (j = 0; j < w.systems[i].line_count; j++) {
			must(left[i][j] == expected[j]);
			former_gone &= i == 1 || left[i][j] == 0;
		}
		follow_ways(&w.systems[i], left[i]);
	}
	look_at_files(left, former_gone);
	wa_free(plan);
}

Test(retention_model, keeps_what_is_needed_and_nothing_else)
{
	const char *one = getenv("SEED");
	uint64_t from = one != NULL ? strtoull(one, NULL, 10) : 1;
	uint64_t to = one != NULL ? from : WORLDS;

	for (seed = from; seed <= to; seed++) {
		expire_world_any(&w, seed);
		try_world();
	}
}
