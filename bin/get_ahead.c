/* get_ahead.c - was it fetched ahead? */
#include "config.h"

#include "get_ahead.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "place.h"

int
get_ahead_take(
    const struct spool *spool, int file, const char *name, const char *path)
{
	char data[MARKER_NAME_SIZE + 8];
	struct marker marker;
	struct stat st;

	(void)snprintf(data, sizeof(data), "%s.data", name);
	if (fstatat(spool->files, data, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode) ||
	    !spool_vouches(&marker, spool, file, name, &st) ||
	    place_file(spool->files, data, path) < 0)
		return 0;
	spool_remove(spool, name);
	return 1;
}
