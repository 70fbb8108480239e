/* wal_origin.c - pages of ancestors, held against the timeline's history. */
#include "config.h"

#include "repo/wal_origin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/sys.h"
#include "pg/history.h"
#include "repo/wal_object.h"

static int
check_page(const struct wa_segment *s, const wa_history *h, uint32_t timeline,
    uint64_t lsn, wa_error *err)
{
	char text[WA_LSN_SIZE];
	uint32_t right = wa_history_at(h, lsn);

	if (right == timeline)
		return 0;
	wa_lsn_format(text, lsn);
	return wa_error_set(err, WA_ECORRUPT,
	    "page at %s of \"%s\" is of timeline %u, but by the history of "
	    "timeline %u timeline %u was there",
	    text, s->text, timeline, s->name.timeline, right);
}

static int
check_runs(const struct wa_segment *s, const wa_history *h, wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < s->run_count && rc == 0; i++) {
		const struct wa_segment_run *run = &s->runs[i];

		rc = check_page(s, h, run->timeline, run->first, err);
		if (rc == 0)
			rc = check_page(s, h, run->timeline, run->last, err);
	}
	return rc;
}

/* The history file in the folder of path; WA_ENOENT when there is none. */
static int
read_beside(
    char **out, size_t *size, const char *path, const char *name, wa_error *err)
{
	const char *slash = strrchr(path, '/');
	char beside[4096];
	int fd, rc;

	(void)snprintf(beside, sizeof(beside), "%.*s%s",
	    slash == NULL ? 0 : (int)(slash - path + 1), path, name);
	fd = wa_sys_openat(AT_FDCWD, beside, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0)
		return errno == ENOENT ? WA_ENOENT :
					 wa_error_system(err, errno,
					     "could not open \"%s\"", beside);
	rc = wa_file_read_all(out, size, fd, WA_TEXT_MAX, err);
	(void)wa_sys_close(fd);
	return rc;
}

int
wa_wal_check_origin(wa_repo *repo, const struct wa_segment *segment,
    const char *path, wa_error *err)
{
	wa_history *history = NULL;
	char name[WA_NAME_MAX], *text = NULL;
	size_t size;
	int rc;

	if (segment->runs[0].timeline == segment->name.timeline)
		return 0;
	(void)snprintf(
	    name, sizeof(name), "%08X.history", segment->name.timeline);
	rc = wa_wal_object_text(
	    &text, &size, repo, segment->system_id, name, err);
	if (rc == WA_ENOENT)
		rc = read_beside(&text, &size, path, name, err);
	if (rc == WA_ENOENT)
		return 0;
	if (rc == 0)
		rc = wa_history_parse(
		    &history, segment->name.timeline, text, size, err);
	if (rc == 0)
		rc = check_runs(segment, history, err);
	wa_history_free(history);
	wa_sys_free(text);
	return rc;
}
