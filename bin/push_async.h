/* push_async.h - walarch-push with archive-async, in the foreground. */
#ifndef PUSH_ASYNC_H
#define PUSH_ASYNC_H

#include <walarch.h>

/* Push the file at path: 0, or a failure's status with *err filled in. */
typedef int push_one(void *arg, const char *path, wa_error *err);

/*
 * Push the file at path, unless a runner has done so, or does it just now; and
 * start a runner when more files are waiting.  Without archive-async, or a spool
 * to work with, push() is all.  Its status, or 0.
 */
int push_async(
    const wa_config *config, const char *path, push_one *push, void *arg);

#endif
