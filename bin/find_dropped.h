/* find_dropped.h - where the WAL to search has gaps. */
#ifndef FIND_DROPPED_H
#define FIND_DROPPED_H

#include "find.h"

/* Say of each stretch that was dropped that nothing is found in it. */
void find_dropped(const struct find_archive *archive);

#endif
