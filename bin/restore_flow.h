/* restore_flow.h - files out of sets, through the threads, to their places. */
#ifndef RESTORE_FLOW_H
#define RESTORE_FLOW_H

#include "restore_item.h"

struct restore_flow;

/* What is done with a file that is in place and verified, in order. */
typedef int restore_done(void *arg, const wa_set_file *file, wa_error *err);

struct restore_owner;

int restore_flow_open(struct restore_flow **out, const wa_config *config,
    const struct restore_owner *owner, restore_done *done, void *arg,
    wa_error *err);

/* One more regular file, which is taken over, also when this fails. */
int restore_flow_put(
    struct restore_flow *flow, struct restore_item *item, wa_error *err);

/* Until all that was put is in place. */
int restore_flow_drain(struct restore_flow *flow, wa_error *err);

struct restore_counts {
	uint64_t done;          /* bytes */
	uint64_t written, kept; /* files */
};

const struct restore_counts *
restore_flow_counts(const struct restore_flow *flow);
void restore_flow_close(struct restore_flow *flow);

#endif
