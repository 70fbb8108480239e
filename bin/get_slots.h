/* get_slots.h - what is known of each segment of the window: no more than there
 * are may be fetched ahead. */
#ifndef GET_SLOTS_H
#define GET_SLOTS_H

#include <stdint.h>

enum get_slot {
	GET_SLOT_EMPTY,
	GET_SLOT_ASKED, /* a thread is to fetch it */
	GET_SLOT_HELD,  /* walarch-get does itself */
	GET_SLOT_THERE
};

/* The window is [begin, begin + most) on timeline; 0: there is none. */
struct get_slots {
	uint32_t timeline;
	uint64_t begin, most;
	struct get_slot_of {
		uint64_t number;
		enum get_slot state;
	} * of; /* most of them, by number modulo most */
};

/* -1: out of memory. */
int get_slots_open(struct get_slots *out, uint64_t most);
void get_slots_close(struct get_slots *slots);

/* Where the window is to begin: what is outside of it is forgotten. */
void get_slots_move(struct get_slots *slots, uint32_t timeline, uint64_t begin);

/* Of a segment in the window; EMPTY, and nothing is set, of another one. */
int get_slots_has(
    const struct get_slots *slots, uint32_t timeline, uint64_t number);
enum get_slot get_slots_get(const struct get_slots *slots, uint64_t number);
void
get_slots_set(struct get_slots *slots, uint64_t number, enum get_slot state);

uint64_t get_slots_count(const struct get_slots *slots, enum get_slot state);

#endif
