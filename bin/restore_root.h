/* restore_root.h - the data directory itself. */
#ifndef RESTORE_ROOT_H
#define RESTORE_ROOT_H

#include "restore_write.h"

/*
 * Make it, if it is not there, with the mode that it had, and, as root, the
 * owner.  One that is there keeps its owner.  *owner is whose it is.
 */
int restore_root_make(struct restore_owner *owner, wa_repo *repo,
    const char *set, const char *root, wa_error *err);

#endif
