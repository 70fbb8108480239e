/* push_ahead.h - was it pushed ahead? */
#ifndef PUSH_AHEAD_H
#define PUSH_AHEAD_H

#include "spool.h"

/*
 * Take the marker for the file at path, in file, of the name's lock, and remove
 * it: 1 when the file is in the repository; 2 when it is, but err says what is
 * wrong with it.  0: it has to be pushed.
 */
int push_ahead_take(const struct spool *spool, int file, const char *name,
    const char *path, wa_error *err);

#endif
