/* from_dir_read.c - is a folder a base backup, and of what? */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "from_dir.h"
#include "message.h"
#include "pg_manifest_read.h"

#define LABEL "backup_label"
#define MOST 65536 /* bytes of a backup_label */

static const char *const needed[] = { "PG_VERSION", LABEL,
	"global/pg_control" };

/* Without them it was never a base backup, or not to its end, or a server was
 * started on it. */
static int
check_files(int fd, const char *dir, wa_error *err)
{
	struct stat st;
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (fstatat(fd, needed[i], &st, 0) < 0 ||
		    !S_ISREG(st.st_mode)) {
			(void)error_set(err, WA_EUSAGE,
			    "a PostgreSQL backup was not found in backup path "
			    "'%s'",
			    dir);
			error_hint(err, "There is no file \"%s\".", needed[i]);
			return WA_EUSAGE;
		}
	if (fstatat(fd, "postmaster.pid", &st, 0) < 0)
		return 0;
	(void)error_set(err, WA_EUSAGE,
	    "\"%s\" is the data directory of a server, and no backup", dir);
	error_hint(err, "There is a file \"postmaster.pid\".");
	return WA_EUSAGE;
}

static int
read_label(char buf[MOST], int fd, wa_error *err)
{
	int file = openat(fd, LABEL, O_RDONLY | O_CLOEXEC);
	ssize_t n = file < 0 ? -1 : read(file, buf, MOST - 1);
	int rc = 0;

	if (n < 0)
		rc = error_system(err, "could not read \"%s\"", LABEL);
	else
		buf[n] = '\0';
	if (file >= 0)
		(void)close(file);
	return rc;
}

static int
parse_label(wa_backup *out, const char *text, wa_error *err)
{
	wa_error why = WA_ERROR_INIT;
	int rc = wa_backup_label_parse(out, text, &why);

	if (rc < 0)
		return error_set(err, rc, "\"%s\": %s", LABEL, why.text);
	if (strstr(text, "\nINCREMENTAL FROM LSN: ") == NULL)
		return 0;
	(void)error_set(err, WA_EUSAGE,
	    "the backup is an incremental one, which is nothing by itself");
	error_hint(err,
	    "Have pg_combinebackup make a full one of it and those before.");
	return WA_EUSAGE;
}

/* Of the last timeline: what is not replayed up to there is inconsistent. */
static int
read_stop(wa_backup *out, int fd, wa_error *err)
{
	struct pg_manifest_list *list = NULL;
	int rc = pg_manifest_load(&list, fd, err);
	size_t i;

	out->stop = out->checkpoint;
	for (i = 0; rc == 0 && i < list->range_count; i++)
		if (list->ranges[i].end > out->stop)
			out->stop = list->ranges[i].end;
	pg_manifest_list_free(list);
	return rc == WA_ENOENT ? 0 : rc;
}

static int
read_all(wa_backup *out, int fd, const char *dir, wa_error *err)
{
	const char *base = strrchr(dir, '/');
	char *text = malloc(MOST);
	int rc = text == NULL ? out_of_memory(err) : check_files(fd, dir, err);

	if (rc == 0)
		rc = read_label(text, fd, err);
	if (rc == 0)
		rc = parse_label(out, text, err);
	if (rc == 0)
		rc = read_stop(out, fd, err);
	if (rc == 0)
		(void)snprintf(out->name, sizeof(out->name), "%.60s",
		    base != NULL && base[1] != '\0' ? base + 1 : dir);
	free(text);
	return rc;
}

int
from_dir_read(wa_backup *out, uint32_t *version, uint64_t *system_id,
    const char *dir, wa_error *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	wa_backup backup;
	wa_cluster cluster;
	int rc;

	if (fd < 0) {
		(void)error_system(err,
		    "a PostgreSQL backup was not found in backup path '%s'",
		    dir);
		return WA_EUSAGE;
	}
	rc = read_all(&backup, fd, dir, err);
	(void)close(fd);
	if (rc == 0)
		rc = wa_cluster_read(&cluster, dir, err);
	if (rc < 0)
		return rc;
	*out = backup;
	*version = cluster.version;
	*system_id = cluster.system_id;
	return 0;
}
