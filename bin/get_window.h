/*
 * get_window.h - how far ahead of replay to fetch: numbers in, numbers out.
 *
 * Times are microseconds.
 */
#ifndef GET_WINDOW_H
#define GET_WINDOW_H

#include <stdint.h>

/* What was measured; 0 is: not yet. */
struct get_pace {
	int64_t fetch;  /* how long one takes */
	int64_t replay; /* from one segment's being taken to the next one's */
};

void get_pace_fetch(struct get_pace *pace, int64_t took);
void get_pace_replay(struct get_pace *pace, int64_t between);

/* The most segments that may be fetched ahead: at least one. */
uint64_t get_window_most(int64_t queue_max, uint32_t segment_size);

/* So many segments should be there, or on their way: 2 to most, or 1 when that
 * is most. */
uint64_t
get_window_size(const struct get_pace *pace, uint64_t threads, uint64_t most);

/* So many more have room, when GET_WINDOW_RESERVE stays free. */
#define GET_WINDOW_RESERVE (INT64_C(64) << 20) /* bytes */
uint64_t get_window_room(uint64_t free_bytes, uint32_t segment_size);

#endif
