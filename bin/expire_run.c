/* expire_run.c - decide what goes, and remove it. */
#include "config.h"

#include "expire_run.h"

#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "errors.h"
#include "expire_words.h"
#include "message.h"
#include "process.h"
#include "size.h"

struct run {
	wa_repo *repo;
	const wa_system *systems;
	size_t system_count;
	const wa_decision *plan;
	size_t plan_count;
	int dry;
	int64_t now;
	expire_tell *tell;
	struct expire_result *result;
};

static int64_t
now(void)
{
	struct timeval t;

	(void)gettimeofday(&t, NULL);
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

static void
warn_of_growth(const wa_retention *policy)
{
	if (policy->full > 0 || policy->window > 0)
		return;
	say(LEVEL_WARN,
	    "option repo1-retention-full is not set, the "
	    "repository may run out of space");
	hint("to retain full backups indefinitely (without warning), set "
	     "option 'repo1-retention-full' to the maximum.");
}

static uint32_t
segment_size(const struct run *r, uint64_t system_id)
{
	size_t i;

	for (i = 0; i < r->system_count; i++)
		if (r->systems[i].system_id == system_id)
			return r->systems[i].segment_size;
	return 0;
}

/* Does WAL stay that is older, so that this would be missed? */
static int
leaves_older(const struct run *r, const wa_decision *d)
{
	const wa_decision *p;

	for (p = r->plan; p < r->plan + r->plan_count; p++)
		if (p->thing == WA_THING_WAL && !p->remove &&
		    p->system_id == d->system_id &&
		    (p->timeline < d->timeline ||
			(p->timeline == d->timeline && p->first < d->first)))
			return 1;
	return 0;
}

static int
remove_wal(uint64_t *freed, struct run *r, const wa_decision *d, wa_error *err)
{
	uint32_t size = segment_size(r, d->system_id);
	char name[WA_SEGMENT_NAME_SIZE];
	wa_wal_range range = { d->timeline, 0, d->first, d->last, 0 };
	uint64_t n = d->first, one;
	int rc = 0;

	if (leaves_older(r, d))
		rc = wa_wal_expired(r->repo, d->system_id, size, &range, err);
	if (rc < 0)
		return rc;
	for (;; n++) {
		if (process_signal() != 0)
			return error_set(err, WA_EINTERRUPTED, "interrupted");
		wa_segment_format(name, d->timeline, n, size);
		rc = wa_wal_remove(&one, r->repo, d->system_id, name, err);
		if (rc < 0)
			return rc;
		*freed += one;
		if (n == d->last)
			return 0;
	}
}

/* A mark that came after the decision counts. */
static int
remove_set(uint64_t *freed, struct run *r, const wa_decision *d, wa_error *err)
{
	int64_t until = WA_NO_TIME;
	int rc = wa_set_kept(&until, r->repo, d->name, err);

	if (rc < 0 || until > r->now)
		return rc < 0 ? rc : 1;
	rc = wa_set_remove(freed, r->repo, d->name, err);
	if (rc == 1)
		say(LEVEL_INFO,
		    "the parts of backup \"%s\" stay: a backup that is being "
		    "made is upon it",
		    d->name);
	return rc < 0 ? rc : 0;
}

/* 0: removed, 1: it stays after all. */
static int
apply(uint64_t *freed, struct run *r, const wa_decision *d, wa_error *err)
{
	*freed = 0;
	switch (d->thing) {
	case WA_THING_SET:
		return remove_set(freed, r, d, err);
	case WA_THING_BEGUN:
		return wa_set_sweep(freed, r->repo, d->name, err);
	case WA_THING_WAL:
		return remove_wal(freed, r, d, err);
	default:
		return wa_wal_remove(
		    freed, r->repo, d->system_id, d->name, err);
	}
}

static void
count(struct expire_result *to, const wa_decision *d, uint64_t freed)
{
	to->sets += d->thing == WA_THING_SET;
	to->begun += d->thing == WA_THING_BEGUN;
	to->files += d->thing == WA_THING_FILE;
	if (d->thing == WA_THING_WAL)
		to->segments += d->last - d->first + 1;
	to->freed += freed;
}

/* What stays is told as well. */
static int
carry_out(struct run *r, const wa_decision *plan, size_t n, wa_error *err)
{
	uint64_t freed;
	size_t i;
	int rc = 0;

	for (i = 0; i < n; i++) {
		freed = 0;
		if (plan[i].remove && !r->dry)
			rc = apply(&freed, r, &plan[i], err);
		if (rc < 0)
			return rc;
		if (rc == 0 && plan[i].remove)
			count(r->result, &plan[i], freed);
		if (rc == 0 && r->tell != NULL)
			r->tell(&plan[i], segment_size(r, plan[i].system_id),
			    freed);
		/* A set that stays after all needs what it is upon. */
		if (rc == 1 && plan[i].thing == WA_THING_SET)
			return error_set(err, WA_ETRYAGAIN,
			    "backup \"%s\" was marked to be kept meanwhile",
			    plan[i].name);
		rc = 0;
	}
	return 0;
}

static int
prune(struct run *r, wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < r->system_count && rc == 0; i++)
		rc = wa_wal_expired_prune(r->repo, r->systems[i].system_id,
		    r->systems[i].segment_size, err);
	return rc;
}

/* Was something asked for that cannot be? */
static int
check_set(const char *set, const wa_decision *plan, size_t n, wa_error *err)
{
	char why[WA_WHY_SIZE];
	size_t i;

	for (i = 0; i < n && set[0] != '\0'; i++) {
		if (plan[i].thing != WA_THING_SET ||
		    strcmp(plan[i].name, set) != 0)
			continue;
		if (plan[i].remove)
			return 0;
		wa_decision_why(why, &plan[i]);
		return error_set(err, WA_EUSAGE,
		    "backup \"%s\" cannot be removed: %s", set, why);
	}
	return set[0] == '\0' ?
	    0 :
	    error_set(err, WA_EUSAGE, "there is no backup \"%s\"", set);
}

int
expire(struct expire_result *out, wa_repo *repo, const wa_config *config,
    int dry, expire_tell *tell, wa_error *err)
{
	struct run r = {
		.repo = repo, .dry = dry, .tell = tell, .result = out
	};
	wa_decision *plan = NULL;
	wa_system *systems = NULL;
	wa_retention policy;
	size_t n = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	r.now = now();
	rc = wa_retention_read(&policy, config, err);
	if (rc == 0)
		warn_of_growth(&policy);
	if (rc == 0)
		rc = wa_stanza_systems(&systems, &r.system_count, repo, err);
	r.systems = systems;
	if (rc == 0)
		rc = wa_expire_plan(&plan, &n, repo, &policy, r.now, err);
	if (rc == 0)
		rc = check_set(policy.set, plan, n, err);
	r.plan = plan;
	r.plan_count = n;
	if (rc == 0)
		rc = carry_out(&r, plan, n, err);
	if (rc == 0 && !dry)
		rc = prune(&r, err);
	wa_free(plan);
	wa_free(systems);
	return rc;
}

int
expire_run(wa_repo *repo, const wa_config *config, int dry, wa_error *err)
{
	struct expire_result result;
	char text[EXPIRE_WORDS];
	int rc = expire(&result, repo, config, dry, NULL, err);

	if (rc == 0 && expire_summary(text, &result, dry))
		say(LEVEL_INFO, "expire: %s", text);
	return rc;
}
