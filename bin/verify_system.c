/* verify_system.c - hand the files of a system out, and judge what comes
 * back. */
#include "config.h"

#include "verify_system.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "pool.h"
#include "process.h"
#include "progress.h"

#define REDRAW_MS 200
#define FIRST_BATCH 4

/* A system being verified. */
struct run {
	struct verify *v;
	wa_repo *repo;
	const wa_system *system;
	wa_wal_files *files;
	struct pool *pool;
	struct verify_worker *workers;
	size_t opened;                /* of the workers */
	struct verify_batch *batches; /* as many as the pool has room for */
	size_t used;                  /* of them, in turn */
	char sound[VERIFY_NAME];      /* the last segment listed */
	int listed;                   /* all files are */
	int interrupted;
	struct verify_counts counts;
	uint64_t errors_before;
	wa_wal_range range; /* being verified; last 0: none */
	struct verify_begins begins;
};

const char *
verify_shown(char buf[VERIFY_SHOWN], const char *name)
{
	char *p;

	(void)snprintf(buf, VERIFY_SHOWN, "%s", name);
	for (p = buf; *p != '\0'; p++)
		if (*p < ' ' || *p == 127)
			*p = '?';
	return buf;
}

void
verify_blame(
    struct verify *v, const char *file, uint64_t lsn, const wa_error *err)
{
	struct verify_fault fault = { file, lsn, err };
	wa_error shown = *err;
	char text[VERIFY_SHOWN];

	(void)snprintf(shown.text, sizeof(shown.text), "%s",
	    verify_shown(text, err->text));
	fault.err = &shown;
	v->errors++;
	v->print->fault(&fault);
}

/* What is neither a WAL file nor hidden may be one that has been renamed. */
static void
tell_stray(struct run *r, const wa_wal_file *file)
{
	char shown[VERIFY_SHOWN];

	r->v->print->stray(verify_shown(shown, file->path), (int)file->hidden);
	if (file->hidden) {
		r->counts.leftovers++;
		return;
	}
	r->counts.strays++;
	r->v->errors++;
}

static void
add_item(struct run *r, struct verify_batch *batch, const wa_wal_file *file)
{
	struct verify_item *item = &batch->items[batch->count++];

	memset(item, 0, sizeof(*item));
	(void)snprintf(item->name, sizeof(item->name), "%s", file->name);
	item->kind = (enum wa_kind)file->kind;
	(void)wa_segment_parse(&item->timeline, &item->number, item->name,
	    r->system->segment_size);
	if (item->kind == WA_DAMAGED)
		item->beside =
		    strncmp(r->sound, item->name, strlen(r->sound)) == 0 &&
		    r->sound[0] != '\0';
}

static void
take_file(struct run *r, struct verify_batch *batch, const wa_wal_file *file)
{
	if (file->kind == WA_NOT_WAL) {
		tell_stray(r, file);
		return;
	}
	if (file->kind == WA_SEGMENT)
		(void)snprintf(r->sound, sizeof(r->sound), "%s", file->name);
	switch (verify_side_of(
	    &r->v->select, r->repo, r->system, r->v->stanza, file)) {
	case SIDE_BEFORE:
		r->counts.before++;
		break;
	case SIDE_AFTER:
		r->counts.after++;
		break;
	case SIDE_INSIDE:
		add_item(r, batch, file);
		break;
	}
}

/* The next files of the list.  The first batches are small, so that soon every
 * thread has one. */
static void
fill(struct run *r, struct verify_batch *batch)
{
	size_t most = r->used + FIRST_BATCH;
	wa_error err = WA_ERROR_INIT;
	wa_wal_file file;
	int rc;

	batch->count = 0;
	if (most > VERIFY_BATCH)
		most = VERIFY_BATCH;
	while (batch->count < most && !r->listed) {
		rc = wa_wal_files_next(&file, r->files, &err);
		if (rc > 0)
			take_file(r, batch, &file);
		else if (rc < 0)
			verify_blame(r->v, "", 0, &err);
		else
			r->listed = 1;
	}
}

/* Give the threads all they have room for. */
static void
hand_out(struct run *r)
{
	size_t room = pool_room(r->pool);

	while (!r->listed && process_signal() == 0 &&
	    pool_peek(r->pool, room - 1) == NULL) {
		struct verify_batch *batch = &r->batches[r->used % room];

		fill(r, batch);
		if (batch->count > 0) {
			r->used++;
			(void)pool_put(r->pool, batch);
		}
	}
}

