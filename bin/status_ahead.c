/* status_ahead.c - one side of the spool, as people look at it. */
#include "config.h"

#include "status_ahead.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "ready_names.h"

#define DATA ".data"

/* What the command line may say about the spool. */
static const char *const carried[] = { "config", "stanza", "repo1-path",
	"archive-async", "spool-path" };

/* The settings as walarch-push and walarch-get have them: they may stand in
 * sections of their own. */
static int
config_of(wa_config **out, const wa_config *config, enum spool_side side,
    wa_error *err)
{
	wa_config *own = NULL;
	int rc = wa_config_new(&own, err);
	size_t i;

	for (i = 0; i < sizeof(carried) / sizeof(carried[0]) && rc == 0; i++)
		if (strcmp(wa_config_source(config, carried[i]),
			"command line") == 0)
			rc = wa_config_set(own, carried[i],
			    wa_config_get(config, carried[i]), err);
	if (rc == 0)
		rc = wa_config_load(
		    own, side == SPOOL_PUSH ? "push" : "get", err);
	if (rc < 0)
		wa_config_free(own);
	else
		*out = own;
	return rc;
}

static int
is_foreign(const char *pgdata)
{
	struct stat st;

	return stat(pgdata, &st) < 0 || st.st_uid != geteuid();
}

static int
ends_with_data(const char *name)
{
	size_t n = strlen(name);

	return n > strlen(DATA) && strcmp(name + n - strlen(DATA), DATA) == 0;
}

/* A marker PostgreSQL is going to ask for, or a file that was fetched? */
static int
counts(const char *name, const struct spool *spool, const char *wal,
    const struct stat *st)
{
	if (spool->side == SPOOL_GET)
		return ends_with_data(name);
	return wa_name_kind(name) != WA_NOT_WAL && st->st_size > 0 &&
	    is_ready(wal, name);
}

static void
count_files(
    struct status_ahead *out, const struct spool *spool, const char *wal)
{
	int fd = openat(spool->files, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct stat st;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !counts(entry->d_name, spool, wal, &st))
			continue;
		out->files++;
		if (spool->side == SPOOL_GET)
			out->bytes += (uint64_t)st.st_size;
	}
	if (folder != NULL)
		(void)closedir(folder);
	else if (fd >= 0)
		(void)close(fd);
}

static void
look_into(struct status_ahead *out, const struct spool *spool, const char *wal)
{
	out->spool = STATUS_SPOOL_SEEN;
	out->begun = runner_ask(&out->runner, &out->alive, spool) == 0;
	out->failed = failure_read(&out->failure, &out->failed_at, spool) == 0;
	count_files(out, spool, wal);
}

static void
look(struct status_ahead *out, const wa_config *config, const char *pgdata,
    const char *wal, enum spool_side side)
{
	struct spool spool;
	int rc;

	(void)snprintf(out->path, sizeof(out->path), "%s",
	    wa_config_get(config, "spool-path"));
	if (wa_config_number(config, "archive-async") == 0)
		return;
	if (is_foreign(pgdata)) {
		out->spool = STATUS_SPOOL_FOREIGN;
		return;
	}
	rc = spool_open(&spool, config, pgdata, side, 0, &out->error);
	if (rc != 0) {
		out->spool = rc < 0 ? STATUS_SPOOL_UNSAFE : STATUS_SPOOL_NONE;
		return;
	}
	look_into(out, &spool, wal);
	spool_close(&spool);
}

void
status_ahead_look(struct status_ahead *out, const wa_config *config,
    const char *pgdata, const char *wal, enum spool_side side)
{
	wa_config *own = NULL;

	memset(out, 0, sizeof(*out));
	if (config_of(&own, config, side, &out->error) < 0) {
		out->spool = STATUS_SPOOL_UNSAFE;
		return;
	}
	look(out, own, pgdata, wal, side);
	wa_config_free(own);
}
