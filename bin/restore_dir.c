/* restore_dir.c - a plain base backup back into a data directory. */
#include "config.h"

#include "restore_dir.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "from_dir.h"
#include "info_words.h"
#include "message.h"
#include "restore_choose.h"
#include "restore_words.h"
#include "timeline_guard.h"

struct dir_job {
	const wa_config *config;
	wa_backup backup;
	uint32_t version;
	uint64_t system_id;
	struct recovery_settings settings;
	wa_answer answer;
	char get[4096];
};

/* Beside this program. */
static int
find_get(struct dir_job *job, wa_error *err)
{
	ssize_t n = readlink("/proc/self/exe", job->get, sizeof(job->get) - 16);

	if (n < 0)
		return error_system(err, "could not find walarch-get");
	job->get[n] = '\0';
	(void)strcpy(strrchr(job->get, '/') + 1, "walarch-get");
	return 0;
}

static int
find_system(wa_system *out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count = 0, i;
	int rc = wa_stanza_systems(&systems, &count, repo, err), found = 0;

	for (i = 0; i < count; i++)
		if (systems[i].system_id == system_id) {
			*out = systems[i];
			found = 1;
		}
	wa_free(systems);
	return rc < 0 || found ?
	    rc :
	    error_set(err, WA_EMISMATCH,
		"the backup is of system %llu, of which the stanza has no WAL",
		(unsigned long long)system_id);
}

static int
cannot(const struct dir_job *job, wa_repo *repo, int force, wa_error *err)
{
	const wa_target *target = &job->settings.target;

	info_print_answer(&job->answer, target);
	(void)fflush(stdout);
	if (!force)
		return restore_unreachable(&job->answer,
		    restore_elsewhere(
			repo, job->system_id, target, &job->backup, 1),
		    err);
	say(LEVEL_WARN, "the target cannot be reached: %s", job->answer.reason);
	return 0;
}

static int
judge(struct dir_job *job, wa_repo *repo, int force, wa_error *err)
{
	const wa_target *target = &job->settings.target;
	wa_error warning = WA_ERROR_INIT;
	wa_system system;
	int rc = find_system(&system, repo, job->system_id, err);

	if (rc == 0)
		rc = wa_target_check_from(&job->answer, repo, job->system_id,
		    target, &job->backup, 1, err);
	if (rc < 0)
		return rc;
	job->settings.risky = job->answer.risky;
	if (!job->answer.reachable)
		return cannot(job, repo, force, err);
	rc = timeline_guard(
	    &warning, repo, &system, &job->backup, target, &job->answer, err);
	if (rc == 1)
		say_error(LEVEL_WARN, &warning);
	return rc < 0 ? rc : 0;
}

/* Recovery from the archive, when it is asked for. */
static int
prepare(struct dir_job *job, const char *from, int force, wa_error *err)
{
	struct recovery_settings *s = &job->settings;
	wa_repo *repo = NULL;
	int rc = from_dir_read(
	    &job->backup, &job->version, &job->system_id, from, err);

	if (rc == 0)
		rc = find_get(job, err);
	if (rc < 0)
		return rc;
	s->version = job->version;
	s->action = wa_config_get(job->config, "target-action");
	s->get = job->get;
	s->config = job->config;
	s->archive_off =
	    strcmp(wa_config_get(job->config, "archive-mode"), "off") == 0;
	s->options = wa_config_get(job->config, "recovery-option");
	rc = restore_target(
	    &s->kind, &s->target, job->config, job->version, err);
	if (wa_config_get(job->config, "type") == NULL)
		s->kind = RECOVERY_NONE;
	if (rc == 0)
		rc = recovery_settings_check(s, err);
	if (rc == 0 && s->kind == RECOVERY_TARGET) {
		rc = wa_repo_open(&repo, job->config, err);
		if (rc == 0)
			rc = judge(job, repo, force, err);
		wa_repo_close(repo);
	}
	return rc;
}

static int
finish(void *arg, int dir, wa_error *err)
{
	const struct dir_job *job = arg;

	return recovery_settings_write(dir, &job->settings, err);
}

int
restore_dir(const wa_config *config, const char *from, int force, int plan,
    wa_error *err)
{
	struct dir_job job = { .config = config };
	struct from_dir copy = { .from = from,
		.to = wa_config_get(config, "pg1-path"),
		.tablespace_map = wa_config_get(config, "tablespace-map"),
		.tablespace_map_all =
		    wa_config_get(config, "tablespace-map-all"),
		.threads = (size_t)wa_config_number(config, "process-max"),
		.finish = finish,
		.arg = &job };
	int rc = prepare(&job, from, force, err);

	if (rc < 0)
		return rc;
	if (plan) {
		(void)printf(
		    "Backup Path = '%s'\nRestore Path = '%s'\n", from, copy.to);
		if (job.settings.kind == RECOVERY_TARGET)
			info_print_answer(&job.answer, &job.settings.target);
		return 0;
	}
	rc = from_dir_restore(&copy, err);
	if (rc == 0)
		restore_print_next(copy.to, job.version, job.settings.kind,
		    &job.settings.target, job.settings.action);
	return rc;
}
