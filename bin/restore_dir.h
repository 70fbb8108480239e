/* restore_dir.h - a plain base backup back into a data directory. */
#ifndef RESTORE_DIR_H
#define RESTORE_DIR_H

#include <walarch.h>

/*
 * The backup in from into pg1-path.  Without a type and a target its own WAL
 * is all that is replayed, and no repository is needed.
 */
int restore_dir(const wa_config *config, const char *from, int force, int plan,
    wa_error *err);

#endif
