/* init.c - walarch-init: make a repository, and register a cluster. */
#include "config.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "cluster.h"
#include "message.h"
#include "real_path.h"
#include "histories.h"

#define FAILED 1

enum { UPGRADE, OPTIONS };

static int
failed(const wa_error *err)
{
	say_error(LEVEL_ERROR, err);
	return FAILED;
}

/* "7431170312345678901 (PostgreSQL 15, segments of 16 MB)" */
static void
describe(char *buf, size_t size, const wa_cluster *cluster)
{
	(void)snprintf(buf, size,
	    "%llu (PostgreSQL %u%s%.0u, segments of %u "
	    "MB)",
	    (unsigned long long)cluster->system_id,
	    cluster->version > 900 ? 9 : cluster->version,
	    cluster->version > 900 ? "." : "",
	    cluster->version > 900 ? cluster->version - 900 : 0,
	    cluster->segment_size >> 20);
}

static int
no_cluster(const wa_config *config)
{
	const char *path = wa_config_get(config, "pg1-path");

	if (path != NULL)
		say(LEVEL_ERROR, "data directory \"%s\" does not exist", path);
	else
		say(LEVEL_ERROR, "no data directory was named");
	hint("Name the cluster's with --pg1-path, or run walarch-init in it.");
	return FAILED;
}

/* What we make must be the server's to write to. */
static int
check_owner(const struct cli *cli)
{
	const char *path = cluster_path(cli->config);
	struct passwd *owner;
	struct stat st;

	if (stat(path, &st) < 0 || st.st_uid == geteuid())
		return 0;
	owner = getpwuid(st.st_uid);
	say(LEVEL_ERROR,
	    "data directory \"%s\" belongs to %s%.0u, who could "
	    "not write to what is made here",
	    path, owner != NULL ? owner->pw_name : "user ",
	    owner != NULL ? 0 : st.st_uid);
	hint("Run walarch-init as the user PostgreSQL runs as: sudo -u %s "
	     "walarch-init ...",
	    owner != NULL ? owner->pw_name : "USER");
	return FAILED;
}

/* What lies in the data directory is lost with it. */
static int
check_apart(const struct cli *cli, const char *repo)
{
	if (!paths_overlap(cluster_path(cli->config), repo))
		return 0;
	say(LEVEL_ERROR,
	    "the repository and the data directory must not lie one in the "
	    "other");
	hint("Name another folder with --repo1-path, on another disk if you "
	     "can.");
	return FAILED;
}

static int
run(struct cli *cli, unsigned flags)
{
	const char *path = wa_config_get(cli->config, "repo1-path");
	const char *stanza = wa_config_get(cli->config, "stanza");
	wa_error err = WA_ERROR_INIT;
	wa_repo *repo = NULL;
	wa_cluster cluster;
	char text[128];
	int made, rc;

	rc = cluster_find(&cluster, cli->config, &err);
	if (rc == 1)
		return no_cluster(cli->config);
	if (rc < 0)
		return failed(&err);
	if (check_owner(cli) != 0 || check_apart(cli, path) != 0)
		return FAILED;
	describe(text, sizeof(text), &cluster);
	made = wa_repo_create(cli->config, &err);
	if (made < 0)
		return failed(&err);
	say(LEVEL_INFO, "repository \"%s\" %s", path,
	    made == 0 ? "was made" : "was there already");
	rc = wa_repo_open(&repo, cli->config, &err);
	if (rc == 0)
		rc = wa_stanza_register(repo, &cluster, flags, &err);
	if (rc >= 0) {
		say(LEVEL_INFO, "stanza \"%s\": system %s %s", stanza, text,
		    rc == 0 ? "was registered" : "was registered already");
		rc = histories_push(repo, &cluster, cli->config, &err);
	}
	wa_repo_close(repo);
	return rc < 0 ? failed(&err) : 0;
}

int
main(int argc, char **argv)
{
	struct cli_option options[OPTIONS + 1] = {
		[UPGRADE] = { "upgrade", NULL,
		    "the cluster was upgraded: it has a new system identifier",
		    0, NULL },
	};
	struct cli cli = { .program = "walarch-init",
		.command = "init",
		.purpose = "makes the repository and registers a cluster "
			   "with a stanza.",
		.arguments = "",
		.settings = "config log-level-console pg1-path repo1-path "
			    "stanza",
		.options = options,
		.epilogue = "The server need not run. To call it again is "
			    "harmless.\n",
		.failure = FAILED };
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	if (cli.argc > 0)
		status =
		    cli_usage(&cli, "unexpected argument \"%s\"", cli.argv[0]);
	else
		status = run(&cli,
		    options[UPGRADE].value != NULL ? WA_REGISTER_UPGRADE : 0);
	cli_end(&cli);
	return status;
}
