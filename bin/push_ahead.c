/* push_ahead.c - was it pushed ahead? */
#include "config.h"

#include "push_ahead.h"

#include <string.h>

#include "message.h"

static void
pass_on(const struct marker *m)
{
	if (m->warning[0] == '\0')
		return;
	say(LEVEL_WARN, "%s", m->warning);
	if (m->hint[0] != '\0')
		hint("%s", m->hint);
}

int
push_ahead_take(
    const struct spool *spool, int file, const char *name, const char *path)
{
	struct marker marker;
	struct stat st;

	if (stat(path, &st) < 0 ||
	    !spool_vouches(&marker, spool, file, name, &st))
		return 0;
	spool_remove(spool, name);
	pass_on(&marker);
	return 1;
}
