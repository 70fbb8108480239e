/* window.c - what can be recovered to, and what bounds it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "repo/moment.h"

struct windows {
	struct wa_archive *archive;
	wa_backup *backups;
	size_t backup_count;
	wa_window *list;
	size_t count;
};

static int
add_window(struct windows *w, const struct wa_path *path,
    const wa_backup *backup, const struct wa_stretch *stretch, wa_error *err)
{
	wa_window *more, *out;
	int rc;

	more = wa_sys_realloc(w->list, (w->count + 1) * sizeof(*more));
	if (more == NULL)
		return wa_error_memory(err);
	w->list = more;
	out = &more[w->count];
	memset(out, 0, sizeof(*out));
	out->timeline = path->timeline;
	out->bound = (int32_t)stretch->bound;
	out->from = wa_path_begin(path) > backup->stop ? wa_path_begin(path) :
							 backup->stop;
	out->to = stretch->end > out->from ? stretch->end : out->from;
	(void)snprintf(out->backup, sizeof(out->backup), "%s", backup->name);
	(void)snprintf(out->first_missing, sizeof(out->first_missing), "%s",
	    stretch->missing);
	rc = wa_moment_first(
	    &out->from_time, path, stretch, backup, out->from, err);
	if (rc == 0)
		rc = wa_moment_before(
		    &out->to_time, path, stretch, stretch->end, err);
	if (rc == 0)
		w->count++;
	return rc;
}

/* An older backup's window reaches to the same end: there is nothing new. */
static int
covered(const struct windows *w, uint32_t timeline, uint64_t end)
{
	return w->count > 0 && w->list[w->count - 1].timeline == timeline &&
	    w->list[w->count - 1].to == end;
}

static int
add_timeline(struct windows *w, uint32_t timeline, wa_error *err)
{
	struct wa_stretch stretch;
	struct wa_path path;
	size_t i;
	int rc = wa_path_to(&path, w->archive, timeline, err);

	if (rc == WA_ENOENT)
		return 0;
	for (i = 0; i < w->backup_count && rc == 0; i++) {
		const wa_backup *b = &w->backups[i];

		if (!wa_path_admits(&path, b) ||
		    wa_path_histories(&path, b) != 0)
			continue;
		rc = wa_path_reach(&stretch, &path, b->redo, err);
		if (rc == 0 && wa_path_completes(&path, &stretch, b) &&
		    stretch.end > wa_path_begin(&path) &&
		    !covered(w, timeline, stretch.end))
			rc = add_window(w, &path, b, &stretch, err);
	}
	return rc;
}

int
wa_recovery_list(wa_backup **backups, size_t *backup_count, wa_window **windows,
    size_t *window_count, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	struct windows w = { 0 };
	const wa_timeline *timelines;
	size_t n = 0, i;
	int rc;

	rc = wa_archive_open(&w.archive, repo, system_id, err);
	if (rc == 0)
		rc = wa_archive_backups(
		    &w.backups, &w.backup_count, w.archive, err);
	timelines = rc < 0 ? NULL : wa_wal_list_timelines(w.archive->list, &n);
	for (i = 0; i < n && rc == 0; i++)
		rc = add_timeline(&w, timelines[i].timeline, err);
	wa_archive_close(w.archive);
	if (rc < 0) {
		wa_sys_free(w.backups);
		wa_sys_free(w.list);
		return rc;
	}
	*backups = w.backups;
	*backup_count = w.backup_count;
	*windows = w.list;
	*window_count = w.count;
	return 0;
}

int
wa_window_list(wa_window **out, size_t *count, wa_repo *repo,
    uint64_t system_id, wa_error *err)
{
	wa_backup *backups = NULL;
	size_t backup_count;
	int rc = wa_recovery_list(
	    &backups, &backup_count, out, count, repo, system_id, err);

	if (rc == 0)
		wa_free(backups);
	return rc;
}
