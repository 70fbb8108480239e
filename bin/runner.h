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

/* The program called name in the folder of the one that runs.  Borrowed. */
const char *runner_beside(const char *name);

/*
 * In the runner, first of all: go on in a child, while this process waits to
 * exit with 0 or 1, whatever the child dies of.  Where PostgreSQL is the first
 * process of a container, orphans become its children, and up to 17 it takes
 * one that dies of a signal for a part of the server that crashed.
 */
void runner_shield(void);

/*
 * In the runner: take over the lock, or lock when it was started by hand.  The
 * descriptor; -1 and errno: EWOULDBLOCK when another one works.
 */
int runner_begin(const struct spool *spool);

/* What a runner says of itself, for people. */
struct runner_state {
	int64_t pid;
	int64_t since;               /* it began: microseconds since 1970 UTC */
	int64_t last;                /* it finished a file, or 0 */
	uint64_t files, bytes;       /* it has done */
	char name[MARKER_NAME_SIZE]; /* of the last one */
};

/* In its lock.  state->pid and since are filled in when they are 0. */
void runner_tell(int lock, struct runner_state *state);

/* One more file was done. */
void runner_did(
    int lock, struct runner_state *state, const char *name, uint64_t bytes);

/* What the last runner said, and whether it is at work.  1: there was none. */
int runner_ask(struct runner_state *out, int *alive, const struct spool *spool);

#endif
