/* find_nothing.h - nothing was found: what is there instead? */
#ifndef FIND_NOTHING_H
#define FIND_NOTHING_H

#include "find.h"

/* Say so, and what range the archive has. */
void
find_nothing(const struct find_wish *wish, const struct find_archive *archive);

/* Say how many segments are not known from the inside, if any. */
void find_unseen(const struct find_archive *archive);

#endif
