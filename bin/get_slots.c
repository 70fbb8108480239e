/* get_slots.c - what is known of each segment of the window. */
#include "config.h"

#include "get_slots.h"

#include <stdlib.h>
#include <string.h>

int
get_slots_open(struct get_slots *out, uint64_t most)
{
	memset(out, 0, sizeof(*out));
	out->of = calloc(most, sizeof(*out->of));
	if (out->of == NULL)
		return -1;
	out->most = most;
	return 0;
}

void
get_slots_close(struct get_slots *slots)
{
	free(slots->of);
	slots->of = NULL;
}

void
get_slots_move(struct get_slots *slots, uint32_t timeline, uint64_t begin)
{
	uint64_t i;

	if (timeline != slots->timeline)
		memset(slots->of, 0, slots->most * sizeof(*slots->of));
	slots->timeline = timeline;
	slots->begin = begin;
	for (i = 0; i < slots->most; i++)
		if (!get_slots_has(slots, timeline, slots->of[i].number))
			slots->of[i].state = GET_SLOT_EMPTY;
}

int
get_slots_has(const struct get_slots *slots, uint32_t timeline, uint64_t number)
{
	return timeline == slots->timeline && slots->timeline != 0 &&
	    number >= slots->begin && number - slots->begin < slots->most;
}

enum get_slot
get_slots_get(const struct get_slots *slots, uint64_t number)
{
	const struct get_slot_of *of = &slots->of[number % slots->most];

	return get_slots_has(slots, slots->timeline, number) &&
		of->number == number ?
	    of->state :
	    GET_SLOT_EMPTY;
}

void
get_slots_set(struct get_slots *slots, uint64_t number, enum get_slot state)
{
	struct get_slot_of *of = &slots->of[number % slots->most];

	if (!get_slots_has(slots, slots->timeline, number))
		return;
	of->number = number;
	of->state = state;
}

uint64_t
get_slots_count(const struct get_slots *slots, enum get_slot state)
{
	uint64_t i, n = 0;

	for (i = 0; i < slots->most; i++)
		n += get_slots_get(slots, slots->begin + i) == state;
	return n;
}
