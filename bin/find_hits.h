/* find_hits.h - what was found: each once, newest first. */
#ifndef FIND_HITS_H
#define FIND_HITS_H

#include "find.h"

int find_hits_add(
    struct find_hits *hits, const wa_event *event, size_t file, wa_error *err);

/* The timelines of all hits; then those stored twice are dropped, and the
 * rest put in order: by timeline, then by LSN, the highest first. */
void
find_hits_settle(struct find_hits *hits, const struct find_archive *archive);

/* Only those between two times stay. */
void find_hits_between(struct find_hits *hits,
    const struct find_archive *archive, int64_t from, int64_t to);

/* Which restore points have the name of an earlier one?  PostgreSQL stops at
 * the first. */
void find_hits_namesakes(struct find_hits *hits);

#endif
