/* restore_choose.c - which set a restore begins from. */
#include "config.h"

#include "restore_choose.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "errors.h"
#include "message.h"

int
restore_target(enum recovery_kind *kind, wa_target *target,
    const wa_config *config, uint32_t version, wa_error *err)
{
	const char *type = wa_config_get(config, "type");
	const char *value = wa_config_get(config, "target");
	const char *timeline = wa_config_get(config, "target-timeline");
	int rc;

	*kind = RECOVERY_TARGET;
	if (type == NULL && value != NULL) {
		(void)error_set(
		    err, WA_EUSAGE, "--target needs --type, to say what it is");
		error_hint(err, "It is time, xid, lsn or name.");
		return WA_EUSAGE;
	}
	if (type == NULL)
		type = "default";
	if (strcmp(type, "standby") == 0)
		*kind = RECOVERY_STANDBY;
	else if (strcmp(type, "none") == 0)
		*kind = RECOVERY_NONE;
	else if (strcmp(type, "preserve") == 0)
		*kind = RECOVERY_PRESERVE;
	if (*kind != RECOVERY_TARGET && value != NULL)
		return error_set(
		    err, WA_EUSAGE, "type \"%s\" takes no target", type);
	if (*kind == RECOVERY_STANDBY && timeline == NULL)
		timeline = "latest"; /* before 12 it would not follow */
	rc =
	    wa_target_parse(target, *kind == RECOVERY_TARGET ? type : "default",
		value, timeline, version, (int64_t)time(NULL) * 1000000, err);
	if (rc == 0)
		target->exclusive =
		    (int32_t)wa_config_number(config, "target-exclusive");
	return rc;
}

/* Of the stanza's current system, or of the set that is named. */
static int
find_system(
    struct restore_choice *c, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count = 0, i;
	int rc = wa_stanza_systems(&systems, &count, repo, err);

	if (rc < 0)
		return rc;
	c->system = systems[count - 1];
	for (i = 0; i < count; i++)
		if (systems[i].system_id == system_id)
			c->system = systems[i];
	wa_free(systems);
	return 0;
}

/* Backups of other sets, and such as are no sets, are not for us. */
static size_t
keep_sets(wa_backup *backups, size_t count, const char *set)
{
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		if (backups[i].set[0] != '\0' &&
		    (set == NULL || strcmp(backups[i].set, set) == 0))
			backups[n++] = backups[i];
	return n;
}

uint32_t
restore_elsewhere(wa_repo *repo, uint64_t system_id, const wa_target *target,
    const wa_backup *backups, size_t count)
{
	wa_target current = *target;
	wa_answer answer;

	if (target->timeline != WA_TIMELINE_LATEST)
		return 0;
	current.timeline = WA_TIMELINE_CURRENT;
	if (wa_target_check_from(
		&answer, repo, system_id, &current, backups, count, NULL) < 0)
		return 0;
	return answer.reachable ? answer.timeline : 0;
}

int
restore_unreachable(const wa_answer *answer, uint32_t elsewhere, wa_error *err)
{
	(void)error_set(
	    err, WA_ENOENT, "the target cannot be reached: %s", answer->reason);
	if (elsewhere != 0)
		error_hint(err,
		    "Nothing was changed. On timeline %" PRIu32
		    " it can be reached: use --target-timeline=current.",
		    elsewhere);
	else
		error_hint(err,
		    "Nothing was changed. --force-unreachable restores all "
		    "the same, for a server that will not reach it.");
	return WA_ENOENT;
}

static int
ask(struct restore_choice *c, wa_repo *repo, const char *set, wa_error *err)
{
	wa_backup *backups = NULL;
	size_t count = 0;
	int rc =
	    wa_backup_list(&backups, &count, repo, c->system.system_id, err);

	if (rc < 0)
		return rc;
	count = keep_sets(backups, count, set);
	rc = wa_target_check_from(&c->answer, repo, c->system.system_id,
	    &c->target, backups, count, err);
	if (rc == 0 && !c->answer.reachable)
		c->elsewhere = restore_elsewhere(
		    repo, c->system.system_id, &c->target, backups, count);
	wa_free(backups);
	c->asked = rc == 0;
	return rc;
}

/* The newest that is not after the target, where that can be told. */
static int
is_before(const wa_set *set, const wa_target *target)
{
	if (target->type == WA_TARGET_TIME)
		return set->stop_time <= target->time;
	return target->type != WA_TARGET_LSN || set->stop <= target->lsn;
}

static const wa_set *
newest(const wa_set *sets, size_t count, const struct restore_choice *c)
{
	const wa_set *best = NULL;
	size_t i;

	for (i = 0; i < count; i++)
		if (sets[i].system_id == c->system.system_id &&
		    is_before(&sets[i], &c->target))
			best = &sets[i];
	return best;
}

static const wa_set *
by_label(const wa_set *sets, size_t count, const char *label)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(sets[i].label, label) == 0)
			return &sets[i];
	return NULL;
}

static int
no_set(const char *label, const wa_config *config, wa_error *err)
{
	if (label != NULL)
		(void)error_set(err, WA_EUSAGE,
		    "there is no backup set \"%s\" in stanza \"%s\"", label,
		    wa_config_get(config, "stanza"));
	else
		(void)error_set(err, WA_EUSAGE,
		    "there is no backup set to restore from in stanza \"%s\"",
		    wa_config_get(config, "stanza"));
	error_hint(err, "walarch-info lists them.");
	return WA_EUSAGE;
}

static int
choose(struct restore_choice *c, wa_repo *repo, const wa_config *config,
    const wa_set *sets, size_t count, int force, wa_error *err)
{
	const char *label = wa_config_get(config, "set");
	const wa_set *set = label == NULL ? NULL : by_label(sets, count, label);
	int rc = 0;

	if (label != NULL && set == NULL)
		return no_set(label, config, err);
	rc = find_system(c, repo, set == NULL ? 0 : set->system_id, err);
	if (rc == 0)
		rc = restore_target(
		    &c->kind, &c->target, config, c->system.version, err);
	if (rc == 0 && set == NULL &&
	    newest(sets, count,
		&(struct restore_choice){ .system = c->system }) == NULL)
		return no_set(NULL, config, err);
	if (rc == 0 && c->kind == RECOVERY_TARGET)
		rc = ask(c, repo, label, err);
	if (rc < 0)
		return rc;
	if (c->asked && !c->answer.reachable && !force)
		return restore_unreachable(&c->answer, c->elsewhere, err);
	if (c->asked && c->answer.reachable)
		set = by_label(sets, count, c->answer.base.set);
	if (set == NULL)
		set = newest(sets, count, c);
	if (set == NULL)
		return no_set(NULL, config, err);
	c->set = *set;
	return 0;
}

int
restore_choose(struct restore_choice *out, wa_repo *repo,
    const wa_config *config, int force, wa_error *err)
{
	wa_set *sets = NULL;
	size_t count = 0;
	int rc = wa_set_list_sound(&sets, &count, repo, err);

	if (rc > 0) {
		say_error(LEVEL_WARN, err);
		rc = 0;
	}
	memset(out, 0, sizeof(*out));
	if (rc == 0)
		rc = choose(out, repo, config, sets, count, force, err);
	wa_free(sets);
	return rc;
}
