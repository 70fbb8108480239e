/* get_async.c - walarch-get with archive-async, in the foreground. */
#include "config.h"

#include "get_async.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cluster.h"
#include "failure.h"
#include "get_ahead.h"
#include "get_next.h"
#include "message.h"
#include "process.h"
#include "runner.h"

#define RUNNER "walarch-get-runner"

struct async {
	struct getter *getter;
	struct spool spool;
	const char *name, *path;
};

/* The spool is of the working directory.  Is that whose WAL is asked for? */
static int
is_of_working_directory(const struct getter *g)
{
	const char *path = cluster_path(g->config);
	struct stat a, b;

	return g->system == NULL && path != NULL && stat(path, &a) == 0 &&
	    stat(".", &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* As its length has it, for it was checked. */
static int
name_next(char next[WA_SEGMENT_NAME_SIZE], const struct async *a)
{
	struct stat st;
	uint32_t timeline;
	uint64_t number;

	if (stat(a->path, &st) < 0 || st.st_size > UINT32_MAX ||
	    wa_segment_parse(
		&timeline, &number, a->name, (uint32_t)st.st_size) < 0)
		return -1;
	wa_segment_format(next, timeline, number + 1, (uint32_t)st.st_size);
	return 0;
}

static int
is_stored(struct getter *g, const char *name)
{
	wa_wal_facts facts;

	return getter_open(g, NULL) == 0 &&
	    wa_wal_stat(&facts, g->repo, g->system_id, name, NULL) == 0;
}

/* A runner that lives reads what comes next; without one a standby that has
 * all there is starts none. */
static void
look_ahead(const struct async *a)
{
	char next[WA_SEGMENT_NAME_SIZE];
	int rc;

	if (name_next(next, a) < 0 || process_signal() != 0)
		return;
	rc = get_next_write(&a->spool, next);
	if (rc == 0 && is_stored(a->getter, next))
		rc = runner_start(
		    &a->spool, runner_beside(RUNNER), a->getter->config);
	if (rc < 0)
		say(LEVEL_WARN, "could not fetch ahead, into \"%s\": %s",
		    a->spool.path, strerror(errno));
}

static int
get_locked(const struct async *a, int file, wa_error *err)
{
	int rc;

	/* Who was told to end may not touch the path any more. */
	if (process_signal() == 0 &&
	    get_ahead_take(&a->spool, file, a->name, a->path))
		return 0;
	rc = getter_get(a->getter, a->name, a->path, err);
	spool_remove(&a->spool, a->name);
	if (rc >= 0)
		failure_forget(&a->spool);
	else if (rc != WA_ENOENT && rc != WA_EINTERRUPTED)
		failure_keep(&a->spool, err);
	return rc;
}

static int
get_with(const struct async *a, wa_error *err)
{
	int file = spool_lock(&a->spool, a->name, SPOOL_CREATE), rc;

	if (file < 0) {
		if (errno != EINTR)
			say(LEVEL_WARN, "could not lock \"%s/get/%s\": %s",
			    a->spool.path, a->name, strerror(errno));
		return getter_get(a->getter, a->name, a->path, err);
	}
	rc = get_locked(a, file, err);
	(void)close(file);
	if (rc == 0)
		look_ahead(a);
	return rc;
}

static void
complain(const wa_error *err)
{
	say(LEVEL_WARN, "nothing is fetched ahead: %s", err->text);
	if (err->hint[0] != '\0')
		hint("%s", err->hint);
}

int
get_async(struct getter *g, const char *name, const char *path, wa_error *err)
{
	struct async a = { .getter = g, .name = name, .path = path };
	wa_error why = WA_ERROR_INIT;
	int rc = 1;

	/* Histories are asked for where timelines part: never from a spool. */
	if (wa_name_kind(name) == WA_SEGMENT && is_of_working_directory(g))
		rc = spool_open(
		    &a.spool, g->config, ".", SPOOL_GET, SPOOL_CREATE, &why);
	if (rc < 0)
		complain(&why);
	if (rc != 0)
		return getter_get(g, name, path, err);
	rc = get_with(&a, err);
	spool_close(&a.spool);
	return rc;
}
