/* clock.h - what time it is. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Microseconds since 1970-01-01 UTC. */
int64_t clock_now(void);

#endif
