/* sweep.h - operations that are swept. */
#ifndef WA_TESTS_SWEEP_H
#define WA_TESTS_SWEEP_H

#include "walarch.h"

/*
 * Run once, with the hook armed, and judge what came back.  The return value
 * is the operation's.
 */
struct operation {
	const char *name;
	void (*prepare)(void);
	int (*run)(wa_error *err);
	void (*judge)(int rc, const wa_error *err);
};

/* What they work on; a new handle of it. */
extern wa_repo *repo;
void open_again(void);

/* Report that. */
void not_true(const char *what, int rc, const wa_error *err);

#define SET_OPERATIONS 3

extern const struct operation set_operations[SET_OPERATIONS];

#define DROP_OPERATIONS 2

extern const struct operation drop_operations[DROP_OPERATIONS];

#endif
