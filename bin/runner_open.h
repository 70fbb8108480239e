/* runner_open.h - what a runner begins with. */
#ifndef RUNNER_OPEN_H
#define RUNNER_OPEN_H

#include "spool.h"

/* The spool of the working directory, open, and the runner's lock, held: its
 * descriptor.  -1: there is nothing to run for, and that has been said. */
int
runner_open(struct spool *out, const wa_config *config, enum spool_side side);

#endif
