/*
 * walmaker.h - WAL made record by record: with true checksums, links and page
 * headers.  Nothing here can fail: what goes wrong ends the test.
 */
#ifndef WA_TESTS_WALMAKER_H
#define WA_TESTS_WALMAKER_H

#include "support.h"

#define NO_OPERATION 0x20 /* info bytes of WA_RM_XLOG */
#define SWITCH 0x40
#define RESTORE_POINT 0x70

#define LARGEST_NOISE 4000 /* of chain_to()'s records */

/* WAL from the beginning of segment wal.number on; what is made next is of
 * timeline wal.timeline. */
struct chain {
	struct wal wal;
	uint64_t start;        /* LSN of data */
	uint64_t prev, before; /* of the last record, and the one before it */
	size_t at, room;
	uint8_t *data;
	uint64_t random;
};

void chain_begin(struct chain *c, const struct wal *w);
void chain_copy(struct chain *c, const struct chain *from);
void chain_free(struct chain *c);

/* Where the next record begins, and where the last one ended. */
uint64_t chain_next(const struct chain *c);
uint64_t chain_end(const struct chain *c);

/* Make a record, and give its LSN: of what stands behind its header, of main
 * data alone, or of this many bytes that mean nothing (24, or 30 and more). */
uint64_t chain_record(struct chain *c, uint8_t rmid, uint8_t info, uint32_t xid,
    const void *body, size_t size);
uint64_t chain_data(struct chain *c, uint8_t rmid, uint8_t info, uint32_t xid,
    const void *data, size_t size);
uint64_t chain_noise(struct chain *c, size_t size);

/* time is in microseconds since 1970. */
uint64_t chain_commit(struct chain *c, uint32_t xid, int64_t time);
uint64_t chain_abort(struct chain *c, uint32_t xid, int64_t time);
uint64_t chain_point(struct chain *c, const char *name, int64_t time);
uint64_t chain_checkpoint(struct chain *c, uint64_t redo, int64_t time);

/* Records up to the position, exactly; the same up to the end of the segment,
 * unless it has just begun. */
void chain_to(struct chain *c, uint64_t lsn);
void chain_finish(struct chain *c);

/* A record that ends the segment, and what then follows up to its end. */
uint64_t chain_switch(struct chain *c);

/* End the page as a crash does, in the middle of the record made last, and
 * begin the next one with these flags. */
void chain_crash(struct chain *c, unsigned flags);

/* Make the checksum of a record on one page right again. */
void chain_seal(struct chain *c, uint64_t lsn, uint32_t size);

uint8_t *chain_byte(const struct chain *c, uint64_t lsn);

/* The segment as a file in the folder "pg_wal", with zeros for what was not
 * made: its path. */
const char *
chain_file(const struct chain *c, uint64_t number, const char *suffix);

/* Its name. */
const char *chain_name(const struct chain *c, uint64_t number);

#endif
