/* sys.c - the seam to the system. */
#include "config.h"

#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

int (*wa_sys_hook)(const char *call);

/* Is this call to fail?  Then errno is set. */
static int
fails(const char *call)
{
	int verdict = wa_sys_hook == NULL ? 0 : wa_sys_hook(call);

	if (verdict > 0)
		errno = verdict;
	return verdict > 0;
}

/* The same for a call with a size, which may fall short instead. */
static int
fails_or_shortens(const char *call, size_t *size)
{
	int verdict = wa_sys_hook == NULL ? 0 : wa_sys_hook(call);

	if (verdict > 0)
		errno = verdict;
	else if (verdict == WA_SYS_SHORT && *size > 1)
		*size /= 2;
	return verdict > 0;
}

#define UNTIL_DONE(rc, call, expression)                                       \
	do                                                                     \
		rc = fails(call) ? -1 : (expression);                          \
	while (rc < 0 && errno == EINTR)

int
wa_sys_openat(int dir, const char *path, int flags, mode_t mode)
{
	int rc;

	UNTIL_DONE(rc, "openat", openat(dir, path, flags | O_CLOEXEC, mode));
	return rc;
}

/* Never again after EINTR: Linux has released the descriptor by then. */
int
wa_sys_close(int fd)
{
	int injected = fails("close");
	int errnum = errno;
	int rc = close(fd);

	if (injected) {
		errno = errnum;
		return errnum == EINTR ? 0 : -1;
	}
	return rc < 0 && errno == EINTR ? 0 : rc;
}

ssize_t
wa_sys_read(int fd, void *buf, size_t size)
{
	ssize_t rc;

	do
		rc =
		    fails_or_shortens("read", &size) ? -1 : read(fd, buf, size);
	while (rc < 0 && errno == EINTR);
	return rc;
}

ssize_t
wa_sys_write(int fd, const void *buf, size_t size)
{
	ssize_t rc;

	do
		rc = fails_or_shortens("write", &size) ? -1 :
							 write(fd, buf, size);
	while (rc < 0 && errno == EINTR);
	return rc;
}

ssize_t
wa_sys_pread(int fd, void *buf, size_t size, off_t offset)
{
	ssize_t rc;

	do
		rc = fails_or_shortens("pread", &size) ?
		    -1 :
		    pread(fd, buf, size, offset);
	while (rc < 0 && errno == EINTR);
	return rc;
}

ssize_t
wa_sys_pwrite(int fd, const void *buf, size_t size, off_t offset)
{
	ssize_t rc;

	do
		rc = fails_or_shortens("pwrite", &size) ?
		    -1 :
		    pwrite(fd, buf, size, offset);
	while (rc < 0 && errno == EINTR);
	return rc;
}

off_t
wa_sys_lseek(int fd, off_t offset, int whence)
{
	off_t rc;

	UNTIL_DONE(rc, "lseek", lseek(fd, offset, whence));
	return rc;
}

int
wa_sys_fallocate(int fd, uint64_t size)
{
	int rc;

	UNTIL_DONE(rc, "fallocate", fallocate(fd, 0, 0, (off_t)size));
	return rc;
}

int
wa_sys_forget(int fd)
{
	return fails("fadvise") ? -1 :
				  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

int
wa_sys_fsync(int fd)
{
	int rc;

	UNTIL_DONE(rc, "fsync", fsync(fd));
	return rc;
}

int
wa_sys_fstat(int fd, struct stat *st)
{
	int rc;

	UNTIL_DONE(rc, "fstat", fstat(fd, st));
	return rc;
}

int
wa_sys_fstatat(int dir, const char *path, struct stat *st, int flags)
{
	int rc;

	UNTIL_DONE(rc, "fstatat", fstatat(dir, path, st, flags));
	return rc;
}

int
wa_sys_linkat(int from, const char *old, int to, const char *name, int flags)
{
	int rc;

	UNTIL_DONE(rc, "linkat", linkat(from, old, to, name, flags));
	return rc;
}

int
wa_sys_renameat(int from, const char *old, int to, const char *name)
{
	int rc;

	UNTIL_DONE(rc, "renameat", renameat(from, old, to, name));
	return rc;
}

int
wa_sys_unlinkat(int dir, const char *path, int flags)
{
	int rc;

	UNTIL_DONE(rc, "unlinkat", unlinkat(dir, path, flags));
	return rc;
}

int
wa_sys_mkdirat(int dir, const char *path, mode_t mode)
{
	int rc;

	UNTIL_DONE(rc, "mkdirat", mkdirat(dir, path, mode));
	return rc;
}

int
wa_sys_getrandom(void *buf, size_t size)
{
	ssize_t rc;

	UNTIL_DONE(rc, "getrandom", getrandom(buf, size, 0));
	return rc == (ssize_t)size ? 0 : -1;
}

int64_t
wa_sys_now(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

DIR *
wa_sys_fdopendir(int fd)
{
	DIR *dir = fails("fdopendir") ? NULL : fdopendir(fd);
	int errnum = errno;

	if (dir == NULL) {
		(void)close(fd);
		errno = errnum;
	}
	return dir;
}

struct dirent *
wa_sys_readdir(DIR *dir)
{
	struct dirent *entry;

	do {
		errno = 0;
		entry = fails("readdir") ? NULL : readdir(dir);
	} while (entry == NULL && errno == EINTR);
	return entry;
}

void
wa_sys_closedir(DIR *dir)
{
	if (dir != NULL)
		(void)closedir(dir);
}

void *
wa_sys_malloc(size_t size)
{
	return fails("malloc") ? NULL : malloc(size);
}

void *
wa_sys_realloc(void *old, size_t size)
{
	return fails("malloc") ? NULL : realloc(old, size);
}

void
wa_sys_free(void *memory)
{
	free(memory);
}
