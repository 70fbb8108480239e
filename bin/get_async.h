/* get_async.h - walarch-get with archive-async, in the foreground. */
#ifndef GET_ASYNC_H
#define GET_ASYNC_H

#include "get_retry.h"

/*
 * As getter_get(), for the server: but a segment that a runner has fetched, or
 * fetches just now, is taken from it; and a runner is started, or told, when
 * the next one is stored.
 */
int
get_async(struct getter *g, const char *name, const char *path, wa_error *err);

#endif
