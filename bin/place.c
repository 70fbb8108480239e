/* place.c - give a fetched file its place. */
#include "config.h"

#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* An open file without a name, on the file system of path. */
static int
open_beside(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096] = ".";

	if (slash != NULL)
		(void)snprintf(folder, sizeof(folder), "%.*s",
		    (int)(slash == path ? 1 : slash - path), path);
	return open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0640);
}

static int
copy_all(int to, int from)
{
	struct stat st;
	ssize_t n;
	off_t left;

	if (fstat(from, &st) < 0)
		return -1;
	for (left = st.st_size; left > 0; left -= n) {
		n = sendfile(to, from, NULL, (size_t)left);
		if (n <= 0)
			return -1;
	}
	return 0;
}

static int
give_name(int fd, const char *path)
{
	char self[64];

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static int
copy(int from, const char *path)
{
	int to = open_beside(path), rc, saved;

	if (to < 0)
		return -1;
	rc = copy_all(to, from);
	if (rc == 0)
		rc = give_name(to, path);
	saved = errno;
	(void)close(to);
	errno = saved;
	return rc;
}

/* Not every file system can rename and replace nothing. */
static int
link_or_copy(int folder, const char *name, const char *path)
{
	int from, rc, saved;

	if (linkat(folder, name, AT_FDCWD, path, 0) == 0)
		return 0;
	if (errno != EXDEV)
		return -1;
	from = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (from < 0)
		return -1;
	rc = copy(from, path);
	saved = errno;
	(void)close(from);
	errno = saved;
	return rc;
}

int
place_file(int folder, const char *name, const char *path)
{
	if (renameat2(folder, name, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno == EEXIST || link_or_copy(folder, name, path) < 0)
		return -1;
	(void)unlinkat(folder, name, 0);
	return 0;
}
