/* verify.c - walarch-verify: is all that is stored what it should be? */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "message.h"
#include "process.h"
#include "verify_sets.h"
#include "verify_system.h"

#define FAILED 1

static struct cli_option options[] = {
	{ "from", "WHERE", "begin at a segment, an LSN or a time", 0, NULL },
	{ "to", "WHERE", "end with it", 0, NULL },
	{ "resume", "FILE", "go on where the last run was interrupted", 0,
	    NULL },
	{ NULL, NULL, NULL, 0, NULL }
};

enum { FROM, TO, RESUME };

static void
tell_stanza_strays(struct verify *v, wa_repo *repo)
{
	wa_error err = WA_ERROR_INIT;
	char shown[VERIFY_SHOWN];
	char **paths = NULL;
	size_t count = 0, i;

	if (wa_stanza_strays(&paths, &count, repo, &err) < 0)
		verify_blame(v, "", 0, &err);
	for (i = 0; i < count; i++) {
		const char *slash = strrchr(paths[i], '/');
		int hidden =
		    slash != NULL ? slash[1] == '.' : paths[i][0] == '.';

		v->print->stray(verify_shown(shown, paths[i]), hidden);
		v->errors += (uint64_t)!hidden;
	}
	wa_free(paths);
}

/* 0, or 1: interrupted. */
static int
verify_systems(
    struct verify *v, wa_repo *repo, const wa_system *systems, size_t count)
{
	wa_error err = WA_ERROR_INIT;
	struct verify_place *place = &v->state.place;
	size_t i;
	int interrupted = 0;

	for (i = 0; i < count && !interrupted; i++) {
		if (verify_starts_later(
			&v->select, v->stanza, systems, count, i)) {
			v->skipped++;
			continue;
		}
		(void)snprintf(
		    place->stanza, sizeof(place->stanza), "%s", v->stanza);
		place->system_id = systems[i].system_id;
		place->name[0] = '\0';
		interrupted = verify_system(v, repo, &systems[i], &err);
	}
	return interrupted;
}

static int
verify_stanza(struct verify *v, wa_config *config, const char *name)
{
	const char *set = wa_config_get(config, "set");
	wa_error err = WA_ERROR_INIT;
	wa_system *systems = NULL;
	wa_repo *repo = NULL;
	int rc, interrupted = 0;
	size_t count;

	v->stanza = name;
	v->print->stanza(name);
	rc = wa_config_set(config, "stanza", name, &err);
	if (rc == 0)
		rc = wa_repo_open(&repo, config, &err);
	if (rc == 0)
		rc = wa_stanza_systems(&systems, &count, repo, &err);
	if (rc < 0) {
		verify_blame(v, "", 0, &err);
	} else {
		if (set == NULL) {
			tell_stanza_strays(v, repo);
			interrupted = verify_systems(v, repo, systems, count);
		}
		if (!interrupted && options[FROM].value == NULL &&
		    options[TO].value == NULL)
			interrupted = verify_sets(v, repo, set);
	}
	wa_free(systems);
	wa_repo_close(repo);
	return interrupted;
}

/* Nothing between --from and --to is a mistake of theirs. */
static void
check_selection(struct verify *v)
{
	wa_error err = WA_ERROR_INIT;

	if (v->read > 0 || v->skipped == 0 ||
	    v->select.from.kind == BOUND_PLACE)
		return;
	(void)strcpy(err.text, "no file lies between --from and --to");
	err.code = WA_EUSAGE;
	verify_blame(v, "", 0, &err);
}

/* Keep where to go on, or forget it. */
static int
keep_state(struct verify *v, int interrupted)
{
	wa_error err = WA_ERROR_INIT;
	int rc;

	v->state.errors += v->errors;
	rc = interrupted ? verify_state_write(&v->state, 1, &err) :
			   verify_state_remove(&v->state, &err);
	if (rc < 0)
		say_error(LEVEL_ERROR, &err);
	return rc;
}

static int
finish(struct verify *v, int interrupted)
{
	struct verify_end end = { 0, v->state.errors, NULL };
	char place[VERIFY_PLACE];
	int failed;

	if (!interrupted)
		check_selection(v);
	verify_place_format(place, &v->state.place);
	end.errors = v->errors + v->state.errors;
	end.position = interrupted ? place : NULL;
	failed = keep_state(v, interrupted) < 0;
	if (v->print->end(&end) != 0 || fflush(stdout) != 0 || ferror(stdout)) {
		say(LEVEL_ERROR, "could not write to standard output");
		failed = 1;
	}
	return failed || interrupted || end.errors > 0 ? FAILED : 0;
}

