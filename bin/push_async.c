/* push_async.c - walarch-push with archive-async, in the foreground. */
#include "config.h"

#include "push_async.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "message.h"
#include "push_ahead.h"
#include "ready_names.h"
#include "runner.h"

struct async {
	struct spool spool;
	const wa_config *config;
	const char *path, *name;
};

static void
complain(const wa_error *err)
{
	say_error(LEVEL_WARN, err);
	say(LEVEL_WARN, "archive-async: working without a spool");
}

/* The file itself is still ready; is another one? */
static int
more_are_ready(const struct async *a)
{
	char wal[SPOOL_PATH_SIZE];

	if (a->name == a->path)
		return 0;
	(void)snprintf(
	    wal, sizeof(wal), "%.*s", (int)(a->name - a->path - 1), a->path);
	return ready_names_count(wal, 2) == 2;
}

/* Only now, for a repository that answers is worth it. */
static void
look_ahead(const struct async *a)
{
	if (more_are_ready(a) &&
	    runner_start(
		&a->spool, runner_beside("walarch-push-runner"), a->config) < 0)
		say(LEVEL_WARN, "could not start \"%s\": %s",
		    runner_beside("walarch-push-runner"), strerror(errno));
}

static int
push_locked(const struct async *a, int file, push_one *push, void *arg)
{
	wa_error err = WA_ERROR_INIT;
	int status = push_ahead_take(&a->spool, file, a->name, a->path, &err);

	if (status == 2)
		say_error(LEVEL_WARN, &err);
	if (status != 0)
		return 0;
	status = push(arg, a->path, &err);
	spool_remove(&a->spool, a->name);
	if (status == 0)
		failure_forget(&a->spool);
	else
		failure_keep(&a->spool, &err);
	return status;
}

static int
push_with(const struct async *a, push_one *push, void *arg)
{
	wa_error err = WA_ERROR_INIT;
	int file = spool_lock(&a->spool, a->name, SPOOL_CREATE);
	int status;

	if (file < 0) {
		if (errno != EINTR)
			say(LEVEL_WARN, "could not lock \"%s/push/%s\": %s",
			    a->spool.path, a->name, strerror(errno));
		return push(arg, a->path, &err);
	}
	status = push_locked(a, file, push, arg);
	(void)close(file);
	if (status == 0)
		look_ahead(a);
	return status;
}

int
push_async(const wa_config *config, const char *path, push_one *push, void *arg)
{
	const char *slash = strrchr(path, '/');
	struct async a = { .config = config,
		.path = path,
		.name = slash == NULL ? path : slash + 1 };
	wa_error err = WA_ERROR_INIT;
	int rc = 1, status;

	if (wa_name_kind(a.name) != WA_NOT_WAL)
		rc = spool_open(
		    &a.spool, config, ".", SPOOL_PUSH, SPOOL_CREATE, &err);
	if (rc < 0)
		complain(&err);
	if (rc != 0)
		return push(arg, path, &err);
	status = push_with(&a, push, arg);
	spool_close(&a.spool);
	return status;
}
