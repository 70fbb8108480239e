/* find_near.h - the commits nearest to a time. */
#ifndef FIND_NEAR_H
#define FIND_NEAR_H

#include "find.h"

#define FIND_NEAR_MOST 5

/*
 * Add the want commits whose times are nearest to time: those at it or after
 * it, or else those at it or before it.  Labels have been read; the segments
 * that may hold them are scanned.
 */
int find_near(struct find_hits *hits, struct find_archive *archive,
    int64_t time, int after, size_t want, wa_error *err);

#endif
