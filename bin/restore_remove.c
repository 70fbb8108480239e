/* restore_remove.c - take away what a backup does not have. */
#include "config.h"

#include "restore_remove.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"

#define DESCRIPTORS 16

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path) < 0 && errno != ENOENT ? errno : 0;
}

/* nftw() stays in the file system that it begins in, which must be the folder's
 * around it. */
static int
is_mounted(const char *path, const struct stat *st)
{
	char up[PATH_MAX];
	struct stat around;

	return snprintf(up, sizeof(up), "%s/..", path) < (int)sizeof(up) &&
	    stat(up, &around) == 0 && around.st_dev != st->st_dev;
}

int
restore_remove(const char *path, wa_error *err)
{
	struct stat st;
	int rc;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ?
		    0 :
		    error_system(err, "could not stat \"%s\"", path);
	if (!S_ISDIR(st.st_mode))
		return unlink(path) == 0 ?
		    0 :
		    error_system(err, "could not remove \"%s\"", path);
	if (is_mounted(path, &st)) {
		(void)error_set(err, WA_EUSAGE,
		    "\"%s\" is not in the backup, and is not removed: another "
		    "file system is mounted there",
		    path);
		error_hint(err, "Unmount it, and run this again.");
		return WA_EUSAGE;
	}
	rc = nftw(
	    path, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (rc == 0)
		return 0;
	errno = rc > 0 ? rc : errno;
	return error_system(err, "could not remove \"%s\"", path);
}
