/* backup_wal.h - a backup is worth nothing without its WAL. */
#ifndef BACKUP_WAL_H
#define BACKUP_WAL_H

#include "backup_server.h"

/*
 * Wait for the segments from redo to stop to be in the repository, for as long
 * as archive-timeout after the last one that came.  -1: it has been said which
 * one did not, and why.
 */
int
backup_wal_wait(struct backup_server *server, wa_repo *repo, const wa_set *set);

/* Before anything is copied: does archiving work?  The segment before the
 * start must come. */
int backup_wal_check(
    struct backup_server *server, wa_repo *repo, const wa_cluster *cluster);

#endif
