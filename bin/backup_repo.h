/* backup_repo.h - a base backup of a running server, into the repository. */
#ifndef BACKUP_REPO_H
#define BACKUP_REPO_H

#include <walarch.h>

/* label is for backup_label.  Returns the exit status; all has been said. */
int backup_repo(wa_config *config, const char *label);

#endif
