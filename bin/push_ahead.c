/* push_ahead.c - was it pushed ahead? */
#include "config.h"

#include "push_ahead.h"

#include "errors.h"

int
push_ahead_take(const struct spool *spool, int file, const char *name,
    const char *path, wa_error *err)
{
	struct marker marker;
	struct stat st;

	if (stat(path, &st) < 0 ||
	    !spool_vouches(&marker, spool, file, name, &st))
		return 0;
	spool_remove(spool, name);
	if (marker.warning[0] == '\0')
		return 1;
	(void)error_set(err, WA_ECORRUPT, "%s", marker.warning);
	error_hint(err, "%s", marker.hint);
	return 2;
}
