/* backup_flow.h - the files of a backup, in order, through the threads and
 * into the set. */
#ifndef BACKUP_FLOW_H
#define BACKUP_FLOW_H

#include "backup_emit.h"
#include "backup_item.h"

struct backup_flow;

/* Frames go into writer, which is the caller's. */
int backup_flow_open(struct backup_flow **out, const wa_config *config,
    wa_set_writer *writer, uint64_t start_lsn, wa_error *err);

/*
 * One more file, which is taken over, also when this fails.  Files come out in
 * the order in which they were put.  One that is read and has more than
 * WA_SET_CHUNK bytes is split.
 */
int backup_flow_put(
    struct backup_flow *flow, struct backup_item *item, wa_error *err);

/* A file whose bytes come by and by: begin it, then hand over all of its
 * file.size bytes, in pieces of any length. */
int backup_flow_begin(
    struct backup_flow *flow, struct backup_item *item, wa_error *err);
int backup_flow_bytes(
    struct backup_flow *flow, const void *buf, size_t size, wa_error *err);

/* Until all that was put is in the set. */
int backup_flow_drain(struct backup_flow *flow, wa_error *err);

const struct backup_counts *backup_flow_counts(const struct backup_flow *flow);
void backup_flow_close(struct backup_flow *flow);

#endif
