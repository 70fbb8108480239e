/* clock.c - what time it is. */
#include "config.h"

#include "clock.h"

#include <time.h>

int64_t
clock_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
