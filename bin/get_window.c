/* get_window.c - how far ahead of replay to fetch. */
#include "get_window.h"

/* Slow fetches and quick replay are believed at once, the rest by and by. */
#define INERTIA 8

/* More would be to list than to keep. */
#define MOST 4096

void
get_pace_fetch(struct get_pace *pace, int64_t took)
{
	if (took < 1)
		took = 1;
	if (took > pace->fetch)
		pace->fetch = took;
	else
		pace->fetch -= (pace->fetch - took) / INERTIA;
}

void
get_pace_replay(struct get_pace *pace, int64_t between)
{
	if (between < 1)
		between = 1;
	if (pace->replay == 0 || between < pace->replay)
		pace->replay = between;
	else
		pace->replay += (between - pace->replay) / INERTIA;
}

static uint64_t
at_most(uint64_t n, uint64_t most)
{
	return n < most ? n : most;
}

uint64_t
get_window_most(int64_t queue_max, uint32_t segment_size)
{
	uint64_t n = queue_max < 0 ? 0 : (uint64_t)queue_max / segment_size;

	return n == 0 ? 1 : at_most(n, MOST);
}

/*
 * While one segment is fetched, fetch / replay are taken.  Twice that many, for
 * neither is even; and one for each thread, so that none waits for work.
 */
uint64_t
get_window_size(const struct get_pace *pace, uint64_t threads, uint64_t most)
{
	uint64_t n = threads, taken;

	if (pace->fetch > 0 && pace->replay > 0) {
		taken = (uint64_t)((pace->fetch - 1) / pace->replay) + 1;
		n += 2 * at_most(taken, most);
	} else {
		n *= 2;
	}
	return at_most(n < 2 ? 2 : n, most);
}

uint64_t
get_window_room(uint64_t free_bytes, uint32_t segment_size)
{
	uint64_t reserve = GET_WINDOW_RESERVE;

	return free_bytes < reserve ? 0 : (free_bytes - reserve) / segment_size;
}
