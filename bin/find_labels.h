/* find_labels.h - what the stored segments say, read in parallel. */
#ifndef FIND_LABELS_H
#define FIND_LABELS_H

#include "find.h"

/*
 * Read every label, and the segment itself where its label says too little.
 * Events of these kinds are kept with their file; of the restore points those
 * whose names match the pattern, unless it is NULL.
 */
int find_labels_read(struct find_archive *archive, unsigned kinds,
    const char *name, wa_error *err);

/* The same for one file, for its commits only. */
int find_labels_one(struct find_archive *archive, size_t file, wa_error *err);

/* Scan those of the files that a transaction of this number may have ended in,
 * and keep its end among their events. */
int find_labels_xid(struct find_archive *archive, uint32_t xid, wa_error *err);

#endif