static void
end_range(struct run *r)
{
	if (r->range.last != 0)
		r->v->print->verified(&r->range);
	r->range.last = 0;
}

static void
add_to_range(struct run *r, const struct verify_item *item)
{
	if (r->range.last == 0 || r->range.timeline != item->timeline ||
	    r->range.last + 1 != item->number) {
		end_range(r);
		r->range.timeline = item->timeline;
		r->range.first = item->number;
	}
	r->range.last = item->number;
}

static void
count(struct run *r, const struct verify_item *item)
{
	struct verify_counts *c = &r->counts;
	int is_segment = item->kind == WA_SEGMENT;

	c->segments += (uint64_t)is_segment;
	c->others += (uint64_t)!is_segment;
	c->bytes += item->size;
	c->stored += item->stored;
	if (is_segment)
		add_to_range(r, item);
	if (item->kind == WA_HISTORY || item->kind == WA_BACKUP ||
	    item->kind == WA_DROPPED)
		return;
	c->unwalked += item->walked != WA_WALKED;
	c->cut += (uint64_t)item->cut;
	if (!is_segment)
		return;
	c->records += item->records;
	c->commits += item->commits;
	c->aborts += item->aborts;
}

/* A damaged one is what its name says; the sound one must be there. */
static void
judge_damaged(struct verify_item *item)
{
	if (item->rc == WA_ECORRUPT && item->damage != 0 && item->beside)
		item->rc = 0;
	if (item->rc != 0 || item->beside)
		return;
	item->rc = item->err.code = WA_ECORRUPT;
	(void)snprintf(item->err.text, sizeof(item->err.text),
	    "\"%s\" had damaged records when it was pushed, and no sound one "
	    "is stored",
	    item->name);
	item->err.hint[0] = '\0';
}

static void
judge(struct run *r, struct verify_item *item)
{
	r->v->read += item->kind != WA_HISTORY;
	if (item->kind == WA_DAMAGED)
		judge_damaged(item);
	if (item->rc == WA_ENOENT) {
		(void)snprintf(item->err.text, sizeof(item->err.text),
		    "it is gone since it was listed");
		item->err.hint[0] = '\0';
	}
	if (item->rc == 0)
		count(r, item);
	else
		verify_blame(r->v, item->name, item->damage, &item->err);
	if (item->begins.kind == WA_EVENT_TIMELINE &&
	    verify_begins_add(&r->begins, &item->begins) < 0)
		r->v->errors++;
}

static void
take_back(struct run *r, struct verify_batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count && !r->interrupted; i++) {
		(void)strcpy(r->v->state.place.name, batch->items[i].name);
		if (batch->items[i].rc == WA_EINTERRUPTED)
			r->interrupted = 1;
		else
			judge(r, &batch->items[i]);
	}
}

/* All before the next batch is verified: a run that is killed goes on there. */
static int
save(struct run *r, wa_error *err)
{
	const struct verify_batch *next = pool_peek(r->pool, 0);
	struct verify_state *state = &r->v->state;
	uint64_t before = state->errors;
	int rc;

	if (r->interrupted || next == NULL)
		return 0;
	(void)strcpy(state->place.name, next->items[0].name);
	state->errors += r->v->errors;
	rc = verify_state_write(state, 0, err);
	state->errors = before;
	return rc;
}

static int
read_files(struct run *r, wa_error *err)
{
	struct verify_batch *batch;
	int rc = 0;

	hand_out(r);
	while (rc == 0 && !r->interrupted && pool_peek(r->pool, 0) != NULL) {
		batch = pool_take(r->pool, REDRAW_MS);
		progress_show(atomic_load(&r->v->shared.read));
		if (batch == NULL)
			continue;
		take_back(r, batch);
		hand_out(r);
		rc = save(r, err);
	}
	end_range(r);
	if (!r->listed)
		r->interrupted = 1;
	return rc;
}

/* Some of the missing may be there by now. */
static int
read_holes(struct run *r, uint8_t **has_wal, wa_wal_list *list, wa_error *err)
{
	wa_wal_range range;
	const wa_timeline *timelines;
	size_t n, i;
	int rc;

	timelines = wa_wal_list_timelines(list, &n);
	*has_wal = calloc(n + 1, 1);
	while ((rc = wa_wal_list_next(&range, list, err)) > 0) {
		for (i = 0; i < n && *has_wal != NULL; i++)
			if (timelines[i].timeline == range.timeline)
				(*has_wal)[i] |= !range.missing;
		if (!range.missing ||
		    !verify_touches(
			&r->v->select, &range, r->system->segment_size))
			continue;
		r->v->print->missing(&range);
		r->v->errors++;
		r->counts.missing += range.last - range.first + 1;
	}
	return rc;
}

