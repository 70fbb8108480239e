/* restore_target.c - the folders that are restored into, before that. */
#include "config.h"

#include "restore_target.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "errors.h"
#include "real_path.h"
#include "size.h"

int
restore_folder_used(const char *path, wa_error *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int used = 0;

	if (dir == NULL)
		return errno == ENOENT ?
		    0 :
		    error_system(err, "could not open folder \"%s\"", path);
	while (!used && (entry = readdir(dir)) != NULL)
		used = strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    strcmp(entry->d_name, "lost+found") != 0;
	(void)closedir(dir);
	return used;
}

uint64_t
restore_free(const char *path)
{
	char folder[4096];
	struct statvfs fs;
	char *slash;

	(void)snprintf(folder, sizeof(folder), "%s", path);
	while (statvfs(folder, &fs) < 0) {
		slash = strrchr(folder, '/');
		if (slash == NULL)
			return UINT64_MAX;
		slash[slash == folder] = '\0';
		if (strcmp(folder, "/") == 0 && statvfs(folder, &fs) < 0)
			return UINT64_MAX;
	}
	return (uint64_t)fs.f_bavail * fs.f_frsize;
}

static int
exists(const char *root, const char *name)
{
	char path[4096];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	return lstat(path, &st) == 0;
}

static int
check_running(const char *root, wa_error *err)
{
	if (!exists(root, "postmaster.pid"))
		return 0;
	(void)error_set(err, WA_EUSAGE,
	    "\"%s\" has a postmaster.pid: PostgreSQL is running there", root);
	error_hint(
	    err, "Stop it first. If it is not running, remove the file.");
	return WA_EUSAGE;
}

static int
not_empty(const char *path, const char *hint_text, wa_error *err)
{
	(void)error_set(err, WA_EUSAGE,
	    "\"%s\" cannot be restored into: it contains files", path);
	error_hint(err, "%s", hint_text);
	return WA_EUSAGE;
}

/* What a restore left half-way has no pg_control to tell. */
static int
check_same_cluster(const struct restore_job *job, wa_error *err)
{
	wa_cluster there;

	if (wa_cluster_read(&there, job->root, NULL) < 0 ||
	    there.system_id == job->choice.set.system_id)
		return 0;
	(void)error_set(err, WA_EMISMATCH,
	    "\"%s\" is of another cluster, with system identifier %llu",
	    job->root, (unsigned long long)there.system_id);
	error_hint(err,
	    "Is --pg1-path right, and --stanza? Without --delta the backup "
	    "can go into an empty folder.");
	return WA_EMISMATCH;
}

/* A folder that is no cluster, and was not becoming one, is not cleaned. */
static int
check_root(const struct restore_job *job, int delta, wa_error *err)
{
	int used = restore_folder_used(job->root, err);

	if (used <= 0)
		return used;
	if (!delta)
		return not_empty(job->root,
		    "Name an empty or a new folder with --pg1-path; or use "
		    "--delta, which keeps what is the same, and removes what "
		    "the backup lacks.",
		    err);
	/* A database's folder has a PG_VERSION, too. */
	if (!(exists(job->root, "PG_VERSION") && exists(job->root, "global")) &&
	    !exists(job->root, RESTORE_MARK))
		return not_empty(job->root,
		    "--delta is for a data directory, which this is not: it "
		    "lacks PG_VERSION or global.",
		    err);
	if (check_running(job->root, err) < 0)
		return err->code;
	return check_same_cluster(job, err);
}

static int
place_used(const struct restore_place *place, wa_error *err)
{
	struct stat st;

	return place->file ? lstat(place->to, &st) == 0 :
			     restore_folder_used(place->to, err);
}

/* With --delta a place may be used if the data directory leads there. */
static int
check_place(const struct restore_job *job, const struct restore_place *place,
    int delta, wa_error *err)
{
	char path[4096], to[4096];
	int used = place_used(place, err);
	ssize_t n;

	if (used <= 0)
		return used;
	(void)snprintf(path, sizeof(path), "%s/%s", job->root, place->path);
	n = delta ? readlink(path, to, sizeof(to) - 1) : -1;
	if (n > 0 && (size_t)n == strlen(place->to) &&
	    strncmp(to, place->to, (size_t)n) == 0)
		return 0;
	if (place->file) {
		(void)error_set(
		    err, WA_EUSAGE, "\"%s\" is there already", place->to);
		error_hint(err,
		    "It is where link \"%s\" leads; --link-map "
		    "names another place.",
		    place->path);
		return WA_EUSAGE;
	}
	return not_empty(place->to,
	    place->tablespace ?
		"It is where a tablespace goes; --tablespace-map names another "
		"place." :
		"It is where a link leads; --link-map names another place.",
	    err);
}

static int
check_space(const struct restore_job *job, wa_error *err)
{
	char need[SIZE_TEXT], have[SIZE_TEXT];
	uint64_t space = restore_free(job->root);

	if (space >= job->scan.size)
		return 0;
	(void)error_set(err, WA_EUSAGE,
	    "\"%s\" has no room: %s are needed, %s are free", job->root,
	    size_text(need, job->scan.size), size_text(have, space));
	return WA_EUSAGE;
}

/* What is restored from must not be removed as something the backup lacks. */
static int
check_repository(
    const struct restore_job *job, const char *folder, wa_error *err)
{
	const char *path = wa_config_get(job->config, "repo1-path");

	if (!paths_overlap(folder, path))
		return 0;
	(void)error_set(err, WA_EUSAGE,
	    "the repository \"%s\" and \"%s\", which would be restored "
	    "into, lie one in the other",
	    path, folder);
	error_hint(err, "Move the repository, or name another folder.");
	return WA_EUSAGE;
}

int
restore_job_check(struct restore_job *job, wa_error *err)
{
	int delta = (int)wa_config_number(job->config, "delta");
	int rc = check_repository(job, job->root, err);
	size_t i;

	if (rc == 0)
		rc = check_root(job, delta, err);
	for (i = 0; i < job->places.count && rc == 0; i++) {
		rc = check_repository(job, job->places.list[i].to, err);
		if (rc == 0)
			rc = check_place(job, &job->places.list[i], delta, err);
	}
	return rc == 0 && !delta ? check_space(job, err) : rc;
}
