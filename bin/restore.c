/* restore.c - walarch-restore: a base backup back into a data directory. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "errors.h"
#include "info_words.h"
#include "message.h"
#include "process.h"
#include "real_path.h"
#include "restore_dir.h"
#include "restore_words.h"
#include "timeline_guard.h"

#define FAILED 1

enum { FORCE_UNREACHABLE, FROM_DIR, PLAN };

static struct cli_option options[] = {
	[FORCE_UNREACHABLE] = { "force-unreachable", NULL,
	    "go on although the target cannot be reached", 0, NULL },
	[FROM_DIR] = { "from-dir", "DIR",
	    "restore a plain base backup, as pg_basebackup makes it", 0, NULL },
	[PLAN] = { "plan", NULL, "tell what would be done, and do nothing", 0,
	    NULL },
	{ NULL, NULL, NULL, 0, NULL },
};

/* What cannot be reached is told of in full. */
static void
tell_answer(const struct restore_job *job, int rc)
{
	if (rc == WA_ENOENT && job->choice.asked &&
	    !job->choice.answer.reachable)
		info_print_answer(&job->choice.answer, &job->choice.target);
	(void)fflush(stdout);
}

static void
base_of(wa_backup *out, const wa_set *set)
{
	memset(out, 0, sizeof(*out));
	(void)snprintf(out->name, sizeof(out->name), "%s", set->label);
	out->timeline = set->timeline;
	out->redo = set->redo;
	out->checkpoint = set->checkpoint;
	out->stop = set->stop;
}

/* A standby follows the latest timeline as well. */
static int
warn_of_timelines(const struct restore_job *job, wa_error *err)
{
	const struct restore_choice *c = &job->choice;
	wa_error warning = WA_ERROR_INIT;
	wa_backup base;
	int rc;

	if (c->kind == RECOVERY_TARGET ? !c->asked || !c->answer.reachable :
					 c->kind != RECOVERY_STANDBY)
		return 0;
	base_of(&base, &c->set);
	rc = timeline_guard(&warning, job->repo, &c->system, &base, &c->target,
	    c->asked ? &c->answer : NULL, err);
	if (rc == 1)
		say_error(LEVEL_WARN, &warning);
	return rc < 0 ? rc : 0;
}

static int
prepare(struct restore_job *job, wa_error *err)
{
	int rc = wa_repo_open(&job->repo, job->config, err);

	if (rc == 0)
		rc = restore_job_prepare(
		    job, options[FORCE_UNREACHABLE].value != NULL, err);
	tell_answer(job, rc);
	if (rc == 0)
		rc = warn_of_timelines(job, err);
	if (rc == 0 && job->choice.asked && !job->choice.answer.reachable)
		say(LEVEL_WARN, "the target cannot be reached: %s",
		    job->choice.answer.reason);
	if (rc == 0 && job->places.plain > 0)
		say(LEVEL_WARN,
		    "%d symbolic link%s will be plain files or folders; "
		    "--link-all keeps them",
		    job->places.plain, job->places.plain == 1 ? "" : "s");
	return rc;
}

static int
run(struct restore_job *job, wa_error *err)
{
	int rc = prepare(job, err);

	if (rc == 0 && options[PLAN].value != NULL) {
		restore_print_plan(job);
		return restore_job_check(job, err);
	}
	if (rc == 0)
		rc = restore_job_check(job, err);
	if (rc == 0)
		rc = restore_job_run(job, err);
	if (rc < 0)
		return rc;
	say(LEVEL_INFO,
	    "backup set %s is restored to \"%s\": %llu files written, %llu "
	    "kept",
	    job->choice.set.label, job->root,
	    (unsigned long long)job->counts.written,
	    (unsigned long long)job->counts.kept);
	restore_print_next(job->root, job->choice.set.version, job->choice.kind,
	    &job->choice.target, wa_config_get(job->config, "target-action"));
	return 0;
}

/* Of what was asked for, the first that only a backup set can do. */
static const char *
asks_for_set(const wa_config *config)
{
	static const char *const settings[] = { "db-include", "delta", "force",
		"link-all", "link-map", "set" };
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		if (strcmp(wa_config_source(config, settings[i]),
			"command line") == 0)
			return settings[i];
	return NULL;
}

static int
restore(struct cli *cli)
{
	const char *from_dir = options[FROM_DIR].value;
	const char *more = asks_for_set(cli->config);
	struct restore_job job = { .config = cli->config };
	wa_error err = WA_ERROR_INIT;
	int rc;

	if (cli->argc > 0)
		return cli_usage(
		    cli, "unexpected argument \"%s\"", cli->argv[0]);
	job.root = wa_config_get(cli->config, "pg1-path");
	if (job.root == NULL || job.root[0] != '/')
		return cli_usage(cli,
		    "--pg1-path names the data directory to restore into, "
		    "from \"/\" on");
	if (from_dir != NULL && more != NULL)
		return cli_usage(cli, "--%s does not go with --from-dir", more);
	process_catch_signals(cli->config);
	rc = from_dir != NULL ? restore_dir(cli->config, from_dir,
				    options[FORCE_UNREACHABLE].value != NULL,
				    options[PLAN].value != NULL, &err) :
				run(&job, &err);
	if (rc < 0)
		say_error(LEVEL_ERROR, &err);
	restore_job_end(&job);
	return rc < 0 ? FAILED : 0;
}

int
main(int argc, char **argv)
{
	struct cli cli = { .program = "walarch-restore",
		.command = "restore",
		.purpose = "brings a base backup back into a data directory.",
		.arguments = "",
		.settings =
		    "archive-mode archive-timeout config db-include delta "
		    "force link-all link-map log-level-console pg1-path "
		    "process-max recovery-option repo1-path set stanza "
		    "tablespace-map tablespace-map-all target target-action "
		    "target-exclusive target-timeline type",
		.options = options,
		.epilogue =
		    "TYPE is default (to the end of the archive), immediate, "
		    "time, xid, lsn, name,\nstandby, none or preserve.\n\n"
		    "Exit status: 0 when the data directory is complete and "
		    "durable; else 1. Until then\nno server starts on it.\n",
		.failure = FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	status = restore(&cli);
	cli_end(&cli);
	return status;
}
