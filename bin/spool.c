/* spool.c - the folder of what was done ahead for one data directory. */
#include "config.h"

#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static const char *const side_names[] = { "push", "get" };

/* pg_control begins with the system identifier: pg_control.h. */
static int
read_system_id(uint64_t *out, const char *pgdata)
{
	char path[SPOOL_PATH_SIZE];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "%.4000s/global/pg_control", pgdata);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, out, sizeof(*out));
	(void)close(fd);
	return n == (ssize_t)sizeof(*out) ? 0 : -1;
}

/* -1: there is none that we may work for. */
static int
identify(struct spool *s, const wa_config *config, const char *pgdata)
{
	struct stat st;
	int n;

	if (stat(pgdata, &st) < 0 || st.st_uid != geteuid() ||
	    read_system_id(&s->system_id, pgdata) < 0)
		return -1;
	n = snprintf(s->path, sizeof(s->path), "%s/%s/%llu-%llx-%llx",
	    wa_config_get(config, "spool-path"),
	    wa_config_get(config, "stanza"), (unsigned long long)s->system_id,
	    (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	return n < (int)sizeof(s->path) - 16 ? 0 : -1;
}

/* The repository's own file tells it from one that was made anew at its path:
 * all zeros when it is not there. */
static void
identify_repository(struct spool *s, const wa_config *config)
{
	char path[SPOOL_PATH_SIZE];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%.4000s/walarch.repo",
	    wa_config_get(config, "repo1-path"));
	if (stat(path, &st) == 0)
		file_identify(&s->repository, &st);
}

/* s->path with all folders from spool-path's own on, and SIDE below it. */
static int
make_folders(const struct spool *s, const wa_config *config)
{
	size_t begin = strlen(wa_config_get(config, "spool-path"));
	char path[SPOOL_PATH_SIZE];
	char *p;

	if (snprintf(path, sizeof(path), "%s/%s/", s->path,
		side_names[s->side]) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (p = path + begin; p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -1;
		*p = '/';
	}
	return 0;
}

static int
is_below(const char *path, const char *folder)
{
	char *a = realpath(path, NULL), *b = realpath(folder, NULL);
	size_t n = b == NULL ? 0 : strlen(b);
	int below = a != NULL && b != NULL && strncmp(a, b, n) == 0 &&
	    (a[n] == '/' || a[n] == '\0');

	free(a);
	free(b);
	return below;
}

/* The server removes, renames and counts what lies in its folders. */
static int
check_place(const char *spool, const char *pgdata, wa_error *err)
{
	char wal[SPOOL_PATH_SIZE];

	(void)snprintf(wal, sizeof(wal), "%.4000s/pg_wal", pgdata);
	if (!is_below(spool, pgdata) && !is_below(spool, wal))
		return 0;
	(void)error_set(err, WA_EUSAGE,
	    "spool-path \"%s\" lies in the data directory", spool);
	error_hint(err, "Choose a folder beside it, on the same file system.");
	return WA_EUSAGE;
}

static int
make(const struct spool *s, const wa_config *config, const char *pgdata,
    wa_error *err)
{
	const char *path = wa_config_get(config, "spool-path");
	int rc;

	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		(void)error_system(err, "could not create folder \"%s\"", path);
		error_hint(err,
		    "Create it, for the user PostgreSQL runs as, or name "
		    "another with spool-path.");
		return WA_ESYSTEM;
	}
	rc = check_place(path, pgdata, err);
	if (rc == 0 && make_folders(s, config) < 0)
		rc = error_system(err, "could not create \"%s\"", s->path);
	return rc;
}

/* Whoever can write here could have a segment taken for stored. */
static int
check_owner(const struct spool *s, wa_error *err)
{
	struct stat st;

	if (fstat(s->folder, &st) < 0)
		return error_system(err, "could not stat \"%s\"", s->path);
	if (st.st_uid == geteuid() && (st.st_mode & 022) == 0)
		return 0;
	(void)error_set(err, WA_ESYSTEM,
	    "folder \"%s\" belongs to another user, or others may write to it",
	    s->path);
	error_hint(err, "Remove it; it is made anew.");
	return WA_ESYSTEM;
}

static int
open_folders(struct spool *s, wa_error *err)
{
	s->folder =
	    open(s->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->folder < 0)
		return errno == ENOENT ?
		    1 :
		    error_system(err, "could not open \"%s\"", s->path);
	s->files = openat(s->folder, side_names[s->side],
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->files < 0)
		return errno == ENOENT ?
		    1 :
		    error_system(err, "could not open \"%s/%s\"", s->path,
			side_names[s->side]);
	return check_owner(s, err);
}

int
spool_open(struct spool *out, const wa_config *config, const char *pgdata,
    enum spool_side side, unsigned flags, wa_error *err)
{
	int rc;

	out->side = side;
	out->folder = out->files = -1;
	if ((wa_config_number(config, "archive-async") == 0 &&
		(flags & SPOOL_ANYWAY) == 0) ||
	    identify(out, config, pgdata) < 0)
		return 1;
	memset(&out->repository, 0, sizeof(out->repository));
	if ((flags & SPOOL_ANYWAY) == 0)
		identify_repository(out, config);
	rc = open_folders(out, err);
	if (rc == 1 && (flags & SPOOL_CREATE) != 0) {
		spool_close(out);
		rc = make(out, config, pgdata, err);
		if (rc == 0)
			rc = open_folders(out, err);
	}
	if (rc != 0)
		spool_close(out);
	return rc;
}

void
spool_close(struct spool *spool)
{
	if (spool->folder >= 0)
		(void)close(spool->folder);
	if (spool->files >= 0)
		(void)close(spool->files);
	spool->folder = spool->files = -1;
}

int
spool_is_unchanged(const struct spool *spool, const wa_config *config)
{
	struct spool now;
	int same;

	if (spool_open(&now, config, ".", spool->side, 0, NULL) != 0)
		return 0;
	same = strcmp(now.path, spool->path) == 0 &&
	    file_is(&now.repository, &spool->repository);
	spool_close(&now);
	return same;
}

/* Has the file still a name?  Who had the lock before may have removed it. */
static int
has_name(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink > 0;
}

int
spool_lock(const struct spool *spool, const char *name, unsigned flags)
{
	int mode = O_RDWR | O_NOFOLLOW | O_CLOEXEC;
	int how = (flags & SPOOL_NOWAIT) != 0 ? LOCK_EX | LOCK_NB : LOCK_EX;
	int fd, saved;

	if ((flags & SPOOL_CREATE) != 0)
		mode |= O_CREAT;
	for (;;) {
		fd = openat(spool->files, name, mode, 0600);
		if (fd < 0)
			return -1;
		if (flock(fd, how) < 0)
			break;
		if (has_name(fd))
			return fd;
		(void)close(fd);
	}
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

void
spool_remove(const struct spool *spool, const char *name)
{
	(void)unlinkat(spool->files, name, 0);
}

static int
read_boot(char boot[MARKER_BOOT_SIZE])
{
	int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, boot, MARKER_BOOT_SIZE - 1);
	(void)close(fd);
	boot[n < 0 ? 0 : n] = '\0';
	return n == MARKER_BOOT_SIZE - 1 ? 0 : -1;
}

int
spool_marker(struct marker *out, const struct spool *spool, const char *name,
    const struct stat *st)
{
	memset(out, 0, sizeof(*out));
	if (strlen(name) >= sizeof(out->name))
		return -1;
	(void)strcpy(out->name, name);
	out->system_id = spool->system_id;
	out->repository = spool->repository;
	file_identify(&out->file, st);
	return spool->side == SPOOL_GET ? read_boot(out->boot) : 0;
}

/* What was not synced is only there until the machine starts again. */
static int
of_this_boot(const struct marker *m)
{
	char boot[MARKER_BOOT_SIZE];

	return m->boot[0] == '\0' ||
	    (read_boot(boot) == 0 && strcmp(boot, m->boot) == 0);
}

int
spool_vouches(struct marker *out, const struct spool *spool, int fd,
    const char *name, const struct stat *st)
{
	struct file_identity file;

	file_identify(&file, st);
	return spool->repository.inode != 0 && marker_read(out, fd) == 0 &&
	    strcmp(out->name, name) == 0 &&
	    out->system_id == spool->system_id && file_is(&out->file, &file) &&
	    file_is(&out->repository, &spool->repository) &&
	    (spool->side == SPOOL_PUSH || out->boot[0] != '\0') &&
	    of_this_boot(out);
}
