/* get_fetch.c - what a thread of the get runner does. */
#include "config.h"

#include "get_fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "errors.h"
#include "get_tidy.h"

int64_t
get_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* In the folder that is open, whatever has its path by now. */
static int
fetch(struct get_thread *t, struct get_task *task, const char *data)
{
	char path[64];
	int64_t begin = get_now();
	int rc = 0;

	(void)snprintf(
	    path, sizeof(path), "/proc/self/fd/%d/%s", t->spool->files, data);
	if (t->repo == NULL)
		rc = wa_repo_open(&t->repo, t->config, &task->err);
	if (rc == 0)
		rc = wa_wal_get(t->repo, t->spool->system_id, task->name, path,
		    0, &task->err);
	task->took = get_now() - begin + 1;
	return rc;
}

static int
leave_marker(const struct get_thread *t, struct get_task *task, int file,
    const char *data)
{
	wa_wal_facts facts;
	struct marker marker;
	struct stat st;
	int rc = wa_wal_stat(
	    &facts, t->repo, t->spool->system_id, task->name, &task->err);

	if (rc < 0)
		return rc;
	if (fstatat(t->spool->files, data, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    spool_marker(&marker, t->spool, task->name, &st) < 0)
		return error_system(&task->err, "could not stat \"%s/get/%s\"",
		    t->spool->path, data);
	(void)snprintf(marker.repository_id, sizeof(marker.repository_id), "%s",
	    wa_repo_id(t->repo));
	(void)strcpy(marker.xxh128, facts.xxh128);
	task->bytes = (uint64_t)st.st_size;
	errno = ENOSPC;
	return marker_write(file, &marker) == 0 ?
	    0 :
	    error_system(&task->err, "could not write \"%s/get/%s\"",
		t->spool->path, task->name);
}

static int
is_there(
    const struct get_thread *t, const char *name, int file, const char *data)
{
	struct marker marker;
	struct stat st;

	return fstatat(t->spool->files, data, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    spool_vouches(&marker, t->spool, file, name, &st);
}

static enum get_result
fetch_locked(struct get_thread *t, struct get_task *task, int file)
{
	char data[GET_DATA_SIZE];
	int rc;

	get_data_name(data, task->name);
	if (is_there(t, task->name, file, data))
		return GET_THERE;
	rc = fetch(t, task, data);
	if (rc == 0)
		rc = leave_marker(t, task, file, data);
	if (rc == 0)
		return GET_THERE;
	(void)unlinkat(t->spool->files, data, 0);
	spool_remove(t->spool, task->name);
	/* A handle of what was unmounted never sees it again. */
	wa_repo_close(t->repo);
	t->repo = NULL;
	return GET_FAILED;
}

static enum get_result
lock_and_fetch(struct get_thread *t, struct get_task *task)
{
	enum get_result result;
	int file =
	    spool_lock(t->spool, task->name, SPOOL_CREATE | SPOOL_NOWAIT);

	if (file < 0 && errno == EWOULDBLOCK)
		return GET_HELD;
	if (file < 0) {
		(void)error_system(&task->err, "could not lock \"%s/get/%s\"",
		    t->spool->path, task->name);
		return GET_FAILED;
	}
	result = fetch_locked(t, task, file);
	(void)close(file);
	return result;
}

void
get_fetch(void *thread, void *arg)
{
	struct get_thread *t = thread;
	struct get_task *task = arg;

	task->result = task->unwanted ? GET_DROPPED : lock_and_fetch(t, task);
	task->done = 1;
	get_watch_wake(t->watch);
}
