/* pace.c - how fast is WAL archived, and does that keep up with new WAL? */
#include "config.h"

#include "pace.h"

#define SECOND INT64_C(1000000)
#define LATELY (300 * SECOND)
#define WAITED (10 * SECOND) /* less says nothing about a rate */

/* The oldest that was archived lately, unless it is the only one; else now. */
static int64_t
first_archived(const struct pace_note *notes, size_t count, int64_t now)
{
	int64_t first = now;
	size_t found = 0, i;

	for (i = 0; i < count; i++) {
		if (notes[i].archived < now - LATELY || notes[i].archived == 0)
			continue;
		found++;
		if (notes[i].archived < first)
			first = notes[i].archived;
	}
	return found > 1 ? first : now;
}

static int64_t
first_waiting(const struct pace_note *notes, size_t count, int64_t now)
{
	int64_t first = now;
	size_t i;

	for (i = 0; i < count; i++)
		if (notes[i].archived == 0 && notes[i].made < first)
			first = notes[i].made;
	if (first < now - LATELY)
		first = now - LATELY;
	return now - first >= WAITED ? first : now;
}

void
pace_measure(
    struct pace *out, const struct pace_note *notes, size_t count, int64_t now)
{
	int64_t since = first_archived(notes, count, now);
	size_t i;

	if (since == now)
		since = first_waiting(notes, count, now);
	out->over = now - since;
	out->archived = out->made = 0;
	for (i = 0; i < count; i++) {
		out->archived += notes[i].archived > since;
		out->made += notes[i].made > since;
	}
}

double
pace_rate(uint64_t count, const struct pace *pace)
{
	return pace->over == 0 ?
	    0 :
	    (double)count * (double)SECOND / (double)pace->over;
}

enum catch_up
pace_catch_up(double *seconds, const struct pace *pace, uint64_t waiting)
{
	if (waiting == 0)
		return CATCH_UP_NOTHING;
	if (pace->over == 0)
		return CATCH_UP_UNKNOWN;
	if (pace->made > pace->archived)
		return CATCH_UP_GROWING;
	if (pace->made == pace->archived)
		return pace->made > 0 ? CATCH_UP_LEVEL : CATCH_UP_UNKNOWN;
	*seconds =
	    (double)waiting / pace_rate(pace->archived - pace->made, pace);
	return CATCH_UP_KNOWN;
}
