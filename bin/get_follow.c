/*
 * get_follow.c - keep ahead of recovery.
 *
 * One thread decides, get_fetch() does.  A segment was taken when its data is
 * gone, and the window then begins behind it; get.next moves it elsewhere.
 * After an absence or an error no more are begun until get.next is written
 * again: walarch-get was there by then, and has had its own answer.
 */
#include "config.h"

#include "get_follow.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "errors.h"
#include "failure.h"
#include "get_crew.h"
#include "get_next.h"
#include "get_slots.h"
#include "get_tidy.h"
#include "get_window.h"
#include "message.h"
#include "process.h"
#include "runner.h"

#define PATIENCE INT64_C(60000000) /* microseconds in which nothing happens */

struct follow {
	const struct spool *spool;
	const wa_config *config;
	struct get_watch watch;
	struct get_crew crew;
	struct get_slots slots;
	struct get_pace pace;
	struct get_next next;
	uint32_t segment_size;
	int64_t moved;  /* when the window did, onward; or 0 */
	int64_t active; /* when anything happened */
	int stopped;    /* begin no more for now */
	int leave;
	int failed; /* get.error is ours */
	int lock;
	struct runner_state state;
};

static int
is_wanted(const void *arg, const char *name)
{
	const struct follow *f = arg;
	uint32_t timeline;
	uint64_t number;

	return wa_segment_parse(&timeline, &number, name, f->segment_size) ==
	    0 &&
	    get_slots_has(&f->slots, timeline, number);
}

static void
keep_failure(struct follow *f, const wa_error *err)
{
	if (err->code == WA_ENOENT || err->code == WA_EINTERRUPTED)
		return;
	f->failed = 1;
	failure_keep(f->spool, err);
}

static void
tell(struct follow *f, const struct get_task *task)
{
	runner_did(f->lock, &f->state, task->name, task->bytes);
	get_pace_fetch(&f->pace, task->took);
	/* What was begun before the failure does not contradict it. */
	if (f->failed && !task->unwanted) {
		failure_forget(f->spool);
		f->failed = 0;
	}
}

static int
is_disk_full(const wa_error *err)
{
	return err->detail == ENOSPC || err->detail == EDQUOT;
}

/* The absence or the error of what nobody wants any more says nothing. */
static void
stop(struct follow *f, const struct get_task *task)
{
	if (task->unwanted && !is_disk_full(&task->err))
		return;
	f->stopped = 1;
	/* First of all it is the server that needs room. */
	if (is_disk_full(&task->err)) {
		f->leave = 1;
		get_tidy(f->spool, NULL, NULL);
	}
	get_crew_drop(&f->crew, NULL, NULL);
	keep_failure(f, &task->err);
}

static void
settle(struct follow *f, struct get_task *task)
{
	enum get_slot state = GET_SLOT_EMPTY;

	if (task->result == GET_THERE)
		state = GET_SLOT_THERE;
	else if (task->result == GET_HELD)
		state = GET_SLOT_HELD;
	if (task->timeline == f->slots.timeline &&
	    get_slots_get(&f->slots, task->number) != GET_SLOT_THERE)
		get_slots_set(&f->slots, task->number, state);
	if (task->result == GET_FAILED)
		stop(f, task);
	if (task->result == GET_THERE && task->took > 0)
		tell(f, task);
	if (task->result == GET_THERE && !is_wanted(f, task->name))
		get_tidy(f->spool, is_wanted, f);
}

/* So much for one segment, when the way from the last one was a straight one. */
static void
measure(struct follow *f, uint64_t segments)
{
	int64_t now = get_now();

	if (f->moved != 0 && segments > 0)
		get_pace_replay(&f->pace, (now - f->moved) / (int64_t)segments);
	f->moved = now;
}

static void
go_to_next(struct follow *f)
{
	uint32_t timeline;
	uint64_t number;

	if (wa_segment_parse(
		&timeline, &number, f->next.name, f->segment_size) < 0)
		return;
	if (get_slots_has(&f->slots, timeline, number))
		measure(f, number - f->slots.begin);
	else
		f->moved = 0;
	get_slots_move(&f->slots, timeline, number);
	get_crew_drop(&f->crew, is_wanted, f);
	get_tidy(f->spool, is_wanted, f);
	f->stopped = 0;
}

static int
was_taken(const struct follow *f, uint64_t number)
{
	char name[WA_SEGMENT_NAME_SIZE], data[GET_DATA_SIZE];
	struct stat st;

	if (get_slots_get(&f->slots, number) != GET_SLOT_THERE)
		return 0;
	wa_segment_format(name, f->slots.timeline, number, f->segment_size);
	get_data_name(data, name);
	return fstatat(f->spool->files, data, &st, AT_SYMLINK_NOFOLLOW) < 0 &&
	    errno == ENOENT;
}

