/* restore_job.c - a set back into a data directory. */
#include "config.h"

#include "restore_job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "pg_manifest.h"
#include "progress.h"
#include "restore_database.h"
#include "restore_root.h"
#include "restore_sync.h"
#include "restore_target.h"

#define CONTROL "global/pg_control"
#define MAP "tablespace_map"
#define FIRST_WITH_MANIFEST 13
#define FIRST_WITH_SIGNALS 12
#define SECOND INT64_C(1000000000)

static const char mark_text[] =
    "A restore by walarch-restore is under way, or was interrupted.\n"
    "Run it again, with --delta.\n";

/* Beside this program. */
static int
find_get(struct restore_job *job, wa_error *err)
{
	ssize_t n = readlink("/proc/self/exe", job->get, sizeof(job->get) - 16);
	char *slash;

	if (n < 0)
		return error_system(err, "could not find walarch-get");
	job->get[n] = '\0';
	slash = strrchr(job->get, '/');
	(void)strcpy(slash + 1, "walarch-get");
	return 0;
}

static void
fill_settings(struct restore_job *job)
{
	struct recovery_settings *s = &job->settings;
	const wa_config *c = job->config;

	s->version = job->choice.set.version;
	s->kind = job->choice.kind;
	s->target = job->choice.target;
	s->action = wa_config_get(c, "target-action");
	s->get = job->get;
	s->config = c;
	s->risky = job->choice.asked && job->choice.answer.risky;
	s->archive_off = strcmp(wa_config_get(c, "archive-mode"), "off") == 0;
	s->options = wa_config_get(c, "recovery-option");
}

int
restore_job_prepare(struct restore_job *job, int force, wa_error *err)
{
	int rc =
	    restore_choose(&job->choice, job->repo, job->config, force, err);

	if (rc == 0)
		rc = find_get(job, err);
	if (rc < 0)
		return rc;
	fill_settings(job);
	rc = recovery_settings_check(&job->settings, err);
	job->places.config = job->config;
	if (rc == 0)
		rc = restore_scan(&job->scan, &job->places, job->repo,
		    job->choice.set.label, err);
	if (rc == 0)
		rc = restore_places_check(&job->places, job->root, err);
	if (rc == 0)
		rc = restore_databases(&job->databases, &job->database_count,
		    wa_config_get(job->config, "db-include"), job->repo,
		    job->choice.set.label, err);
	return rc;
}

static int
full_path(
    char *buf, const struct restore_job *job, const char *name, wa_error *err)
{
	if (snprintf(buf, 4096, "%s/%s", job->root, name) < 4096)
		return 0;
	return error_set(err, WA_EUSAGE, "\"%s\" is too long", job->root);
}

