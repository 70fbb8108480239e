/* backup.c - base backups: sets, and those whose files in the archive tell of
 * them. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "pg/backup_label.h"
#include "repo/archive.h"
#include "repo/wal_object.h"

static int
read_one(wa_backup *out, wa_repo *repo, uint64_t system_id, const char *name,
    wa_error *err)
{
	char *text = NULL;
	size_t size;
	int rc;

	memset(out, 0, sizeof(*out));
	(void)snprintf(out->name, sizeof(out->name), "%s", name);
	rc = wa_wal_object_text(&text, &size, repo, system_id, name, err);
	if (rc == 0 && (rc = wa_backup_label_read(out, text, err)) < 0)
		rc = wa_error_in(err, rc, "\"%s\"", name);
	wa_sys_free(text);
	return rc;
}

static int
by_stop(const void *a, const void *b)
{
	const wa_backup *x = a, *y = b;

	if (x->stop != y->stop)
		return x->stop < y->stop ? -1 : 1;
	return x->timeline < y->timeline ? -1 : x->timeline > y->timeline;
}

static size_t
count_names(const wa_wal_list *list)
{
	size_t n = 0;

	while (wa_wal_list_other(list, n) != NULL)
		n++;
	return n;
}

static void
of_set(wa_backup *out, const wa_set *set)
{
	memset(out, 0, sizeof(*out));
	(void)snprintf(out->name, sizeof(out->name), "%s", set->label);
	(void)snprintf(out->set, sizeof(out->set), "%s", set->label);
	out->timeline = set->timeline;
	out->redo = set->redo;
	out->checkpoint = set->checkpoint;
	out->stop = set->stop;
	wa_time_format(out->start_time, set->start_time);
	wa_time_format(out->stop_time, set->stop_time);
}

/* A set of a primary leaves such a file as well, which tells nothing new. */
static int
is_known(const wa_backup *sets, size_t count, const wa_backup *backup)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (sets[i].timeline == backup->timeline &&
		    sets[i].redo == backup->redo &&
		    sets[i].stop == backup->stop)
			return 1;
	return 0;
}

/* Behind the first n, which are sets. */
static int
add_files(
    wa_backup *backups, size_t *n, const struct wa_archive *a, wa_error *err)
{
	const char *name;
	size_t i, sets = *n;
	int rc = 0;

	for (i = 0; rc == 0 && (name = wa_wal_list_other(a->list, i)) != NULL;
	     i++) {
		if (wa_name_kind(name) != WA_BACKUP)
			continue;
		rc = read_one(
		    &backups[*n], a->repo, a->system.system_id, name, err);
		if (rc == 0 && !is_known(backups, sets, &backups[*n]))
			++*n;
	}
	return rc;
}

int
wa_archive_backups(
    wa_backup **out, size_t *count, const struct wa_archive *a, wa_error *err)
{
	wa_backup *backups = NULL;
	size_t i, n = 0, set_count = 0;
	wa_set *sets = NULL;
	int rc = wa_set_list_sound(&sets, &set_count, a->repo, err);

	if (rc < 0)
		return rc;
	rc = 0; /* a damaged one is left to those who ask for sets */
	backups = wa_sys_malloc(
	    (set_count + count_names(a->list) + 1) * sizeof(*backups));
	if (backups == NULL)
		rc = wa_error_memory(err);
	for (i = 0; rc == 0 && i < set_count; i++)
		if (sets[i].system_id == a->system.system_id)
			of_set(&backups[n++], &sets[i]);
	wa_free(sets);
	if (rc == 0)
		rc = add_files(backups, &n, a, err);
	if (rc < 0 || n == 0) {
		wa_sys_free(backups);
		backups = NULL;
	}
	if (rc < 0)
		return rc;
	if (n > 1)
		qsort(backups, n, sizeof(*backups), by_stop);
	*out = backups;
	*count = n;
	return 0;
}

int
wa_backup_list(wa_backup **out, size_t *count, wa_repo *repo,
    uint64_t system_id, wa_error *err)
{
	struct wa_archive *a = NULL;
	int rc = wa_archive_open(&a, repo, system_id, err);

	if (rc == 0)
		rc = wa_archive_backups(out, count, a, err);
	wa_archive_close(a);
	return rc;
}
