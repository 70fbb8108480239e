/* dropped.h - the WAL that was dropped, as ranges of segments. */
#ifndef DROPPED_H
#define DROPPED_H

#include <stddef.h>
#include <walarch.h>

/* Of a list that was read to its end: by timeline and position.  *out is for
 * free(3), NULL when there is none. */
int dropped_ranges(wa_wal_range **out, size_t *count, const wa_wal_list *list,
    uint32_t segment_size, wa_error *err);

/* The same of all that a repository has of a system. */
int dropped_read(wa_wal_range **out, size_t *count, wa_repo *repo,
    const wa_system *system, wa_error *err);

#endif