/* What is missing between the files, and whether their timelines agree. */
static void
compare_list(struct run *r)
{
	wa_error err = WA_ERROR_INIT;
	const wa_timeline *timelines;
	wa_wal_list *list = NULL;
	uint8_t *has_wal = NULL;
	size_t n;
	int rc;

	rc = wa_wal_list_open(&list, r->repo, r->system->system_id, &err);
	if (rc == 0)
		rc = read_holes(r, &has_wal, list, &err);
	if (rc < 0) {
		(void)strcpy(err.hint,
		    "Until this is mended, nothing is known of missing "
		    "segments and of timelines.");
		verify_blame(r->v, "", 0, &err);
	} else if (has_wal != NULL) {
		timelines = wa_wal_list_timelines(list, &n);
		verify_timelines(r->v, &r->begins, timelines, n, has_wal);
	}
	free(has_wal);
	wa_wal_list_close(list);
}

/* The threads ask who is whose parent.  Histories that cannot be read are
 * told of when they are verified. */
static void
learn_timelines(struct run *r)
{
	struct verify_shared *shared = &r->v->shared;
	const wa_timeline *timelines;
	wa_wal_list *list = NULL;
	size_t n;

	shared->timelines = NULL;
	shared->timeline_count = 0;
	if (wa_wal_list_open(&list, r->repo, r->system->system_id, NULL) < 0)
		return;
	timelines = wa_wal_list_timelines(list, &n);
	shared->timelines = calloc(n + 1, sizeof(*timelines));
	if (shared->timelines != NULL && n > 0) {
		memcpy(shared->timelines, timelines, n * sizeof(*timelines));
		shared->timeline_count = n;
	}
	wa_wal_list_close(list);
}

/* How much there is to read; only for whoever looks on. */
static void
begin_progress(struct run *r)
{
	wa_wal_files *files = NULL;
	uint64_t total = 0;
	wa_wal_file file;

	if (!progress_wanted() ||
	    wa_wal_files_open(&files, r->repo, r->system->system_id, NULL) < 0)
		return;
	while (wa_wal_files_next(&file, files, NULL) > 0)
		if (file.kind != WA_NOT_WAL &&
		    verify_side_of(&r->v->select, r->repo, r->system,
			r->v->stanza, &file) == SIDE_INSIDE)
			total += file.stored;
	wa_wal_files_close(files);
	progress_begin(total);
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
		rc = verify_worker_open(
		    &r->workers[i], &r->v->shared, r->v->config, err);
		r->opened = i + 1;
	}
	if (rc == 0)
		r->pool = pool_open(workers, n, verify_work);
	if (rc == 0 && r->pool == NULL) {
		(void)snprintf(err->text, sizeof(err->text),
		    "could not start %zu threads: %s", n, strerror(errno));
		rc = err->code = WA_ETRYAGAIN;
	}
	free(workers);
	if (rc < 0)
		return rc;
	r->batches = calloc(pool_room(r->pool), sizeof(*r->batches));
	return r->batches == NULL ? out_of_memory(err) : 0;
}

static void
release(struct run *r)
{
	size_t i;

	pool_close(r->pool);
	for (i = 0; i < r->opened; i++)
		verify_worker_close(&r->workers[i]);
	free(r->workers);
	free(r->batches);
	free(r->begins.events);
	free(r->v->shared.timelines);
	r->v->shared.timelines = NULL;
	wa_wal_files_close(r->files);
}

int
verify_system(
    struct verify *v, wa_repo *repo, const wa_system *system, wa_error *err)
{
	struct run r = { .v = v, .repo = repo, .system = system };
	int rc;

	r.errors_before = v->errors;
	v->shared.system_id = system->system_id;
	v->shared.segment_size = system->segment_size;
	atomic_store(&v->shared.read, 0);
	v->print->system(system);
	learn_timelines(&r);
	begin_progress(&r);
	rc = wa_wal_files_open(&r.files, repo, system->system_id, err);
	if (rc == 0)
		rc = start_threads(&r, err);
	if (rc == 0)
		rc = read_files(&r, err);
	if (rc == 0 && !r.interrupted)
		compare_list(&r);
	if (rc < 0)
		verify_blame(v, "", 0, err);
	r.counts.errors = v->errors - r.errors_before;
	v->skipped += r.counts.before + r.counts.after;
	v->print->system_end(&r.counts);
	release(&r);
	return r.interrupted;
}
