/* archiver.c - what archive_library does, PostgreSQL aside. */
#include "config.h"

#include "archiver.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "errors.h"
#include "failure.h"
#include "push_ahead.h"
#include "push_level.h"
#include "ready_names.h"
#include "runner.h"

#define RUNNER "walarch-push-runner"
#define PGDATA "." /* the archiver's working directory */
#define WAL "pg_wal"
#define SECOND INT64_C(1000000000)

static int64_t
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

/* All zeros when it is not there. */
static void
identify(struct file_identity *out, const wa_config *config)
{
	struct stat st;

	memset(out, 0, sizeof(*out));
	if (stat(wa_config_get(config, "config"), &st) == 0)
		file_identify(out, &st);
}

/* A file that had just been changed when it was read may have been changed once
 * more, and look the same. */
static int
is_as_read(const struct archiver *a)
{
	struct file_identity file;

	identify(&file, a->config);
	return file_is(&file, &a->file) && file.changed < a->read - 2 * SECOND;
}

static int
read_settings(
    wa_config *config, const char *stanza, const char *file, wa_error *err)
{
	int rc = 0;

	if (stanza[0] != '\0')
		rc = wa_config_set(config, "stanza", stanza, err);
	if (rc == 0 && file[0] != '\0')
		rc = wa_config_set(config, "config", file, err);
	return rc == 0 ? wa_config_load(config, "push", err) : rc;
}

int
archiver_configure(
    struct archiver *a, const char *stanza, const char *file, wa_error *err)
{
	wa_config *config = NULL;
	int64_t begun = now();
	int rc;

	if (a->config != NULL && is_as_read(a))
		return 0;
	archiver_close(a);
	rc = wa_config_new(&config, err);
	if (rc == 0)
		rc = read_settings(config, stanza, file, err);
	if (rc < 0) {
		wa_config_free(config);
		return rc;
	}
	a->config = config;
	a->read = begun;
	identify(&a->file, config);
	return 0;
}

void
archiver_close(struct archiver *a)
{
	wa_config_free(a->config);
	a->config = NULL;
}

static void
choose_level(const struct archiver *a, wa_repo *repo)
{
	size_t n;

	if (!push_level_is_auto(a->config))
		return;
	n = ready_names_count(WAL, PUSH_LEVEL_MANY);
	push_level_choose(repo, a->config, n, n);
}

static int
push(const struct archiver *a, const char *path, wa_error *err)
{
	wa_repo *repo = NULL;
	wa_cluster cluster;
	int rc = wa_repo_open(&repo, a->config, err);

	if (rc == 0)
		rc = wa_cluster_read(&cluster, PGDATA, err);
	if (rc == 0) {
		choose_level(a, repo);
		rc = wa_wal_push(repo, cluster.system_id, path, NULL, err);
	}
	wa_repo_close(repo);
	return rc;
}

static int
push_alone(const struct archiver *a, const struct spool *spool,
    const char *name, const char *path, wa_error *err)
{
	int rc = push(a, path, err);

	spool_remove(spool, name);
	if (rc < 0)
		failure_keep(spool, err);
	else
		failure_forget(spool);
	return rc;
}

/* Beside the library, as both were installed; or where they were to be. */
static const char *
runner(void)
{
	static char path[4096];
	const char *library = NULL, *slash = NULL;
	Dl_info info;

	if (dladdr((const void *)wa_version_number, &info) != 0)
		library = info.dli_fname;
	if (library != NULL)
		slash = strrchr(library, '/');
	if (slash != NULL) {
		(void)snprintf(path, sizeof(path),
		    "%.*s/" WORKERS_FROM_BIN "/" RUNNER, (int)(slash - library),
		    library);
		if (access(path, X_OK) == 0)
			return path;
	}
	return WORKERS "/" RUNNER;
}

/* The file itself is still ready; is another one?  A repository that answered
 * is worth a runner. */
static void
look_ahead(const struct archiver *a, const struct spool *spool, wa_error *aside)
{
	if (ready_names_count(WAL, 2) == 2 &&
	    runner_start(spool, runner(), a->config) < 0)
		(void)error_system(aside, "could not start \"%s\"", runner());
}

static int
push_with(const struct archiver *a, const struct spool *spool, const char *name,
    const char *path, wa_error *aside, wa_error *err)
{
	int lock = spool_lock(spool, name, SPOOL_CREATE);
	int ahead, rc;

	if (lock < 0) {
		(void)error_system(
		    aside, "could not lock \"%s/push/%s\"", spool->path, name);
		return push(a, path, err);
	}
	ahead = push_ahead_take(spool, lock, name, path, err);
	if (ahead != 0)
		rc = ahead == 2 ? 2 : 0;
	else
		rc = push_alone(a, spool, name, path, err);
	(void)close(lock);
	if (ahead == 0 && rc >= 0)
		look_ahead(a, spool, aside);
	return rc;
}

int
archiver_push(struct archiver *a, const char *name, const char *path,
    wa_error *aside, wa_error *err)
{
	struct spool spool;
	int rc;

	aside->code = WA_OK;
	if (wa_name_kind(name) == WA_NOT_WAL ||
	    spool_open(&spool, a->config, PGDATA, SPOOL_PUSH, SPOOL_CREATE,
		aside) != 0)
		return push(a, path, err);
	rc = push_with(a, &spool, name, path, aside, err);
	spool_close(&spool);
	return rc;
}
