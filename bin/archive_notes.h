/* archive_notes.h - PostgreSQL's notes of what waits to be archived, and what
 * was: pg_wal/archive_status. */
#ifndef ARCHIVE_NOTES_H
#define ARCHIVE_NOTES_H

#include <walarch.h>

#include "marker.h"
#include "pace.h"

struct archive_notes {
	struct pace_note *segments; /* also .partial ones */
	size_t count;
	uint64_t done; /* files archived, of those still noted */
	uint64_t ready, ready_segments, ready_bytes; /* files that wait */
	char oldest[MARKER_NAME_SIZE];               /* that waits; or "" */
	char last[MARKER_NAME_SIZE];                 /* archived; or "" */
	int64_t oldest_at, last_at; /* microseconds since 1970 UTC */
};

/* wal is the data directory's pg_wal. */
int archive_notes_read(struct archive_notes *out, const char *wal,
    uint32_t segment_size, wa_error *err);
void archive_notes_free(struct archive_notes *notes);

#endif
