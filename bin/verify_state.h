/* verify_state.h - the file of --resume: where the next run goes on. */
#ifndef VERIFY_STATE_H
#define VERIFY_STATE_H

#include "verify_select.h"

struct verify_state {
	const char *path; /* NULL: there is none */
	struct verify_place place;
	uint64_t errors; /* that were told before the place */
	double saved;    /* when */
};

/* 1 when there is one; 0 when there is none; a negative code. */
int verify_state_read(struct verify_state *state, wa_error *err);

/* Write it, in place of the one there is; unless now, only now and then. */
int verify_state_write(struct verify_state *state, int now, wa_error *err);

/* The run is complete. */
int verify_state_remove(const struct verify_state *state, wa_error *err);

#endif
