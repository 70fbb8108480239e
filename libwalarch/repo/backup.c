/* backup.c - base backups, as their files in the archive tell of them. */
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

int
wa_archive_backups(
    wa_backup **out, size_t *count, const struct wa_archive *a, wa_error *err)
{
	wa_backup *backups;
	const char *name;
	size_t i, n = 0;
	int rc = 0;

	backups = wa_sys_malloc((count_names(a->list) + 1) * sizeof(*backups));
	if (backups == NULL)
		return wa_error_memory(err);
	for (i = 0; rc == 0 && (name = wa_wal_list_other(a->list, i)) != NULL;
	     i++)
		if (wa_name_kind(name) == WA_BACKUP)
			rc = read_one(&backups[n++], a->repo,
			    a->system.system_id, name, err);
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
