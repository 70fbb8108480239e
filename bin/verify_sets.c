/* verify_sets.c - hand the files of base backups out, and judge what comes
 * back. */
#include "config.h"

#include "verify_sets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"
#include "pool.h"
#include "process.h"
#include "progress.h"
#include "verify_set_wal.h"
#include "verify_set_work.h"

#define REDRAW_MS 200
#define TASK_BYTES (8u << 20) /* plain bytes for a thread at a time */

struct run {
	struct verify *v;
	wa_repo *repo;
	const char *only;
	wa_set *sets;
	size_t count;
	struct pool *pool;
	struct verify_set_worker *workers;
	size_t opened;
	struct verify_set_task *tasks; /* as many as the pool has room for */
	size_t used;                   /* of them, in turn */
	const wa_set *set;             /* that is being verified */
	wa_part *part;                 /* the last one referred to */
	char label[WA_SET_LABEL_SIZE]; /* of its set */
	uint32_t number;
	struct verify_set_counts counts;
	int interrupted;
};

static int
is_set(const struct run *r, const char *label)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (strcmp(r->sets[i].label, label) == 0)
			return 1;
	return 0;
}

static void
blame(struct run *r, const char *path, const wa_error *err)
{
	char shown[VERIFY_SHOWN];

	verify_blame(r->v, verify_shown(shown, path), 0, err);
	r->counts.errors++;
}

static void
judge_file(struct run *r, const struct verify_set_file *f)
{
	if (f->rc == WA_EINTERRUPTED)
		r->interrupted = 1;
	else if (f->rc < 0)
		blame(r, f->file.path, &f->err);
	else {
		r->counts.files++;
		r->counts.bytes += f->file.size;
	}
}

static void
judge(struct run *r, struct verify_set_task *task)
{
	size_t i;

	for (i = 0; i < task->count; i++)
		judge_file(r, &task->files[i]);
	if (task->part != 0 && task->rc == WA_EINTERRUPTED)
		r->interrupted = 1;
	else if (task->part != 0 && task->rc < 0)
		blame(r, "", &task->err);
	else
		r->counts.parts += task->part != 0;
	verify_set_task_clear(task);
}

static void
take_one(struct run *r)
{
	struct verify_set_task *task = NULL;

	while (task == NULL) {
		task = pool_take(r->pool, REDRAW_MS);
		progress_show(atomic_load(&r->v->shared.read));
	}
	judge(r, task);
}

static void
drain(struct run *r)
{
	while (pool_peek(r->pool, 0) != NULL)
		take_one(r);
}

static struct verify_set_task *
next_task(struct run *r)
{
	size_t room = pool_room(r->pool);

	while (pool_peek(r->pool, room - 1) != NULL)
		take_one(r);
	return &r->tasks[r->used % room];
}

static void
put(struct run *r, struct verify_set_task *task)
{
	r->used++;
	(void)pool_put(r->pool, task);
}

/* What lies in another set is read there, unless only this one is verified; an
 * unfinished one has no manifest to be read by. */
static int
is_read_here(const struct run *r, const wa_set_file *f)
{
	return r->only != NULL || strcmp(f->in, r->set->label) == 0 ||
	    !is_set(r, f->in);
}

/* Open the part that a file of another set lies in, unless it is open. */
static int
open_reference(struct run *r, const wa_set_file *f, wa_error *err)
{
	int rc;

	if (r->number == f->part && strcmp(r->label, f->in) == 0)
		return r->part == NULL ? WA_ENOENT : 0;
	wa_part_close(r->part);
	r->part = NULL;
	rc = wa_part_open(&r->part, r->repo, f->in, f->part, err);
	r->number = f->part;
	(void)snprintf(r->label, sizeof(r->label), "%s", f->in);
	return rc;
}

/* It must lie inside of a part that is there.  Of a part that is not, files in
 * a row are told once. */
static int
check_reference(struct run *r, const wa_set_file *f, wa_error *err)
{
	int told = r->part == NULL && r->number == f->part &&
	    strcmp(r->label, f->in) == 0;
	int rc = open_reference(r, f, err);
	uint64_t end = f->at;
	size_t i;

	for (i = 0; i < f->frame_count; i++)
		end += f->frames[i];
	if (rc == 0 && end > wa_part_size(r->part))
		rc = error_set(err, WA_ECORRUPT,
		    "part %u of backup \"%s\", in which it lies, is too short",
		    f->part, f->in);
	else if (rc == WA_ENOENT)
		(void)error_set(err, WA_ENOENT,
		    "part %u of backup \"%s\", in which it lies, is not there",
		    f->part, f->in);
	if (rc < 0 && !told)
		blame(r, f->path, err);
	return rc;
}

static int
take_file(struct run *r, const wa_set_file *f, struct verify_set_task **task,
    wa_error *err)
{
	int rc;

	if (f->kind != WA_FILE_REGULAR)
		return 0;
	if (!is_read_here(r, f)) {
		r->counts.references += check_reference(r, f, err) == 0;
		return 0;
	}
	if (*task == NULL)
		*task = next_task(r);
	rc = verify_set_task_add(*task, f, err);
	if (rc < 0 || (*task)->bytes >= TASK_BYTES ||
	    (*task)->count == VERIFY_SET_FILES) {
		put(r, *task);
		*task = NULL;
	}
	return rc;
}

