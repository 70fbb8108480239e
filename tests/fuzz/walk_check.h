/* walk_check.h - a walk whose every record is looked at. */
#ifndef WA_TESTS_WALK_CHECK_H
#define WA_TESTS_WALK_CHECK_H

#include "fuzz.h"
#include "pg/walk.h"

#define SEGMENT_PAGES 16 /* small, so that there are several */

/* What is walked over. */
struct wal {
	const struct wa_format *format;
	uint32_t block, segment;
	uint64_t start;    /* the address of its first page */
	unsigned patience; /* the damage at which it ends, or 0 */
	const uint8_t *bytes;
	size_t size;
};

/* What was found; the records' heads are gone. */
struct walked {
	const struct wal *wal;
	struct wa_record *list; /* for free() */
	size_t count, room;
	size_t damages;
	uint64_t last;    /* of the record before; 0 behind damage */
	uint64_t reached; /* nothing more begins before this */
	uint64_t sum;     /* of all that was told */
};

/* Out of the first four bytes of the input: all but bytes and size. */
struct wal wal_from(struct input *in);

/* The first bytes of every page there: 24, or 40 of a segment's first. */
uint32_t wal_header_size(const struct wal *wal, uint64_t address);

/* All at once, or in pieces of a page each. */
void walk(struct walked *out, const struct wal *wal, int in_pieces);

/* Gather the facts of the same, where count records are. */
void walk_facts(const struct wal *wal, size_t count);

#endif
