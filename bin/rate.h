/* rate.h - so many bytes a second, and no more, over all threads. */
#ifndef RATE_H
#define RATE_H

#include <pthread.h>
#include <stdint.h>

struct rate {
	pthread_mutex_t lock;
	int64_t limit; /* bytes a second; 0: none */
	double free;   /* when what was read is paid for, in seconds */
};

void rate_begin(struct rate *rate, int64_t limit);

/* Wait until the bytes read so far are paid for, or a signal came. */
void rate_wait(struct rate *rate);

/* So many bytes were read. */
void rate_spend(struct rate *rate, uint64_t bytes);

#endif
