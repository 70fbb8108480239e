/* wal_neighbour.h - the record that spans into a segment from the one before. */
#ifndef WA_REPO_WAL_NEIGHBOUR_H
#define WA_REPO_WAL_NEIGHBOUR_H

#include "pg/facts.h"
#include "pg/segment.h"
#include "repo/repo.h"

/*
 * Begin to collect the facts of segment, whose first page is at data.  The walk
 * begins on the last page of the file before it, in the folder of path (NULL:
 * not looked at): with the record that spans into the segment, or with the last
 * record, so that one which should go on and does not is found.  A spanning
 * record that is not had there is taken from the repository; where that has
 * none, it is passed over, and the facts say so.
 */
void wa_wal_facts_begin(struct wa_facts *out, wa_repo *repo,
    const struct wa_segment *segment, const uint8_t *data, const char *path);

#endif
