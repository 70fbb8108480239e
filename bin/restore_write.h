/* restore_write.h - what the threads of a restore do: decode frames, and write
 * files. */
#ifndef RESTORE_WRITE_H
#define RESTORE_WRITE_H

#include <sys/types.h>

#include "restore_item.h"

#define RESTORE_ITEMS 64 /* in a task */

struct restore_task {
	struct restore_item *items[RESTORE_ITEMS];
	size_t count;
	uint64_t expected; /* bytes of them */
	uint8_t *plain;    /* a frame's plain bytes */
	uint8_t *data;     /* of a chunk, inside of plain */
	size_t size;       /* of data */
	int rc;
	wa_error err;
};

/* Whose the data directory is; only root gives files away. */
struct restore_owner {
	uid_t uid;
	gid_t gid;
};

struct restore_worker {
	struct restore_owner owner;
	wa_repo *repo;
	wa_unpacker *unpacker;
	wa_digest *digest;
	uint8_t *packed;
	wa_part *part; /* the last one read */
	char label[WA_SET_LABEL_SIZE];
	uint32_t number;
};

int restore_task_new(struct restore_task **out, wa_error *err);
void restore_task_clear(struct restore_task *task);
void restore_task_free(struct restore_task *task);

int restore_worker_begin(struct restore_worker *worker, const wa_config *config,
    const struct restore_owner *owner, wa_error *err);
void restore_worker_end(struct restore_worker *worker);

/* A new file in place of what is there. */
int restore_create(int *fd, const char *path, wa_error *err);

/* Mode and time as the backup has them, and the data directory's owner. */
int restore_dress(int fd, const wa_set_file *file,
    const struct restore_owner *owner, const char *path, wa_error *err);

/* Do a task, as pool_work. */
void restore_write(void *worker, void *task);

#endif
