/* rate.c - so many bytes a second. */
#include "config.h"

#include "rate.h"

#include <time.h>

#include "process.h"

#define NAP_NS 50000000L /* a signal waits no longer than this */

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
rate_begin(struct rate *rate, int64_t limit)
{
	(void)pthread_mutex_init(&rate->lock, NULL);
	rate->limit = limit;
	rate->free = 0;
}

static double
debt(struct rate *rate)
{
	double left;

	(void)pthread_mutex_lock(&rate->lock);
	left = rate->free - now();
	(void)pthread_mutex_unlock(&rate->lock);
	return left;
}

void
rate_wait(struct rate *rate)
{
	double left;

	if (rate->limit == 0)
		return;
	while ((left = debt(rate)) > 0 && process_signal() == 0) {
		struct timespec nap = { 0, NAP_NS };

		if (left * 1e9 < (double)NAP_NS)
			nap.tv_nsec = (long)(left * 1e9) + 1;
		(void)nanosleep(&nap, NULL);
	}
}

/* Time that nothing was read in is not saved up. */
void
rate_spend(struct rate *rate, uint64_t bytes)
{
	double moment = now();

	if (rate->limit == 0)
		return;
	(void)pthread_mutex_lock(&rate->lock);
	if (rate->free < moment)
		rate->free = moment;
	rate->free += (double)bytes / (double)rate->limit;
	(void)pthread_mutex_unlock(&rate->lock);
}
