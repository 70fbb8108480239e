/* push_task.c - what a thread of the push runner does. */
#include "config.h"

#include "push_task.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "errors.h"
#include "push_level.h"
#include "ready_names.h"

/* The repository's word for the digest; a damaged segment has another name. */
static int
read_digest(
    struct marker *m, const struct push_thread *t, int damaged, wa_error *err)
{
	wa_wal_facts facts;
	int rc = damaged ?
	    0 :
	    wa_wal_stat(&facts, t->repo, t->spool->system_id, m->name, err);

	if (rc == 0 && !damaged)
		(void)strcpy(m->xxh128, facts.xxh128);
	return rc;
}

/* It was stored.  Was that the file that is here?  Then the marker says so; 1
 * when it was not. */
static int
leave_marker(const struct push_thread *t, struct push_task *task, int file,
    const char *path, const struct stat *before, int warned)
{
	struct file_identity a, b;
	struct marker marker;
	struct stat after;
	int rc;

	if (stat(path, &after) < 0 ||
	    spool_marker(&marker, t->spool, task->name, &after) < 0)
		return 1;
	file_identify(&a, before);
	file_identify(&b, &after);
	(void)snprintf(marker.repository_id, sizeof(marker.repository_id), "%s",
	    wa_repo_id(t->repo));
	if (warned) {
		(void)strcpy(marker.warning, task->err.text);
		(void)strcpy(marker.hint, task->err.hint);
	}
	if (!file_is(&a, &b))
		return 1;
	rc = read_digest(&marker, t, warned, &task->err);
	errno = ENOSPC;
	if (rc == 0 && marker_write(file, &marker) < 0)
		rc = error_system(&task->err, "could not write \"%s/push/%s\"",
		    t->spool->path, task->name);
	return rc;
}

static enum push_result
push(const struct push_thread *t, struct push_task *task, int file)
{
	struct marker marker;
	struct stat before;
	char path[256];
	int rc;

	(void)snprintf(path, sizeof(path), "%s/%s", t->wal, task->name);
	if (!is_ready(t->wal, task->name) || stat(path, &before) < 0) {
		spool_remove(t->spool, task->name);
		return PUSH_SKIPPED;
	}
	if (spool_vouches(&marker, t->spool, file, task->name, &before))
		return PUSH_SKIPPED;
	task->bytes = (uint64_t)before.st_size;
	push_level_choose(t->repo, t->config, task->waiting, task->before);
	rc = wa_wal_push(t->repo, t->spool->system_id, path, NULL, &task->err);
	if (rc < 0) {
		spool_remove(t->spool, task->name);
		return rc == WA_EINTERRUPTED ? PUSH_SKIPPED : PUSH_FAILED;
	}
	rc = leave_marker(t, task, file, path, &before, rc == 2);
	if (rc == 0)
		return PUSH_DONE;
	spool_remove(t->spool, task->name);
	return rc < 0 ? PUSH_FAILED : PUSH_SKIPPED;
}

/* Locked.  *waited: another one was at it, and has ended now. */
static int
lock(const struct push_thread *t, struct push_task *task, int *waited)
{
	int file =
	    spool_lock(t->spool, task->name, SPOOL_CREATE | SPOOL_NOWAIT);

	*waited = file < 0 && errno == EWOULDBLOCK;
	if (*waited)
		file = spool_lock(t->spool, task->name, SPOOL_CREATE);
	if (file < 0)
		(void)error_system(&task->err, "could not lock \"%s/push/%s\"",
		    t->spool->path, task->name);
	return file;
}

static int
is_stored(const struct push_thread *t, const char *name)
{
	wa_wal_facts facts;

	return wa_wal_stat(&facts, t->repo, t->spool->system_id, name, NULL) ==
	    0;
}

static enum push_result
lock_and_push(const struct push_thread *t, struct push_task *task)
{
	enum push_result result = PUSH_SKIPPED;
	int waited, file = lock(t, task, &waited);

	if (file < 0)
		return PUSH_FAILED;
	if (waited && is_stored(t, task->name))
		spool_remove(t->spool, task->name);
	else
		result = push(t, task, file);
	/* Were it not closed, the next pass would wait for this one. */
	(void)flock(file, LOCK_UN);
	(void)close(file);
	return result;
}

int
push_task_gate(void *thread, wa_error *err)
{
	const struct push_thread *t = thread;

	if (push_order_wait(t->order, t->number) == 0)
		return 0;
	return error_set(
	    err, WA_EINTERRUPTED, "a file before it could not be stored");
}

void
push_task_do(void *thread, void *arg)
{
	struct push_thread *t = thread;
	struct push_task *task = arg;

	t->number = task->number;
	task->result = push_order_has_failed(t->order) ? PUSH_SKIPPED :
							 lock_and_push(t, task);
	push_order_end(t->order, t->number, task->result == PUSH_FAILED);
}
