/* find_parallel.h - the same for many files, in several threads. */
#ifndef FIND_PARALLEL_H
#define FIND_PARALLEL_H

#include "find.h"

/* What is done with a file; repo is the thread's own. */
typedef int find_work(void *arg, wa_repo *repo, size_t file, wa_error *err);

/*
 * Do it for each of the files (NULL: the archive's first count) with as many
 * threads as process-max says, and show on a terminal how far it is.  What
 * cannot be read is said, and marks the archive as failed; the others go on.
 */
int find_parallel(struct find_archive *archive, const size_t *files,
    size_t count, find_work *work, void *arg, wa_error *err);

/* rc of one file: 0 to go on without it, having said why, or rc. */
int find_failed(struct find_archive *archive, int rc, const wa_error *err);

#endif