static int
write_text(const struct restore_job *job, const char *path, const char *text,
    wa_error *err)
{
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	size_t size = strlen(text);
	int rc = 0;

	if (fd < 0 ||
	    (job->owner.uid != geteuid() &&
		fchown(fd, job->owner.uid, job->owner.gid) < 0) ||
	    write(fd, text, size) != (ssize_t)size || fsync(fd) < 0)
		rc = error_system(err, "could not write \"%s\"", path);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

/* From here on no server starts on it: pg_control is the first to go, and
 * durably so. */
static int
take_out_of_use(struct restore_job *job, wa_error *err)
{
	char path[4096];
	int rc;

	rc = restore_root_make(
	    &job->owner, job->repo, job->choice.set.label, job->root, err);
	if (rc == 0)
		rc = full_path(path, job, RESTORE_MARK, err);
	if (rc == 0)
		rc = write_text(job, path, mark_text, err);
	if (rc == 0)
		rc = restore_sync(job->root, err);
	if (rc == 0)
		rc = full_path(path, job, CONTROL, err);
	if (rc < 0)
		return rc;
	if (unlink(path) < 0)
		return errno == ENOENT || errno == ENOTDIR ?
		    0 :
		    error_system(err, "could not remove \"%s\"", path);
	*strrchr(path, '/') = '\0';
	return restore_sync(path, err);
}

/* What goes into backup_manifest; tablespace_map may still change. */
static int
list_file(void *arg, const wa_set_file *file, wa_error *err)
{
	const struct restore_job *job = arg;

	if (job->manifest == NULL || strcmp(file->path, MAP) == 0)
		return 0;
	return pg_manifest_add(job->manifest, file->path, file->size,
	    file->mtime / SECOND, file->crc32c, err);
}

static int
copy_files(struct restore_job *job, wa_error *err)
{
	int preserve = job->choice.kind == RECOVERY_PRESERVE;
	uint32_t version = job->choice.set.version;
	struct restore_files files = { .config = job->config,
		.repo = job->repo,
		.set = job->choice.set.label,
		.root = job->root,
		.places = &job->places,
		.owner = job->owner,
		.delta = (int)wa_config_number(job->config, "delta"),
		.by_time = (int)wa_config_number(job->config, "force"),
		.preserve = preserve,
		.keep_auto =
		    preserve && version >= FIRST_WITH_SIGNALS && version < 900,
		.databases = job->databases,
		.database_count = job->database_count,
		.done = list_file,
		.done_arg = job };
	int rc;

	progress_begin(job->scan.total);
	rc = restore_files(&files, err);
	progress_hide();
	job->counts = files.counts;
	return rc;
}

/* Tablespaces that go elsewhere must not be led back by PostgreSQL. */
static int
map_tablespaces(struct restore_job *job, wa_error *err)
{
	char path[4096];
	char *text;
	size_t i, count = 0;
	int rc;

	for (i = 0; i < job->places.count; i++)
		count += (size_t)job->places.list[i].tablespace;
	if (count == 0)
		return 0;
	text = restore_places_map(&job->places, job->choice.set.version);
	if (text == NULL)
		return out_of_memory(err);
	rc = full_path(path, job, MAP, err);
	if (rc == 0)
		rc = write_text(job, path, text, err);
	if (rc == 0 && job->manifest != NULL)
		rc = pg_manifest_add(job->manifest, MAP, strlen(text),
		    job->choice.set.stop_time / 1000000,
		    wa_crc32c(0, text, strlen(text)), err);
	free(text);
	return rc;
}

static int
finish_manifest(struct restore_job *job, wa_error *err)
{
	const wa_set *set = &job->choice.set;
	struct pg_wal_range range = { set->timeline, set->redo, set->stop };

	return job->manifest == NULL ?
	    0 :
	    pg_manifest_finish(job->manifest, &range, 1, err);
}

static int
sync_all(struct restore_job *job, wa_error *err)
{
	int rc = restore_sync_tree(job->root, err);
	size_t i;

	for (i = 0; i < job->places.count && rc == 0; i++)
		rc = job->places.list[i].file ?
		    restore_sync(job->places.list[i].to, err) :
		    restore_sync_tree(job->places.list[i].to, err);
	return rc;
}

/* Last of all: with it, a server can start. */
static int
put_into_use(struct restore_job *job, wa_error *err)
{
	char from[4096], to[4096], mark[4096];
	int rc = full_path(from, job, RESTORE_CONTROL, err);

	if (rc == 0)
		rc = full_path(to, job, CONTROL, err);
	if (rc == 0)
		rc = full_path(mark, job, RESTORE_MARK, err);
	if (rc == 0 && unlink(mark) < 0)
		rc = error_system(err, "could not remove \"%s\"", mark);
	if (rc == 0)
		rc = restore_sync(job->root, err);
	if (rc == 0 && rename(from, to) < 0)
		rc = error_system(
		    err, "could not rename \"%s\" to \"%s\"", from, to);
	if (rc < 0)
		return rc;
	*strrchr(to, '/') = '\0';
	return restore_sync(to, err);
}

/* PostgreSQL 13 brought it; 906 is 9.6. */
static int
begin_manifest(struct restore_job *job, int dir, wa_error *err)
{
	const wa_set *set = &job->choice.set;

	if (set->version < FIRST_WITH_MANIFEST || set->version >= 900 ||
	    job->databases != NULL)
		return 0;
	return pg_manifest_begin(
	    &job->manifest, dir, set->version, set->system_id, err);
}

static int
run_in(struct restore_job *job, int dir, wa_error *err)
{
	int rc = begin_manifest(job, dir, err);

	if (rc == 0)
		rc = copy_files(job, err);
	if (rc == 0)
		rc = map_tablespaces(job, err);
	if (rc == 0)
		rc = finish_manifest(job, err);
	if (rc == 0)
		rc = recovery_settings_write(dir, &job->settings, err);
	if (rc == 0)
		rc = sync_all(job, err);
	return rc == 0 ? put_into_use(job, err) : rc;
}

int
restore_job_run(struct restore_job *job, wa_error *err)
{
	int dir = -1, rc = take_out_of_use(job, err);

	if (rc == 0) {
		dir = open(job->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0)
			rc = error_system(
			    err, "could not open \"%s\"", job->root);
	}
	if (rc == 0)
		rc = run_in(job, dir, err);
	pg_manifest_close(job->manifest);
	job->manifest = NULL;
	if (dir >= 0)
		(void)close(dir);
	return rc;
}

void
restore_job_end(struct restore_job *job)
{
	restore_places_free(&job->places);
	free(job->databases);
	wa_repo_close(job->repo);
}
