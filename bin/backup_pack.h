/* backup_pack.h - what the threads of a backup do: read files, and make
 * frames of them. */
#ifndef BACKUP_PACK_H
#define BACKUP_PACK_H

#include "backup_item.h"

#define BACKUP_ITEMS 64 /* in a task */

/* Files that are handed to a thread together. */
struct backup_task {
	struct backup_item *items[BACKUP_ITEMS];
	size_t count;
	size_t expected; /* bytes of them, about */
	uint8_t *plain;  /* of one item: tar header, data, padding */
	uint8_t *packed; /* the frames of all, one behind the other */
	size_t used;     /* of packed */
	int rc;
	wa_error err;
};

struct backup_worker {
	wa_packer *packer;
	wa_digest *digest;
	uint64_t start_lsn; /* pages as new as this are not judged */
};

/* What an item adds to a task's packed bytes beside its own, at most. */
#define BACKUP_EXTRA 8192

int backup_task_new(
    struct backup_task **out, const wa_packer *packer, wa_error *err);
void backup_task_clear(struct backup_task *task);
void backup_task_free(struct backup_task *task);

int backup_worker_begin(struct backup_worker *worker, const wa_config *config,
    uint64_t start_lsn, wa_error *err);
void backup_worker_end(struct backup_worker *worker);

/* Where an item's data are in its task's plain bytes, for who has them at
 * hand. */
uint8_t *backup_task_data(struct backup_task *task);

/* Do a task, as pool_work. */
void backup_pack(void *worker, void *task);

#endif