static int
read_manifest(struct run *r, wa_error *err)
{
	struct verify_set_task *task = NULL;
	wa_set_reader *reader = NULL;
	wa_set_file file;
	int rc = wa_set_open(&reader, r->repo, r->set->label, err);

	while (rc >= 0 && !r->interrupted && process_signal() == 0 &&
	    (rc = wa_set_next(&file, reader, err)) > 0)
		rc = take_file(r, &file, &task, err);
	if (task != NULL)
		put(r, task);
	wa_set_reader_close(reader);
	if (process_signal() != 0)
		r->interrupted = 1;
	return rc == WA_EINTERRUPTED ? 0 : rc;
}

static void
read_parts(struct run *r)
{
	uint32_t i;

	for (i = 1; i <= r->set->parts && !r->interrupted; i++) {
		struct verify_set_task *task = next_task(r);

		task->part = i;
		(void)snprintf(
		    task->label, sizeof(task->label), "%s", r->set->label);
		put(r, task);
	}
}

static void
check_prior(struct run *r)
{
	const char *prior = r->set->prior;
	wa_error err = WA_ERROR_INIT;

	if (prior[0] == '\0' || is_set(r, prior))
		return;
	(void)error_set(&err, WA_ENOENT,
	    "backup \"%s\", upon which it is, is not there", prior);
	blame(r, "", &err);
}

static void
check_wal(struct run *r)
{
	wa_error err = WA_ERROR_INIT;
	struct verify_missing missing;
	size_t i;

	if (verify_set_wal(&missing, r->repo, r->set, &err) < 0) {
		blame(r, "", &err);
		return;
	}
	for (i = 0; i < missing.count; i++) {
		r->v->print->missing(&missing.ranges[i]);
		r->v->errors++;
		r->counts.errors++;
		r->counts.missing +=
		    missing.ranges[i].last - missing.ranges[i].first + 1;
	}
	free(missing.ranges);
}

static void
verify_set(struct run *r)
{
	wa_error err = WA_ERROR_INIT;

	memset(&r->counts, 0, sizeof(r->counts));
	r->v->print->backup(r->set);
	check_prior(r);
	check_wal(r);
	read_parts(r);
	if (read_manifest(r, &err) < 0)
		blame(r, "manifest", &err);
	drain(r);
	r->v->print->backup_end(&r->counts);
}

static int
start_threads(struct run *r, wa_error *err)
{
	size_t n = r->v->threads, i;
	void **workers = calloc(n, sizeof(*workers));
	int rc = 0;

	r->workers = calloc(n, sizeof(*r->workers));
	if (workers == NULL || r->workers == NULL)
		rc = out_of_memory(err);
	for (i = 0; i < n && rc == 0; i++) {
		workers[i] = &r->workers[i];
		rc = verify_set_worker_open(&r->workers[i], r->v->config,
		    &r->v->shared.rate, &r->v->shared.read, err);
		r->opened = i + 1;
	}
	if (rc == 0)
		r->pool = pool_open(workers, n, verify_set_work);
	if (rc == 0 && r->pool == NULL)
		rc = error_system(err, "could not start %zu threads", n);
	free(workers);
	if (rc < 0)
		return rc;
	r->tasks = calloc(pool_room(r->pool), sizeof(*r->tasks));
	return r->tasks == NULL ? out_of_memory(err) : 0;
}

/* Parts are read as such and by file. */
static void
begin_progress(const struct run *r)
{
	uint64_t total = 0;
	size_t i;

	atomic_store(&r->v->shared.read, 0);
	for (i = 0; i < r->count; i++)
		if (r->only == NULL || strcmp(r->sets[i].label, r->only) == 0)
			total += 2 * r->sets[i].stored;
	if (progress_wanted())
		progress_begin(total);
}

static int
is_there(const struct run *r, wa_error *err)
{
	if (r->only == NULL || is_set(r, r->only))
		return 0;
	return error_set(err, WA_ENOENT, "there is no backup \"%s\"", r->only);
}

static void
release(struct run *r)
{
	size_t i;

	wa_part_close(r->part);
	pool_close(r->pool);
	for (i = 0; i < r->opened; i++)
		verify_set_worker_close(&r->workers[i]);
	free(r->workers);
	free(r->tasks);
	wa_free(r->sets);
}

int
verify_sets(struct verify *v, wa_repo *repo, const char *only)
{
	struct run r = { .v = v, .repo = repo, .only = only };
	wa_error err = WA_ERROR_INIT;
	size_t i;
	int rc = wa_set_list_sound(&r.sets, &r.count, repo, &err);

	if (rc > 0) {
		verify_blame(v, "", 0, &err);
		rc = 0;
	}
	if (rc == 0)
		rc = is_there(&r, &err);
	if (rc == 0 && r.count > 0)
		rc = start_threads(&r, &err);
	if (rc < 0)
		verify_blame(v, "", 0, &err);
	begin_progress(&r);
	for (i = 0; rc == 0 && i < r.count && !r.interrupted; i++) {
		r.set = &r.sets[i];
		if (only == NULL || strcmp(r.set->label, only) == 0)
			verify_set(&r);
	}
	release(&r);
	return r.interrupted;
}
