/* pace.h - how fast is WAL archived, and does that keep up with new WAL? */
#ifndef PACE_H
#define PACE_H

#include <stddef.h>
#include <stdint.h>

/* Of a segment, in microseconds since 1970 UTC. */
struct pace_note {
	int64_t made;     /* it was finished */
	int64_t archived; /* or 0: it waits */
};

struct pace {
	uint64_t archived, made; /* segments, lately */
	int64_t over;            /* microseconds; 0: it is not known */
};

/*
 * PostgreSQL forgets archived segments with a checkpoint, the older ones first.
 * So it is measured from the oldest that is still noted on, of the last five
 * minutes, and that one does not count.  Where that tells nothing but something
 * waits, it is measured from there on.
 */
void pace_measure(
    struct pace *out, const struct pace_note *notes, size_t count, int64_t now);

/* So many a second. */
double pace_rate(uint64_t count, const struct pace *pace);

enum catch_up {
	CATCH_UP_NOTHING, /* waits */
	CATCH_UP_KNOWN,
	CATCH_UP_LEVEL, /* as much is archived as is new */
	CATCH_UP_GROWING,
	CATCH_UP_UNKNOWN
};

/* When will so many segments be archived?  *seconds is for CATCH_UP_KNOWN. */
enum catch_up
pace_catch_up(double *seconds, const struct pace *pace, uint64_t waiting);

#endif
