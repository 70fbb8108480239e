/*
 * segment.h - is this file the WAL segment its name says?  Answered while its
 * bytes pass by, page after page.
 *
 * What a real segment may hold: pages of ancestor timelines before the point
 * where its own timeline begins; after a switch to a new segment either empty
 * pages (up to PostgreSQL 10) or zeros; and, in a .partial one, anything at
 * all after the last page written.
 */
#ifndef WA_PG_SEGMENT_H
#define WA_PG_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

#include "pg/name.h"
#include "walarch.h"

#define WA_BLOCK_MAX 65536 /* the largest --with-wal-blocksize */
#define WA_SEGMENT_RUNS 8  /* timelines told of one segment */

/* Successive pages of one timeline: the first's and the last's address. */
struct wa_segment_run {
	uint32_t timeline;
	uint64_t first, last;
};

struct wa_segment {
	struct wa_name name;
	char text[WA_NAME_MAX]; /* the name as it is written */
	uint32_t version;       /* PostgreSQL's major */
	uint64_t system_id;
	uint64_t start; /* LSN of its first byte */
	uint32_t size, block_size;
	size_t run_count;
	struct wa_segment_run runs[WA_SEGMENT_RUNS];

	/* the check's own: */
	uint16_t magic;
	uint64_t done; /* bytes seen */
	enum { WA_PAGES, WA_ZEROS, WA_ANYTHING } now;
	uint8_t last[2 * WA_BLOCK_MAX]; /* the last two pages of that */
};

/* text is the name of a segment, a partial or a damaged one. */
void wa_segment_begin(struct wa_segment *s, const char *text);

/*
 * The next size bytes of the file: whole pages, WA_BLOCK_MAX or a multiple of
 * it but for the file's last.  WA_ECORRUPT says what is wrong and where.
 */
int wa_segment_add(
    struct wa_segment *s, const uint8_t *data, size_t size, wa_error *err);

/* The file has ended.  Was it all there? */
int wa_segment_end(const struct wa_segment *s, wa_error *err);

#endif
