/* verify_set_work.h - what the threads of walarch-verify do with a backup. */
#ifndef VERIFY_SET_WORK_H
#define VERIFY_SET_WORK_H

#include <stdatomic.h>
#include <stddef.h>
#include <walarch.h>

#include "rate.h"

#define VERIFY_SET_FILES 64 /* in a task, at most */

/* A file whose frames are to be decoded. */
struct verify_set_file {
	wa_set_file file; /* what it points to is its own */
	int rc;           /* WA_EINTERRUPTED: it was not read */
	wa_error err;
};

/* Some files, or a part; of the other there is none. */
struct verify_set_task {
	struct verify_set_file files[VERIFY_SET_FILES];
	size_t count;
	uint64_t bytes;                /* plain, of the files */
	uint32_t part;                 /* or 0 */
	char label[WA_SET_LABEL_SIZE]; /* of its set */
	int rc;
	wa_error err;
};

struct verify_set_worker {
	struct rate *rate;
	atomic_uint_fast64_t *read;
	wa_repo *repo;
	wa_unpacker *unpacker;
	wa_digest *digest;
	uint8_t *packed, *plain;
	wa_part *part; /* the last one read from */
	char label[WA_SET_LABEL_SIZE];
	uint32_t number;
};

int verify_set_worker_open(struct verify_set_worker *worker,
    const wa_config *config, struct rate *rate, atomic_uint_fast64_t *read,
    wa_error *err);
void verify_set_worker_close(struct verify_set_worker *worker);

/* Add a copy of a file. */
int verify_set_task_add(
    struct verify_set_task *task, const wa_set_file *file, wa_error *err);
void verify_set_task_clear(struct verify_set_task *task);

/* A pool_work: a struct verify_set_worker, a struct verify_set_task. */
void verify_set_work(void *worker, void *task);

#endif
