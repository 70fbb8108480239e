/* target_check.c - can a recovery target be reached?  As PostgreSQL decides
 * (access/transam/xlogrecovery.c: recoveryStopsBefore, recoveryStopsAfter). */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "repo/moment.h"

#define ALL_EVENTS (~0u)

struct check {
	struct wa_archive *archive;
	const wa_backup *backups;
	size_t backup_count;
	const wa_target *target;
	wa_answer *answer;
	int weight; /* of the reason that the answer has */
};

/* What a reason weighs: a backup that is of no use here, one that is too late,
 * one whose WAL was looked through, and one whose WAL has a hole, in which the
 * target may have been. */
enum weight { UNFIT = 1, TOO_LATE, LOOKED, BROKEN };

/* One backup's way to the target. */
struct attempt {
	struct check *check;
	const wa_backup *backup;
	struct wa_path path;
	struct wa_stretch stretch;
	wa_event stop; /* kind 0: not found */
	int after;     /* it is replayed, too */
	int blind;     /* there were records that cannot be read */
};

static void say_no(struct check *c, enum weight weight, enum wa_bound bound,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Of reasons that weigh the same that of the newest backup counts, which is
 * tried first; of backups that are too late the oldest one's. */
static void
say_no(struct check *c, enum weight weight, enum wa_bound bound,
    const char *format, ...)
{
	va_list args;

	if ((int)weight < c->weight ||
	    ((int)weight == c->weight && weight != TOO_LATE))
		return;
	c->weight = (int)weight;
	c->answer->bound = (int32_t)bound;
	va_start(args, format);
	(void)vsnprintf(
	    c->answer->reason, sizeof(c->answer->reason), format, args);
	va_end(args);
}

/* PostgreSQL counts up from where the backup is, while there are histories
 * (findNewestTimeLine). */
static uint32_t
latest_from(const struct wa_archive *archive, uint32_t timeline)
{
	while (wa_timelines_find(archive->histories, timeline + 1) != NULL)
		timeline++;
	return timeline;
}

static uint32_t
timeline_for(const struct check *c, const wa_backup *backup)
{
	switch (c->target->timeline) {
	case WA_TIMELINE_LATEST:
		return latest_from(c->archive, backup->timeline);
	case WA_TIMELINE_CURRENT:
		return backup->timeline;
	default:
		return c->target->timeline;
	}
}

static int
is_end_of_transaction(const wa_event *e)
{
	return e->kind == WA_EVENT_COMMIT || e->kind == WA_EVENT_ABORT ||
	    e->kind == WA_EVENT_DROP;
}

/* Does recovery stop at this record?  *after: behind it. */
static int
stops(const wa_target *t, const wa_event *e, int *after)
{
	*after = !t->exclusive;
	switch (t->type) {
	case WA_TARGET_TIME:
		*after = 0;
		return is_end_of_transaction(e) &&
		    (t->exclusive ? e->time >= t->time : e->time > t->time);
	case WA_TARGET_XID:
		return is_end_of_transaction(e) && e->xid == t->xid;
	case WA_TARGET_LSN:
		return e->kind != WA_EVENT_DAMAGE && e->lsn >= t->lsn;
	case WA_TARGET_NAME:
		*after = 1;
		return e->kind == WA_EVENT_RESTORE_POINT &&
		    strcmp(e->name, t->name) == 0;
	default:
		return 0;
	}
}

static int
look(void *arg, const wa_event *event)
{
	struct attempt *a = arg;

	if (event->lsn < a->backup->redo ||
	    !stops(a->check->target, event, &a->after))
		return 0;
	if (event->end <= a->stretch.end)
		a->stop = *event;
	return 1;
}

/* Times in a segment are told by its label, but for records that are not
 * counted there. */
static int
may_hold_time(const wa_target *t, const wa_wal_records *r)
{
	int64_t last = r->last_commit;

	if (last == WA_NO_TIME || r->last_abort > last)
		last = r->last_abort;
	return last != WA_NO_TIME &&
	    (t->exclusive ? last >= t->time : last > t->time);
}

static int
may_hold_name(const wa_target *t, const wa_wal_records *r)
{
	uint32_t i;

	if ((r->more & WA_EVENT_BIT(WA_EVENT_RESTORE_POINT)) != 0)
		return 1;
	for (i = 0; i < r->event_count; i++)
		if (r->events[i].kind == WA_EVENT_RESTORE_POINT &&
		    strcmp(r->events[i].name, t->name) == 0)
			return 1;
	return 0;
}

/* Is it worth while to walk over the segment? */
static int
may_hold(const wa_target *t, const wa_wal_records *r)
{
	if (r->walked != WA_WALKED)
		return 0;
	if (r->cut)
		return 1;
	switch (t->type) {
	case WA_TARGET_TIME:
		return may_hold_time(t, r);
	case WA_TARGET_XID:
		return r->last_xid != 0 && t->xid >= r->first_xid &&
		    t->xid <= r->last_xid;
	case WA_TARGET_LSN:
		return r->end > t->lsn;
	default:
		return may_hold_name(t, r);
	}
}

static int
search_segment(
    struct attempt *a, uint64_t number, wa_wal_records *records, wa_error *err)
{
	const struct wa_archive *archive = a->check->archive;
	char name[WA_NAME_MAX];
	int rc;

	wa_path_file(name, &a->path, &a->stretch, number);
	rc = wa_archive_records(records, archive, name, err);
	if (rc == 0 && records->walked != WA_WALKED)
		a->blind = 1;
	if (rc < 0 || !may_hold(a->check->target, records))
		return rc;
	return wa_wal_scan(records, archive->repo, archive->system.system_id,
	    name, ALL_EVENTS, look, a, err);
}

/* The first record on the way at which recovery stops. */
static int
search(struct attempt *a, wa_error *err)
{
	const wa_target *t = a->check->target;
	uint64_t n = a->stretch.first;
	wa_wal_records *records;
	int rc = 0;

	if (t->type == WA_TARGET_LSN &&
	    t->lsn / a->check->archive->system.segment_size > n)
		n = t->lsn / a->check->archive->system.segment_size;
	records = wa_sys_malloc(sizeof(*records));
	if (records == NULL)
		return wa_error_memory(err);
	for (; rc == 0 && a->stop.kind == 0 && n <= a->stretch.last; n++)
		rc = search_segment(a, n, records, err);
	wa_sys_free(records);
	return rc;
}

/* What is at the end of the way, in words. */
static const char *
ending(const struct attempt *a, char *buf, size_t size)
{
	static const char *const words[] = {
		[WA_BOUND_END] = "the archive ends before \"%s\"",
		[WA_BOUND_HOLE] = "\"%s\" is missing",
		[WA_BOUND_DAMAGE] = "\"%s\" is damaged",
		[WA_BOUND_DROPPED] = "\"%s\" was dropped before it was stored",
	};
	const char *format = words[a->stretch.bound];
	const char *hole = strstr(format, "%s");

	(void)snprintf(buf, size, "%.*s%s%s", (int)(hole - format), format,
	    a->stretch.missing, hole + 2);
	return buf;
}

/* PostgreSQL 15 and later read ahead of replay: wal_decode_buffer_size, which
 * is 512 kB unless set, and over however many segments hold that. */
#define READ_AHEAD (UINT64_C(4) << 20)
#define SEGMENTS_AHEAD 256

/* Would they come to what is missing while they replay up to here? */
static int
find_risk(int32_t *risky, const struct attempt *a, uint64_t lsn, wa_error *err)
{
	const struct wa_archive *archive = a->check->archive;
	uint32_t size = archive->system.segment_size;
	uint64_t first = lsn / size, n, end, ahead = 0;
	wa_wal_records records;
	char name[WA_NAME_MAX];
	int rc;

	*risky = a->stretch.bound != WA_BOUND_END;
	for (n = first;
	     *risky && n <= a->stretch.last && n < first + SEGMENTS_AHEAD;
	     n++) {
		wa_path_file(name, &a->path, &a->stretch, n);
		rc = wa_archive_records(&records, archive, name, err);
		if (rc < 0)
			return rc;
		end = (n + 1) * size;
		if (records.open == 0 && records.end != 0)
			end = records.end;
		if (end > lsn)
			ahead += end - lsn;
		lsn = (n + 1) * size;
		*risky = ahead <= READ_AHEAD;
	}
	return 0;
}

static int
yes(struct attempt *a, uint64_t lsn, wa_error *err)
{
	wa_answer *out = a->check->answer;
	int rc = find_risk(&out->risky, a, lsn, err);

	if (rc < 0)
		return rc;
	out->reachable = 1;
	out->bound = WA_BOUND_END;
	out->timeline = a->path.timeline;
	out->stop = a->stop;
	out->stop_after = a->after;
	out->lsn = lsn;
	out->reason[0] = '\0';
	(void)snprintf(out->backup, sizeof(out->backup), "%s", a->backup->name);
	return 1;
}

static int
judge_end(struct attempt *a, wa_error *err)
{
	char why[160];

	if (a->stretch.bound == WA_BOUND_END)
		return yes(a, a->stretch.end, err);
	say_no(a->check, LOOKED, a->stretch.bound,
	    "recovery to the end would stop with an error, for %s",
	    ending(a, why, sizeof(why)));
	return 0;
}

/*
 * PostgreSQL would take any time before the backup for one right after it, and
 * give what the backup has: 1 when the time is none of those.
 */
static int
not_too_early(struct attempt *a, wa_error *err)
{
	const wa_target *t = a->check->target;
	char text[WA_TIME_SIZE];
	int64_t first;
	int rc;

	if (t->type != WA_TARGET_TIME)
		return 1;
	rc = wa_moment_first(
	    &first, &a->path, &a->stretch, a->backup, a->backup->stop, err);
	if (rc < 0)
		return rc;
	if (first == WA_NO_TIME || first < t->time ||
	    (first == t->time && !t->exclusive))
		return 1;
	wa_time_format(text, first);
	say_no(a->check, TOO_LATE, WA_BOUND_END,
	    "the base backup \"%s\" has what was committed until %s",
	    a->backup->name, text);
	return 0;
}

static int
judge_search(struct attempt *a, wa_error *err)
{
	char why[160], lsn[WA_LSN_SIZE], stop[WA_LSN_SIZE];
	uint64_t reached = a->after ? a->stop.end : a->stop.lsn;

	if (a->stop.kind == 0 && a->blind) {
		say_no(a->check, LOOKED, a->stretch.bound,
		    "that is not known, for the WAL cannot be read: it is "
		    "encrypted, perhaps, or was stored unseen");
		return 0;
	}
	if (a->stop.kind == 0) {
		say_no(a->check,
		    a->stretch.bound == WA_BOUND_END ? LOOKED : BROKEN,
		    a->stretch.bound,
		    "no such moment is in the WAL of timeline %u; %s",
		    a->path.timeline, ending(a, why, sizeof(why)));
		return 0;
	}
	if (reached >= a->backup->stop)
		return yes(a, reached, err);
	wa_lsn_format(lsn, a->stop.lsn);
	wa_lsn_format(stop, a->backup->stop);
	say_no(a->check, TOO_LATE, WA_BOUND_END,
	    "it is at %s, but the base backup \"%s\" is consistent from %s on",
	    lsn, a->backup->name, stop);
	return 0;
}

/* 1 when the target is reached from this backup, 0 when not. */
static int
try_way(struct attempt *a, wa_error *err)
{
	const wa_target *t = a->check->target;
	char why[160];
	int rc = wa_path_reach(&a->stretch, &a->path, a->backup->redo, err);

	if (rc < 0)
		return rc;
	if (!wa_path_completes(&a->path, &a->stretch, a->backup)) {
		say_no(a->check, UNFIT, a->stretch.bound,
		    "the base backup \"%s\" cannot become consistent, for %s",
		    a->backup->name, ending(a, why, sizeof(why)));
		return 0;
	}
	if (t->type == WA_TARGET_IMMEDIATE)
		return yes(a, a->backup->stop, err);
	if (t->type == WA_TARGET_DEFAULT)
		return judge_end(a, err);
	rc = not_too_early(a, err);
	if (rc > 0 && (rc = search(a, err)) == 0)
		rc = judge_search(a, err);
	return rc;
}

static int
try_backup(struct check *c, const wa_backup *backup, wa_error *err)
{
	uint32_t timeline = timeline_for(c, backup), missing;
	struct attempt a = { .check = c, .backup = backup };
	int rc = wa_path_to(&a.path, c->archive, timeline, err);

	if (rc == WA_ENOENT) {
		say_no(c, LOOKED, WA_BOUND_HISTORY,
		    "the history of timeline %u is not in the repository",
		    timeline);
		return 0;
	}
	if (!wa_path_admits(&a.path, backup)) {
		say_no(c, UNFIT, WA_BOUND_END,
		    "timeline %u left the WAL of the base backup \"%s\" before "
		    "that was complete",
		    timeline, backup->name);
		return 0;
	}
	missing = wa_path_histories(&a.path, backup);
	if (missing != 0) {
		say_no(c, LOOKED, WA_BOUND_HISTORY,
		    "the history of timeline %u is missing, which PostgreSQL "
		    "asks for to number its own timeline",
		    missing);
		return 0;
	}
	return try_way(&a, err);
}

/* Where does a window lie, seen from the target?  -1 before it, 1 after it; 0
 * where that cannot be told. */
static int
side(const wa_window *w, const wa_target *t)
{
	switch (t->type) {
	case WA_TARGET_TIME:
		if (w->from_time != WA_NO_TIME && w->from_time > t->time)
			return 1;
		return w->to_time != WA_NO_TIME && w->to_time <= t->time ? -1 :
									   0;
	case WA_TARGET_LSN:
		return w->from > t->lsn ? 1 : w->to <= t->lsn ? -1 : 0;
	default:
		return 0;
	}
}

/* The windows nearest to what cannot be reached. */
static int
find_nearest(struct check *c, wa_error *err)
{
	wa_answer *out = c->answer;
	wa_window *windows = NULL;
	size_t count = 0, i;
	int rc = wa_window_list(&windows, &count, c->archive->repo,
	    c->archive->system.system_id, err);

	for (i = 0; i < count && rc == 0; i++) {
		const wa_window *w = &windows[i];

		if (side(w, c->target) < 0 &&
		    (!out->has_before || w->to > out->before.to)) {
			out->has_before = 1;
			out->before = *w;
		}
		if (side(w, c->target) > 0 &&
		    (!out->has_after || w->from < out->after.from)) {
			out->has_after = 1;
			out->after = *w;
		}
	}
	wa_free(windows);
	return rc;
}

static int
run(struct check *c, wa_error *err)
{
	size_t i;
	int rc = 0;

	if (c->backup_count == 0)
		say_no(c, LOOKED, WA_BOUND_END,
		    "the archive knows of no base backup (pg_basebackup leaves "
		    "a .backup file there)");
	for (i = c->backup_count; i > 0 && rc == 0; i--)
		rc = try_backup(c, &c->backups[i - 1], err);
	if (rc == 0)
		rc = find_nearest(c, err);
	return rc < 0 ? rc : 0;
}

/* What is known of the base backup of a yes. */
static void
keep_base(struct check *c)
{
	size_t i;

	for (i = 0; i < c->backup_count; i++)
		if (strcmp(c->backups[i].name, c->answer->backup) == 0)
			c->answer->base = c->backups[i];
}

static int
check_target(wa_answer *out, wa_repo *repo, uint64_t system_id,
    const wa_target *target, const wa_backup *backups, size_t count,
    wa_error *err)
{
	wa_answer answer;
	wa_backup *own = NULL;
	struct check c = { .target = target, .answer = &answer };
	int rc;

	memset(&answer, 0, sizeof(answer));
	c.backups = backups;
	c.backup_count = count;
	rc = wa_archive_open(&c.archive, repo, system_id, err);
	if (rc == 0 && backups == NULL) {
		rc = wa_archive_backups(&own, &c.backup_count, c.archive, err);
		c.backups = own;
	}
	if (rc == 0)
		rc = run(&c, err);
	if (rc == 0) {
		keep_base(&c);
		*out = answer;
	}
	wa_sys_free(own);
	wa_archive_close(c.archive);
	return rc;
}

int
wa_target_check(wa_answer *out, wa_repo *repo, uint64_t system_id,
    const wa_target *target, wa_error *err)
{
	return check_target(out, repo, system_id, target, NULL, 0, err);
}

int
wa_target_check_from(wa_answer *out, wa_repo *repo, uint64_t system_id,
    const wa_target *target, const wa_backup *backups, size_t count,
    wa_error *err)
{
	static const wa_backup none;

	return check_target(out, repo, system_id, target,
	    backups == NULL ? &none : backups, count, err);
}
