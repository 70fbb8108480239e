/* get_follow.h - keep the segments that recovery is going to ask for in the
 * spool, for as long as it asks. */
#ifndef GET_FOLLOW_H
#define GET_FOLLOW_H

#include "spool.h"

/* lock is that of the runner.  0, or a negative code: see get.error. */
int get_follow(const struct spool *spool, const wa_config *config, int lock);

#endif
