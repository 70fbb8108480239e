/* remote_incr.h - files of which a server sends what changed: they are made
 * whole, or left to the set that has them. */
#ifndef REMOTE_INCR_H
#define REMOTE_INCR_H

#include <walarch.h>

#include "backup_flow.h"
#include "remote_prior.h"

struct remote_incr;

/* prior, repo and flow are the caller's. */
int remote_incr_open(struct remote_incr **out, struct remote_prior *prior,
    wa_repo *repo, struct backup_flow *flow, wa_error *err);
void remote_incr_close(struct remote_incr *incr);

/* The path of the file that one of this name is part of: 1, or 0 when it is
 * none such.  buf has room for path. */
int remote_incr_path(char *buf, const char *path);

/* One of sent bytes comes; file has its path, mode and mtime.  Then all its
 * bytes, in pieces, and its end. */
int remote_incr_begin(struct remote_incr *incr, const wa_set_file *file,
    uint64_t sent, wa_error *err);
int remote_incr_bytes(
    struct remote_incr *incr, const void *buf, size_t size, wa_error *err);
int remote_incr_end(struct remote_incr *incr, wa_error *err);

/* Take out of backup_label's text what forbids to start from the backup. */
void remote_incr_label(char *text);

#endif
