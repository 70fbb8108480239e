/* find_lsn.h - the record at an LSN, and the commits beside it. */
#ifndef FIND_LSN_H
#define FIND_LSN_H

#include "find.h"

/*
 * On each timeline that has WAL at the LSN: the record that begins there or
 * next, where PostgreSQL's recovery_target_lsn would stop, and the commits
 * before it and after it.
 */
int find_lsn(struct find_hits *hits, struct find_archive *archive, uint64_t lsn,
    wa_error *err);

#endif
