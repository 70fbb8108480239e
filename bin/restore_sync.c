/* restore_sync.c - what was restored survives a power cut. */
#include "config.h"

#include "restore_sync.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "errors.h"

#define DESCRIPTORS 16

int
restore_sync(const char *path, wa_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc = 0;

	if (fd < 0 || fsync(fd) < 0)
		rc = error_system(err, "could not fsync \"%s\"", path);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

/* syncfs(2) tells of failed writes since Linux 5.8. */
static int
kernel_tells(void)
{
	struct utsname name;
	int major, minor;

	return uname(&name) == 0 &&
	    sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	    (major > 5 || (major == 5 && minor >= 8));
}

static int
sync_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)where;
	if (type == FTW_SL || type == FTW_SLN)
		return 0;
	return restore_sync(path, NULL) < 0 ? errno : 0;
}

int
restore_sync_tree(const char *path, wa_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return error_system(err, "could not open \"%s\"", path);
	if (kernel_tells() && syncfs(fd) == 0) {
		(void)close(fd);
		return 0;
	}
	(void)close(fd);
	rc = nftw(path, sync_one, DESCRIPTORS, FTW_PHYS);
	if (rc == 0)
		return 0;
	errno = rc > 0 ? rc : errno;
	return error_system(err, "could not fsync what is in \"%s\"", path);
}
