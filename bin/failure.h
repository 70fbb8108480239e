/* failure.h - the last failure of one side of the spool, for people: nothing
 * is decided by it. */
#ifndef FAILURE_H
#define FAILURE_H

#include "spool.h"

void failure_keep(const struct spool *spool, const wa_error *err);
void failure_forget(const struct spool *spool);

/* 0, or 1: there is none.  *at is in microseconds since 1970 UTC. */
int failure_read(wa_error *out, int64_t *at, const struct spool *spool);

#endif
