/* remote_upon.h - a backup of a server upon a set: may it be, and begin it. */
#ifndef REMOTE_UPON_H
#define REMOTE_UPON_H

#include "backup_run.h"
#include "basebackup.h"

/* b->upon, and b->remote->prior where it is to be upon one; a full where the
 * server cannot make another, which has been said. */
int remote_upon_choose(struct backup *b, wa_error *err);

/* Begin it, or a full on a new connection when the server refuses. */
int remote_upon_begin(
    struct backup *b, struct basebackup_wish *wish, wa_error *err);

#endif
