/* check_dropped.c - is there a backup since WAL was dropped? */
#include "config.h"

#include "check_dropped.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_backup.h"
#include "dropped.h"
#include "message.h"

#define FAILED 1

/* The label of a full set ends in F and names no prior; another base backup is
 * a whole one. */
static int
is_full(const wa_backup *b)
{
	size_t n = strlen(b->set);

	return n == 0 || (b->set[n - 1] == 'F' && strchr(b->set, '_') == NULL);
}

/* Does recovery from it never come to the gap? */
static int
is_behind(const wa_backup *b, const wa_wal_range *gap, uint32_t segment_size)
{
	if (b->timeline != gap->timeline)
		return b->timeline > gap->timeline;
	return b->redo / segment_size > gap->last;
}

static int
has_backup(const wa_backup *backups, size_t count, const wa_wal_range *gap,
    uint32_t segment_size)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (is_full(&backups[i]) &&
		    is_behind(&backups[i], gap, segment_size))
			return 1;
	return 0;
}

static void
tell(const wa_wal_range *gap, uint32_t segment_size)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];

	wa_segment_format(first, gap->timeline, gap->first, segment_size);
	wa_segment_format(last, gap->timeline, gap->last, segment_size);
	if (gap->first == gap->last)
		say(LEVEL_ERROR,
		    "WAL file \"%s\" was dropped, and there is no full backup "
		    "since",
		    first);
	else
		say(LEVEL_ERROR,
		    "%" PRIu64 " WAL files, \"%s\" to \"%s\", were dropped, "
		    "and there is no full backup since",
		    gap->last - gap->first + 1, first, last);
}

/* The open ones among count gaps are told of; how many there are. */
static size_t
tell_open(const wa_wal_range *gaps, size_t count, wa_repo *repo,
    const wa_system *system, wa_error *err, int *rc)
{
	wa_backup *backups = NULL;
	size_t n = 0, open = 0, i;

	if (count > 0)
		*rc =
		    wa_backup_list(&backups, &n, repo, system->system_id, err);
	for (i = 0; *rc == 0 && i < count; i++)
		if (!has_backup(backups, n, &gaps[i], system->segment_size)) {
			tell(&gaps[i], system->segment_size);
			open++;
		}
	wa_free(backups);
	return open;
}

static int
find_system(wa_system *out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count = 0, i;
	int rc = wa_stanza_systems(&systems, &count, repo, err);

	for (i = 0; rc == 0 && i < count; i++)
		if (systems[i].system_id == system_id)
			*out = systems[i];
	wa_free(systems);
	return rc;
}

int
check_dropped(wa_repo *repo, uint64_t system_id)
{
	wa_error err = WA_ERROR_INIT;
	wa_system system = { .segment_size = 1 };
	wa_wal_range *gaps = NULL;
	size_t count = 0, open = 0;
	int rc = find_system(&system, repo, system_id, &err);

	if (rc == 0)
		rc = dropped_read(&gaps, &count, repo, &system, &err);
	if (rc == 0)
		open = tell_open(gaps, count, repo, &system, &err, &rc);
	free(gaps);
	if (rc < 0)
		say_error(LEVEL_ERROR, &err);
	else if (open > 0)
		hint(
		    "Nothing that was committed since can be recovered. Take a "
		    "full backup: walarch-backup --type=full.");
	else if (count > 0)
		check_ok(
		    "gaps", "there is a full backup since WAL was dropped");
	return rc < 0 || open > 0 ? FAILED : 0;
}
