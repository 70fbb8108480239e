/*
 * walk.h - walk over the records in a stretch of WAL while its pages pass by.
 *
 * Every record's CRC-32C and link to the one before it is checked.  Where a
 * record is damaged the walk goes on behind it, or where the next page's
 * header says that a record begins.  Memory does not grow with a record.
 */
#ifndef WA_PG_WALK_H
#define WA_PG_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "pg/record.h"
#include "pg/xact.h"

struct wa_walk_sink {
	void *arg;

	/* A record is whole; xact is NULL unless it is a commit or abort. */
	void (*record)(void *arg, const struct wa_record *record,
	    const struct wa_xact *xact);

	/*
	 * Nothing valid is at lsn, for the reason why ("checksum ...").  0: go
	 * on behind it; 1: WAL ends here, and the rest is not looked at.
	 */
	int (*damage)(void *arg, uint64_t lsn, const char *why);
};

enum wa_walk_state {
	WA_WALK_SEEK,     /* for where a page says a record begins */
	WA_WALK_BETWEEN,  /* a record begins with the next byte */
	WA_WALK_INSIDE,   /* a record is under way */
	WA_WALK_SWITCHED, /* to the next segment */
	WA_WALK_ENDED     /* as the sink said */
};

struct wa_walk {
	enum wa_walk_state state;
	uint64_t lsn;  /* of the next byte */
	uint64_t last; /* where the last whole record began; 0: none yet */
	uint64_t end;  /* and where it ended */
	uint64_t open; /* WA_WALK_INSIDE: where the one under way began */

	/* the walk's own: */
	const struct wa_format *format;
	struct wa_walk_sink sink;
	uint32_t segment_size, block_size;
	int doubt;         /* damage was told, and nothing valid seen since */
	unsigned failures; /* places where nothing valid was */
	uint32_t size, have, crc;
	struct wa_record record;
	struct wa_xact xact;
	uint8_t head[WA_RECORD_HEAD];
};

/*
 * Begin at the page whose address is lsn.  A record that begins before it is
 * passed over.
 */
void wa_walk_begin(struct wa_walk *w, const struct wa_format *format,
    uint32_t segment_size, uint32_t block_size, uint64_t lsn,
    const struct wa_walk_sink *sink);

/* The next size bytes: whole pages, whose headers are taken for good. */
void wa_walk_add(struct wa_walk *w, const uint8_t *data, size_t size);

#endif
