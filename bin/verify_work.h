/* verify_work.h - what the threads of walarch-verify do. */
#ifndef VERIFY_WORK_H
#define VERIFY_WORK_H

#include <stdatomic.h>
#include <stddef.h>
#include <walarch.h>

#include "rate.h"
#include "verify_select.h"

/* Files that one thread verifies after each other. */
#define VERIFY_BATCH 32

struct verify_item {
	char name[VERIFY_NAME];
	enum wa_kind kind;
	int beside; /* of a damaged one: a sound one is stored, too */
	uint32_t timeline;
	uint64_t number; /* of a segment, and of what belongs to it */

	/* what came out: */
	int rc; /* WA_EINTERRUPTED: it was not read */
	wa_error err;
	uint64_t damage; /* LSN, or 0 */
	uint64_t size, stored, records, commits, aborts;
	int walked, cut;
	wa_event begins; /* a timeline, where it is of that kind */
};

struct verify_batch {
	size_t count;
	struct verify_item items[VERIFY_BATCH];
};

/* What the threads share. */
struct verify_shared {
	struct rate rate;
	atomic_uint_fast64_t read; /* bytes, as they are stored */
	uint64_t system_id;
	uint32_t segment_size;
	wa_timeline *timelines;
	size_t timeline_count;
};

struct verify_worker {
	struct verify_shared *shared;
	wa_repo *repo;
	wa_verify *run;   /* goes from segment to segment */
	wa_verify *other; /* for files that belong to no run */
	uint32_t timeline;
	uint64_t next; /* run has just done the segment before this, or 0 */
};

int verify_worker_open(struct verify_worker *worker,
    struct verify_shared *shared, const wa_config *config, wa_error *err);
void verify_worker_close(struct verify_worker *worker);

/* A pool_work: a struct verify_worker, a struct verify_batch. */
void verify_work(void *worker, void *batch);

#endif
