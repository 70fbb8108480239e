/* get_ahead.h - was it fetched ahead? */
#ifndef GET_AHEAD_H
#define GET_AHEAD_H

#include "spool.h"

/*
 * Move what was fetched of the segment called name, whose lock is file, to
 * path, where nothing may be: 1.  0: it has to be fetched, and nothing was done.
 */
int get_ahead_take(
    const struct spool *spool, int file, const char *name, const char *path);

#endif
