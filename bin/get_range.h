/* get_range.h - the segments between two LSNs. */
#ifndef GET_RANGE_H
#define GET_RANGE_H

#include "get_retry.h"

/* Fetch one of them; its status. */
typedef int get_one(void *arg, const char *name);

/*
 * Fetch every segment that holds WAL from the one LSN to the other on a
 * timeline (NULL: 1); the worst status.  Everything has been said.
 */
int get_range(struct getter *g, const char *from, const char *to,
    const char *timeline, get_one *get, void *arg);

#endif
