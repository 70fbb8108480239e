/* info.c - walarch-info: what is stored, and what is missing. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "info_report.h"
#include "info_target.h"
#include "message.h"
#include "status.h"

#define FAILED 1

struct info {
	wa_config *config;
	wa_repo **repos; /* each stanza's; names are of theirs */
	struct info_stanza *stanzas;
	size_t count;
};

static int
add_stanza(struct info *info, const char *name, wa_error *err)
{
	struct info_stanza *stanza = &info->stanzas[info->count];
	wa_repo **repo = &info->repos[info->count];
	int rc;

	rc = wa_config_set(info->config, "stanza", name, err);
	if (rc == 0)
		rc = wa_repo_open(repo, info->config, err);
	if (rc == 0)
		rc = info_collect(stanza, *repo, info->config, err);
	if (rc < 0) {
		wa_repo_close(*repo);
		return rc;
	}
	stanza->name = name;
	info->count++;
	return 0;
}

static int
add_all(struct info *info, char **names, size_t count, wa_error *err)
{
	size_t i;
	int rc = 0;

	info->stanzas = calloc(count + 1, sizeof(*info->stanzas));
	info->repos = calloc(count + 1, sizeof(*info->repos));
	if (info->stanzas == NULL || info->repos == NULL) {
		(void)strcpy(err->text, "out of memory");
		return err->code = WA_ENOMEM;
	}
	for (i = 0; i < count && rc == 0; i++)
		rc = add_stanza(info, names[i], err);
	return rc;
}

static int
print(const struct info *info)
{
	size_t i;
	int status = 0;

	if (strcmp(wa_config_get(info->config, "output"), "json") == 0)
		status = info_print_json(info->stanzas, info->count) < 0;
	else
		info_print_text(info->stanzas, info->count);
	for (i = 0; i < info->count; i++)
		if (info->stanzas[i].status == INFO_MISSING ||
		    info->stanzas[i].status == INFO_DAMAGED ||
		    info->stanzas[i].status == INFO_DROPPED ||
		    info->stanzas[i].status == INFO_UNREAD ||
		    info->stanzas[i].status == INFO_NO_STANZA)
			status = FAILED;
	if (fflush(stdout) != 0 || ferror(stdout)) {
		say(LEVEL_ERROR, "could not write to standard output");
		status = FAILED;
	}
	return status;
}

static void
release(struct info *info)
{
	size_t i;

	for (i = 0; i < info->count; i++) {
		info_free(&info->stanzas[i]);
		wa_repo_close(info->repos[i]);
	}
	free(info->stanzas);
	free(info->repos);
}

/* The stanza that was named, or all there are. */
static int
run(struct cli *cli)
{
	struct info info = { cli->config, NULL, NULL, 0 };
	char *one[] = { strdup(wa_config_get(cli->config, "stanza")) };
	int all =
	    strcmp(wa_config_source(cli->config, "stanza"), "default") == 0;
	wa_error err = WA_ERROR_INIT;
	wa_repo *repo = NULL;
	char **names = NULL;
	size_t count = 1;
	int status, rc;

	rc = wa_repo_open(&repo, cli->config, &err);
	if (rc == 0 && info_target_asked(cli->config)) {
		status = info_target_run(repo, cli->config);
		free(one[0]);
		wa_repo_close(repo);
		return status;
	}
	if (rc == 0 && all)
		rc = wa_stanza_list(&names, &count, repo, &err);
	if (rc == 0)
		rc = add_all(&info, all ? names : one, count, &err);
	if (rc < 0)
		say_error(LEVEL_ERROR, &err);
	status = rc < 0 ? FAILED : print(&info);
	release(&info);
	wa_free(names);
	free(one[0]);
	wa_repo_close(repo);
	return status;
}

enum { STATUS, OPTIONS };

static int
is_given(const struct cli *cli, const char *name)
{
	return strcmp(wa_config_source(cli->config, name), "command line") == 0;
}

static int
tell(struct cli *cli)
{
	int status;

	if (cli->argc > 0)
		return cli_usage(
		    cli, "unexpected argument \"%s\"", cli->argv[0]);
	if (cli->options[STATUS].value != NULL)
		return is_given(cli, "target") || is_given(cli, "type") ?
		    cli_usage(cli, "--status and a target were both given") :
		    status_run(cli->config);
	status = cli_refuse_prometheus(cli);
	return status >= 0 ? status : run(cli);
}

int
main(int argc, char **argv)
{
	struct cli_option options[] = {
		[STATUS] = { "status", NULL,
		    "how archiving does, by the data directory", 0, NULL },
		[OPTIONS] = { NULL, NULL, NULL, 0, NULL }
	};
	struct cli cli = { .program = "walarch-info",
		.command = "info",
		.purpose = "tells what a repository holds.",
		.arguments = "",
		.settings =
		    "archive-async config log-level-console output "
		    "pg1-path repo1-path spool-path stanza target target-exclusive target-timeline "
		    "type",
		.options = options,
		.prometheus = 1,
		.epilogue =
		    "Without a stanza all are told of.  With a target it is told "
		    "whether recovery can\nreach that, for example\n"
		    "  walarch-info --target='2026-11-21 03:15:00+01'\n"
		    "  walarch-info --type=name --target=before_upgrade\n\n"
		    "With --status neither the server nor the repository is "
		    "asked.\n\n"
		    "Exit status: 0; 1 when WAL is missing, damaged or dropped, "
		    "the target cannot be\nreached, or the stanza or the "
		    "repository is missing.\n",
		.failure = FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	status = tell(&cli);
	cli_end(&cli);
	return status;
}
