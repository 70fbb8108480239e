/* restore_remove.c - take away what a backup does not have. */
#include "config.h"

#include "restore_remove.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"

#define DESCRIPTORS 16

static int
remove_one(
    const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path) < 0 && errno != ENOENT ? errno : 0;
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
	rc = nftw(path, remove_one, DESCRIPTORS,
	    FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (rc == 0)
		return 0;
	errno = rc > 0 ? rc : errno;
	return error_system(err, "could not remove \"%s\"", path);
}
