/* push_order.c - files get their names in the repository in order. */
#include "config.h"

#include "push_order.h"

void
push_order_open(struct push_order *order)
{
	(void)pthread_mutex_init(&order->lock, NULL);
	(void)pthread_cond_init(&order->moved, NULL);
	order->turn = 0;
	order->failed = 0;
}

void
push_order_close(struct push_order *order)
{
	(void)pthread_cond_destroy(&order->moved);
	(void)pthread_mutex_destroy(&order->lock);
}

int
push_order_wait(struct push_order *order, uint64_t number)
{
	int failed;

	(void)pthread_mutex_lock(&order->lock);
	while (order->turn != number)
		(void)pthread_cond_wait(&order->moved, &order->lock);
	failed = order->failed;
	(void)pthread_mutex_unlock(&order->lock);
	return failed ? -1 : 0;
}

void
push_order_end(struct push_order *order, uint64_t number, int failed)
{
	(void)push_order_wait(order, number);
	(void)pthread_mutex_lock(&order->lock);
	order->turn++;
	order->failed |= failed;
	(void)pthread_cond_broadcast(&order->moved);
	(void)pthread_mutex_unlock(&order->lock);
}

int
push_order_has_failed(struct push_order *order)
{
	int failed;

	(void)pthread_mutex_lock(&order->lock);
	failed = order->failed;
	(void)pthread_mutex_unlock(&order->lock);
	return failed;
}
