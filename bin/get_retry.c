/* get_retry.c - patience with a repository that does not answer. */
#include "config.h"

#include "get_retry.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cluster.h"
#include "message.h"
#include "process.h"

#define FIRST_PAUSE_MS 100
#define LONGEST_PAUSE_MS 5000

static int
given_system(struct getter *g, wa_error *err)
{
	char *end;

	g->system_id = strtoull(g->system, &end, 10);
	if (g->system_id != 0 && *end == '\0')
		return 0;
	err->hint[0] = '\0';
	(void)strcpy(err->text, "--system takes a system identifier, a number");
	return err->code = WA_EUSAGE;
}

/* No data directory says whose: the stanza's only system, then. */
static int
only_system(struct getter *g, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count;
	int rc = wa_stanza_systems(&systems, &count, g->repo, err);

	if (rc < 0)
		return rc;
	g->system_id = systems[count - 1].system_id;
	wa_free(systems);
	if (count == 1)
		return 0;
	(void)strcpy(err->text, "the stanza has WAL of several systems");
	(void)strcpy(err->hint,
	    "Name one with --system or --pg1-path; "
	    "walarch-info lists them.");
	return err->code = WA_EUSAGE;
}

int
getter_open(struct getter *g, wa_error *err)
{
	wa_cluster cluster;
	int rc = 0;

	if (g->repo == NULL)
		rc = wa_repo_open(&g->repo, g->config, err);
	if (rc < 0 || g->system_id != 0)
		return rc;
	if (g->system != NULL)
		return given_system(g, err);
	rc = cluster_find(&cluster, g->config, err);
	if (rc == 0)
		g->system_id = cluster.system_id;
	return rc == 1 ? only_system(g, err) : rc;
}

void
getter_end(struct getter *g)
{
	wa_repo_close(g->repo);
	g->repo = NULL;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
pause_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000 };

	if (process_signal() == 0)
		(void)nanosleep(&t, NULL);
}

/* May the same call succeed a little later? */
static int
may_pass(int rc)
{
	return rc == WA_ETRYAGAIN || rc == WA_ESYSTEM || rc == WA_ENOMEM;
}

static int
try_once(struct getter *g, const char *name, const char *path, wa_error *err)
{
	int rc = getter_open(g, err);

	if (rc < 0)
		return rc;
	if (path == NULL)
		return wa_wal_write(
		    g->repo, g->system_id, name, STDOUT_FILENO, err);
	return wa_wal_get(g->repo, g->system_id, name, path, g->flags, err);
}

int
getter_get(struct getter *g, const char *name, const char *path, wa_error *err)
{
	int64_t pause = FIRST_PAUSE_MS;
	int64_t deadline = now_ms() +
	    (g->patient ? wa_config_number(g->config, "archive-timeout") : 0);
	int rc = try_once(g, name, path, err);

	while (may_pass(rc) && now_ms() + pause <= deadline &&
	    process_signal() == 0) {
		say_error(LEVEL_WARN, err);
		say(LEVEL_INFO, "trying again in %lld ms", (long long)pause);
		pause_ms(pause);
		pause =
		    pause * 2 < LONGEST_PAUSE_MS ? pause * 2 : LONGEST_PAUSE_MS;
		/* A handle of what was unmounted never sees it again. */
		getter_end(g);
		rc = try_once(g, name, path, err);
	}
	return rc;
}

int
getter_print(struct getter *g, const char *name, wa_error *err)
{
	return try_once(g, name, NULL, err);
}
