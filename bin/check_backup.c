/* check_backup.c - is there a backup, and the WAL it needs? */
#include "config.h"

#include "check_backup.h"

#include <stdio.h>

#include "message.h"

#define FAILED 1

static int
failed(const wa_error *err)
{
	say_error(LEVEL_ERROR, err);
	return FAILED;
}

static const wa_set *
newest_of(const wa_set *sets, size_t count, uint64_t system_id)
{
	const wa_set *newest = NULL;
	size_t i;

	for (i = 0; i < count; i++)
		if (sets[i].system_id == system_id)
			newest = &sets[i];
	return newest;
}

/* From where replay begins to where it is consistent. */
static int
check_wal(wa_repo *repo, const wa_set *set)
{
	uint64_t number = set->redo / set->segment_size;
	uint64_t last = (set->stop - 1) / set->segment_size;
	char name[WA_SEGMENT_NAME_SIZE];
	wa_error err = WA_ERROR_INIT;
	wa_wal_facts facts;
	int rc;

	for (; number <= last; number++) {
		wa_segment_format(
		    name, set->timeline, number, set->segment_size);
		rc = wa_wal_stat(&facts, repo, set->system_id, name, &err);
		if (rc == WA_ENOENT) {
			say(LEVEL_ERROR,
			    "backup set \"%s\" cannot be restored: segment "
			    "\"%s\" is not in the repository",
			    set->label, name);
			hint("Make a new backup.");
			return FAILED;
		}
		if (rc < 0)
			return failed(&err);
	}
	return 0;
}

int
check_backup(wa_repo *repo, uint64_t system_id)
{
	char text[128], when[WA_TIME_SIZE];
	wa_error err = WA_ERROR_INIT;
	const wa_set *newest;
	wa_set *sets = NULL;
	size_t count = 0;
	int rc = wa_set_list_sound(&sets, &count, repo, &err), status;

	if (rc < 0)
		return failed(&err);
	status = rc > 0 ? failed(&err) : 0;
	newest = newest_of(sets, count, system_id);
	if (newest == NULL)
		say(LEVEL_WARN,
		    "there is no backup yet; see walarch-backup(1)");
	else
		status |= check_wal(repo, newest);
	if (newest != NULL && status == 0) {
		wa_time_format(when, newest->stop_time);
		(void)snprintf(
		    text, sizeof(text), "\"%s\" of %s", newest->label, when);
		check_ok("backup", text);
	}
	wa_free(sets);
	return status;
}
