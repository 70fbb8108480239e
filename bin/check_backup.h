/* check_backup.h - is there a backup, and the WAL it needs? */
#ifndef CHECK_BACKUP_H
#define CHECK_BACKUP_H

#include <walarch.h>

/* A line of what is well. */
void check_ok(const char *what, const char *details);

/* 0, also when there is none yet; 1 when the newest one lacks WAL. */
int check_backup(wa_repo *repo, uint64_t system_id);

#endif
