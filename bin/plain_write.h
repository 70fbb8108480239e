/* plain_write.h - what a base backup sends, as files below a folder. */
#ifndef PLAIN_WRITE_H
#define PLAIN_WRITE_H

#include <walarch.h>

#include "basebackup.h"

struct plain_write;

/* Into the folder open as dir, which stays the caller's. */
int plain_write_open(struct plain_write **out, int dir, wa_error *err);
void plain_write_close(struct plain_write *w);

/* The part of b that next() has told of. */
int plain_write_part(struct plain_write *w, struct basebackup *b,
    const struct basebackup_part *part, wa_error *err);

/* Is it all there, and as the manifest wants it? */
int plain_write_check(struct plain_write *w, wa_error *err);

/* May the server's group read the cluster? */
int plain_write_group(const struct plain_write *w);

#endif
