/* retention.c - the plan: what goes, in which order. */
#include "config.h"

#include "repo/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "repo/retention_wal.h"

wa_decision *
wa_plan_add(struct wa_plan *plan)
{
	wa_decision *more;

	if (plan->count == plan->room) {
		size_t room = plan->room * 2 + 16;

		more = wa_sys_realloc(plan->list, room * sizeof(*more));
		if (more == NULL)
			return NULL;
		plan->list = more;
		plan->room = room;
	}
	more = &plan->list[plan->count++];
	memset(more, 0, sizeof(*more));
	return more;
}

struct deciding {
	struct wa_plan plan;
	const struct wa_holdings *h;
	const wa_retention *policy;
	struct wa_fate *fates;
	wa_begun_user *users;
};

static void
name_other(wa_decision *d, const char *label)
{
	(void)snprintf(d->other, sizeof(d->other), "%s", label);
}

/* The strongest of what keeps it. */
static enum wa_reason
why_it_stays(unsigned why)
{
	static const struct {
		unsigned bit;
		enum wa_reason reason;
	} reasons[] = {
		{ WA_KEPT_MARK, WA_STAYS_MARK },
		{ WA_KEPT_FULL, WA_STAYS_FULL },
		{ WA_KEPT_WINDOW, WA_STAYS_WINDOW },
		{ WA_KEPT_ALL, WA_STAYS_ALL },
		{ WA_KEPT_NEWEST, WA_STAYS_NEWEST },
		{ WA_KEPT_BEGUN, WA_STAYS_BEGUN },
	};
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if ((why & reasons[i].bit) != 0)
			return reasons[i].reason;
	return WA_STAYS_UNDER;
}

static uint64_t
number_of(const struct deciding *d, enum wa_reason reason)
{
	switch (reason) {
	case WA_STAYS_FULL:
	case WA_GOES_FULL:
	case WA_STAYS_DAYS:
	case WA_GOES_DAYS:
		return d->policy->full;
	case WA_GOES_DIFF:
		return d->policy->diff;
	case WA_STAYS_WINDOW:
	case WA_GOES_WINDOW:
		return (uint64_t)d->policy->window;
	default:
		return 0;
	}
}

static int
decide_set(struct deciding *d, size_t i, wa_error *err)
{
	const struct wa_fate *f = &d->fates[i];
	wa_decision *to = wa_plan_add(&d->plan);
	enum wa_reason reason;

	if (to == NULL)
		return wa_error_memory(err);
	reason = f->why == 0 ? (enum wa_reason)f->gone : why_it_stays(f->why);
	if (reason == WA_STAYS_FULL && d->policy->full_by_time)
		reason = WA_STAYS_DAYS;
	to->thing = WA_THING_SET;
	to->remove = f->why == 0;
	to->reason = (int32_t)reason;
	to->number = number_of(d, reason);
	to->system_id = d->h->sets[i].system_id;
	(void)snprintf(to->name, sizeof(to->name), "%s", d->h->sets[i].label);
	if (reason == WA_STAYS_BEGUN)
		name_other(to, d->h->begun[f->begun].label);
	else if (f->because != WA_NO_SET)
		name_other(to, d->h->sets[f->because].label);
	return 0;
}

/* What goes: the newest first, for it may be upon older ones. */
static int
decide_sets(struct deciding *d, wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < d->h->set_count && rc == 0; i++)
		if (d->fates[i].why != 0)
			rc = decide_set(d, i, err);
	for (i = d->h->set_count; i > 0 && rc == 0; i--)
		if (d->fates[i - 1].why == 0)
			rc = decide_set(d, i - 1, err);
	return rc;
}

static int
decide_begun(struct deciding *d, size_t i, wa_error *err)
{
	const wa_set_begun *b = &d->h->begun[i];
	wa_decision *to = wa_plan_add(&d->plan);

	if (to == NULL)
		return wa_error_memory(err);
	to->thing = WA_THING_BEGUN;
	to->system_id = b->system_id;
	(void)snprintf(to->name, sizeof(to->name), "%s", b->label);
	if (wa_begun_is_young(b, d->h->now))
		to->reason = WA_STAYS_YOUNG;
	else if (d->users[i] != NULL) {
		to->reason = WA_STAYS_UNDER;
		name_other(to, d->users[i]);
	} else {
		to->reason = WA_GOES_OLD;
		to->remove = 1;
	}
	return 0;
}

/* By position, so that what is left never has holes of its own. */
static int
by_position(const void *a, const void *b)
{
	const wa_decision *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->timeline != y->timeline)
		return x->timeline < y->timeline ? -1 : 1;
	if (x->thing != y->thing)
		return x->thing < y->thing ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int
decide_wal(struct deciding *d, size_t system, wa_error *err)
{
	size_t from = d->plan.count, n;
	int rc = wa_plan_wal(&d->plan, d->h, d->fates, d->policy, system, err);

	n = d->plan.count - from;
	if (rc == 0 && n > 1)
		qsort(&d->plan.list[from], n, sizeof(wa_decision), by_position);
	return rc;
}

int
wa_retention_plan(wa_decision **out, size_t *count, const struct wa_holdings *h,
    const wa_retention *policy, wa_error *err)
{
	struct deciding d = { { NULL, 0, 0 }, h, policy, NULL, NULL };
	size_t i;
	int rc;

	d.fates = wa_sys_malloc((h->set_count + 1) * sizeof(*d.fates));
	d.users = wa_sys_malloc((h->begun_count + 1) * sizeof(*d.users));
	if (d.fates == NULL || d.users == NULL)
		rc = wa_error_memory(err);
	else {
		wa_fates_decide(d.fates, d.users, h, policy);
		rc = decide_sets(&d, err);
	}
	for (i = 0; i < h->begun_count && rc == 0; i++)
		rc = decide_begun(&d, h->begun_count - 1 - i, err);
	for (i = 0; i < h->system_count && rc == 0; i++)
		rc = decide_wal(&d, i, err);
	wa_sys_free(d.fates);
	wa_sys_free(d.users);
	if (rc < 0) {
		wa_sys_free(d.plan.list);
		return rc;
	}
	*out = d.plan.list;
	*count = d.plan.count;
	return 0;
}