static void
go_behind_taken(struct follow *f)
{
	uint64_t begin = f->slots.begin, i, behind = 0;

	for (i = 0; i < f->slots.most; i++)
		if (was_taken(f, begin + i))
			behind = i + 1;
	if (behind == 0)
		return;
	measure(f, behind);
	get_slots_move(&f->slots, f->slots.timeline, begin + behind);
	if (behind > 1)
		get_tidy(f->spool, is_wanted, f);
	f->active = get_now();
}

static void
look(struct follow *f)
{
	struct get_task *task;

	while ((task = get_crew_take(&f->crew)) != NULL) {
		settle(f, task);
		f->active = get_now();
	}
	if (get_next_read(&f->next, f->spool)) {
		f->leave |= !spool_is_unchanged(f->spool, f->config);
		go_to_next(f);
		f->active = get_now();
	}
	go_behind_taken(f);
}

static uint64_t
room_for(const struct follow *f)
{
	struct statvfs fs;

	if (fstatvfs(f->spool->files, &fs) < 0)
		return 0;
	return get_window_room(
	    (uint64_t)fs.f_bavail * fs.f_frsize, f->segment_size);
}

static void
complain_of_room(struct follow *f)
{
	wa_error err = WA_ERROR_INIT;

	(void)error_set(&err, WA_ESYSTEM,
	    "there is no room to fetch ahead in \"%s\"", f->spool->path);
	error_hint(&err, "64 MiB of its file system stay free.");
	keep_failure(f, &err);
	f->stopped = 1;
}

/* Nothing on its way, nothing to be taken. */
static int
is_idle(const struct follow *f)
{
	return get_crew_busy(&f->crew) == 0 &&
	    get_slots_count(&f->slots, GET_SLOT_THERE) == 0;
}

/* Those on their way take room, too, and also those nobody wants any more. */
static void
put(struct follow *f)
{
	uint64_t size = get_window_size(
	    &f->pace, get_crew_threads(&f->crew), f->slots.most);
	uint64_t room = room_for(f), busy = get_crew_busy(&f->crew);
	uint64_t i, n, strays;

	strays = busy - get_slots_count(&f->slots, GET_SLOT_ASKED);
	for (i = 0; i < size && i + strays < f->slots.most; i++) {
		n = f->slots.begin + i;
		if (get_slots_get(&f->slots, n) != GET_SLOT_EMPTY)
			continue;
		if (busy >= room) {
			if (is_idle(f))
				complain_of_room(f);
			return;
		}
		if (get_crew_put(
			&f->crew, f->slots.timeline, n, f->segment_size) < 0)
			return;
		get_slots_set(&f->slots, n, GET_SLOT_ASKED);
		busy++;
	}
}

/* What is on its way ends some time; only then patience begins. */
static int
time_left(const struct follow *f)
{
	int64_t left = f->active + PATIENCE - get_now();

	if (get_crew_busy(&f->crew) > 0)
		return -1;
	return left < 0 ? 0 : (int)(left / 1000) + 1;
}

static void
follow(struct follow *f)
{
	enum get_event event = GET_LOOK;

	f->stopped = 1;
	while (event == GET_LOOK) {
		look(f);
		if (!f->stopped && !f->leave)
			put(f);
		/* Whoever needs more starts another one. */
		if (f->leave || is_idle(f) || process_signal() != 0)
			break;
		event = get_watch_wait(&f->watch, time_left(f));
	}
}

static int
begin(struct follow *f, wa_error *err)
{
	wa_cluster cluster;
	int rc = wa_cluster_read(&cluster, ".", err);

	if (rc < 0)
		return rc;
	f->segment_size = cluster.segment_size;
	if (get_slots_open(&f->slots,
		get_window_most(
		    wa_config_number(f->config, "archive-get-queue-max"),
		    f->segment_size)) < 0)
		return out_of_memory(err);
	if (get_watch_open(&f->watch, f->spool) < 0)
		return error_system(
		    err, "could not watch \"%s\"", f->spool->path);
	return get_crew_open(&f->crew, f->spool, f->config, &f->watch, err);
}

int
get_follow(const struct spool *spool, const wa_config *config, int lock)
{
	struct follow f = { .spool = spool, .config = config, .lock = lock };
	wa_error err = WA_ERROR_INIT;
	int rc;

	f.watch.threads = f.watch.inotify = -1;
	f.active = get_now();
	rc = begin(&f, &err);
	if (rc == 0) {
		runner_tell(lock, &f.state);
		follow(&f);
	} else {
		keep_failure(&f, &err);
	}
	get_crew_close(&f.crew);
	get_tidy(spool, NULL, NULL);
	get_watch_close(&f.watch);
	get_slots_close(&f.slots);
	return rc;
}