/* Is there what --from or --resume tells of? */
static int
place_exists(const struct verify *v, char **names, size_t count)
{
	const struct verify_place *place = &v->select.from.place;
	size_t i;

	if (v->select.from.kind != BOUND_PLACE)
		return 1;
	for (i = 0; i < count; i++)
		if (strcmp(names[i], place->stanza) == 0)
			return 1;
	say(LEVEL_ERROR,
	    "stanza \"%s\", where this run is to go on, is not among "
	    "those to verify",
	    place->stanza);
	return 0;
}

/* The stanza that was named, or all there are. */
static int
run(struct verify *v, wa_config *config)
{
	char *one[] = { strdup(wa_config_get(config, "stanza")) };
	int all = strcmp(wa_config_source(config, "stanza"), "default") == 0;
	wa_error err = WA_ERROR_INIT;
	int interrupted = 0, status = FAILED, rc;
	wa_repo *repo = NULL;
	char **names = NULL;
	size_t count = 1, i;

	rc = wa_repo_open(&repo, config, &err);
	if (rc == 0 && all)
		rc = wa_stanza_list(&names, &count, repo, &err);
	if (rc < 0) {
		say_error(LEVEL_ERROR, &err);
	} else if (place_exists(v, all ? names : one, count)) {
		v->print->begin();
		for (i = 0; i < count && !interrupted; i++)
			interrupted =
			    verify_stanza(v, config, all ? names[i] : one[0]);
		status = finish(v, interrupted);
	}
	wa_free(names);
	free(one[0]);
	wa_repo_close(repo);
	return status;
}

/* Where to begin and where to end; 0, or a negative code. */
static int
read_options(struct verify *v, wa_error *err)
{
	struct verify_bound *from = &v->select.from;
	int rc = 0;

	if (options[FROM].value != NULL)
		rc = verify_bound_parse(from, "from", options[FROM].value, err);
	if (rc == 0 && options[TO].value != NULL)
		rc = verify_bound_parse(
		    &v->select.to, "to", options[TO].value, err);
	if (rc == 0 && verify_bounds_cross(&v->select)) {
		(void)strcpy(err->text, "--from is behind --to");
		rc = err->code = WA_EUSAGE;
	}
	v->state.path = options[RESUME].value;
	if (rc < 0 || v->state.path == NULL)
		return rc;
	if (from->kind != BOUND_NONE) {
		(void)strcpy(
		    err->text, "--resume and --from exclude each other");
		return err->code = WA_EUSAGE;
	}
	rc = verify_state_read(&v->state, err);
	if (rc == 1) {
		from->kind = BOUND_PLACE;
		from->place = v->state.place;
		say(LEVEL_INFO, "going on where the last run was interrupted");
	}
	return rc < 0 ? rc : 0;
}

static int
verify(struct cli *cli)
{
	struct verify v = { .config = cli->config };
	wa_error err = WA_ERROR_INIT;

	if (cli->argc > 0)
		return cli_usage(
		    cli, "unexpected argument \"%s\"", cli->argv[0]);
	if (wa_config_get(cli->config, "set") != NULL &&
	    (options[FROM].value != NULL || options[TO].value != NULL ||
		options[RESUME].value != NULL))
		return cli_usage(
		    cli, "--set excludes --from, --to and --resume");
	if (read_options(&v, &err) < 0) {
		say_error(LEVEL_ERROR, &err);
		return FAILED;
	}
	v.print = strcmp(wa_config_get(cli->config, "output"), "json") == 0 ?
	    &verify_json :
	    &verify_text;
	v.threads = (size_t)wa_config_number(cli->config, "process-max");
	rate_begin(&v.shared.rate, wa_config_number(cli->config, "rate"));
	process_catch_signals(cli->config);
	return run(&v, cli->config);
}

int
main(int argc, char **argv)
{
	struct cli cli = { .program = "walarch-verify",
		.command = "verify",
		.purpose = "reads all that is stored, and tells what is wrong.",
		.arguments = "",
		.settings = "config log-level-console output process-max rate "
			    "repo1-path set stanza",
		.options = options,
		.epilogue =
		    "WHERE is a segment's name, an LSN or a time. Without a "
		    "stanza all are verified.\n\n"
		    "Exit status: 0 when all was read and all is well; else "
		    "1.\n",
		.failure = FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	status = verify(&cli);
	cli_end(&cli);
	return status;
}
