/*
 * push_order.h - files get their names in the repository in PostgreSQL's order,
 * whichever thread is the first to be ready.
 *
 * Whoever reads the repository meanwhile would take a segment that is not there,
 * with later ones that are, for missing.
 */
#ifndef PUSH_ORDER_H
#define PUSH_ORDER_H

#include <pthread.h>
#include <stdint.h>

struct push_order {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	uint64_t turn; /* all with lower numbers have ended */
	int failed;    /* one of them, or of the later ones, has */
};

void push_order_open(struct push_order *order);
void push_order_close(struct push_order *order);

/* Wait for number's turn.  -1: one has failed. */
int push_order_wait(struct push_order *order, uint64_t number);

/* Number ends, in its turn; waits for that. */
void push_order_end(struct push_order *order, uint64_t number, int failed);

int push_order_has_failed(struct push_order *order);

#endif
