/*
 * runner.h - a process that works ahead, detached from whoever started it.
 *
 * SIDE.runner is locked while one lives: the descriptor with the lock is handed
 * to it, so that there is no moment for a second one.  Nobody looks at process
 * numbers.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include "spool.h"

/*
 * Start program for this side of the spool, with the settings that config has
 * from the command line, in the working directory.  0, or 1 when one works
 * already; -1 and errno.
 */
int runner_start(
    const struct spool *spool, const char *program, const wa_config *config);

/* "/usr/libexec/walarch/" and name: beside this program.  Borrowed. */
const char *runner_beside(const char *name);

/* In the runner: take over the lock, or lock, and close what else was handed
 * down.  The descriptor, or -1: another one works. */
int runner_begin(const struct spool *spool);

/* What a runner says of itself, for people. */
struct runner_state {
	int64_t pid;
	int64_t since, last; /* microseconds since 1970 UTC: it began; it
			      * finished a file, or 0 */
	uint64_t files, bytes; /* it has done */
	char name[MARKER_NAME_SIZE]; /* the last one */
};

void runner_tell(int fd, const struct runner_state *state);

/* 0: *out is what the last runner said, *alive whether it still works; 1: there
 * was none. */
int runner_ask(
    struct runner_state *out, int *alive, const struct spool *spool);

/* The last failure of this side: keep it, forget it. */
void failure_keep(const struct spool *spool, const wa_error *err);
void failure_forget(const struct spool *spool);

/* 0, or 1: there is none.  *at: microseconds since 1970 UTC. */
int failure_read(wa_error *out, int64_t *at, const struct spool *spool);

#endif
