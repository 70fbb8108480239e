/* check_dropped.h - is there a backup since WAL was dropped? */
#ifndef CHECK_DROPPED_H
#define CHECK_DROPPED_H

#include <walarch.h>

/* 0; 1 when WAL was dropped that every full backup needs to go on. */
int check_dropped(wa_repo *repo, uint64_t system_id);

#endif
