/*
 * push.c - walarch-push, as archive_command calls it: what was pushed ahead is
 * answered here; the worker does the rest.
 *
 * The worker is a child and not an exec: PostgreSQL's archiver ends itself
 * when a command exits above 125 or dies of a signal, and a worker that the
 * dynamic loader or the system could not bring to life ends so.
 */
#include "config.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "front.h"
#include "front_config.h"
#include "message.h"
#include "parent.h"
#include "push_ahead.h"

#define PROGRAM "walarch-push"
#define FAILED 1

/* Its file's lock, if there is one, is whose works at it: then this waits. */
static int
take(const struct spool *spool, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	wa_error err = WA_ERROR_INIT;
	int file, taken;

	if (wa_name_kind(name) == WA_NOT_WAL)
		return 0;
	file = spool_lock(spool, name, 0);
	if (file < 0)
		return 0;
	taken = push_ahead_take(spool, file, name, path, &err);
	(void)close(file);
	if (taken == 2)
		say_error(LEVEL_WARN, &err);
	return taken;
}

static int
was_pushed(int argc, char **argv)
{
	wa_config *config;
	struct spool spool;
	char *path;
	int taken = 0;

	if (front_config(&config, &path, 1, "push", argc, argv) < 0)
		return 0;
	message_begin(PROGRAM);
	message_level(wa_config_get(config, "log-level-console"));
	/* Where WAL may be dropped, only the worker can end what hangs. */
	if (wa_config_number(config, "archive-push-queue-max") == 0 &&
	    spool_open(&spool, config, ".", SPOOL_PUSH, 0, NULL) == 0) {
		taken = take(&spool, path);
		spool_close(&spool);
	}
	wa_config_free(config);
	return taken;
}

int
main(int argc, char **argv)
{
	const char *path;
	pid_t child;

	if (front_version(PROGRAM, argc, argv))
		return 0;
	parent_begin();
	if (was_pushed(argc, argv))
		return 0;
	path = front_worker("walarch-push-worker");
	errno = posix_spawn(&child, path, NULL, NULL, argv, environ);
	if (errno != 0) {
		front_complain(PROGRAM, path);
		return FAILED;
	}
	return parent_wait(child);
}
