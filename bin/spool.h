/*
 * spool.h - the folder of what was done ahead for one data directory.
 *
 * SPOOL-PATH/STANZA/SYSTEM-DEVICE-INODE/ belongs to one data directory alone,
 * so that what is done ahead for two servers never meets.  In it are
 *
 *   push/NAME      a WAL file that is being pushed, or was
 *   get/NAME       one that is being fetched, or was, to get/NAME.data
 *   push.runner    what the runner says of itself; locked while it works
 *   get.runner
 *   push.error     the last failure, for people
 *   get.error
 *   get.next       what PostgreSQL is going to ask for
 *
 * Whoever holds the lock of NAME works at it; the kernel takes the lock back
 * when he dies.  When nobody holds it, NAME is empty (nothing was done) or
 * holds a marker (it was).
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdint.h>
#include <walarch.h>

#include "marker.h"

#define SPOOL_PATH_SIZE 4096

enum spool_side { SPOOL_PUSH, SPOOL_GET };

struct spool {
	enum spool_side side;
	uint64_t system_id; /* of the data directory */
	int folder;         /* SYSTEM-DEVICE-INODE */
	int files;          /* push or get below it */
	struct file_identity repository;
	char path[SPOOL_PATH_SIZE]; /* of folder */
};

#define SPOOL_CREATE 1u
#define SPOOL_ANYWAY                                                           \
	4u /* also when archive-async is off; and whose repository
			 * is of no interest: that may hang */

/*
 * Open one side of the spool of the data directory at pgdata, "." for
 * PostgreSQL's commands.  1 when there is none: archive-async is off, pgdata is
 * no data directory or is not ours, or flags lack SPOOL_CREATE and the spool is
 * not there.  WA_ESYSTEM when it cannot be made or is not safe to use.
 */
int spool_open(struct spool *out, const wa_config *config, const char *pgdata,
    enum spool_side side, unsigned flags, wa_error *err);
void spool_close(struct spool *spool);

/* Of the working directory: is it the same one, and the same repository, as
 * when the spool was opened? */
int spool_is_unchanged(const struct spool *spool, const wa_config *config);

#define SPOOL_NOWAIT 2u

/*
 * The file of NAME, locked; close(2) gives the lock back.  Waits for who holds
 * it.  -1 and errno: ENOENT without SPOOL_CREATE; EWOULDBLOCK with
 * SPOOL_NOWAIT.
 */
int spool_lock(const struct spool *spool, const char *name, unsigned flags);

/* Forget NAME.  For who holds its lock. */
void spool_remove(const struct spool *spool, const char *name);

/* Fill in all of a marker for NAME but what only the caller knows: the digest,
 * the repository's id, and words. */
int spool_marker(struct marker *out, const struct spool *spool,
    const char *name, const struct stat *st);

/*
 * Does the marker in fd, of a file locked by spool_lock(), vouch for the file
 * with this stat(2) under this name?  1, with *out filled in; else 0.
 */
int spool_vouches(struct marker *out, const struct spool *spool, int fd,
    const char *name, const struct stat *st);

#endif
