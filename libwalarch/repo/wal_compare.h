/* wal_compare.h - a name that is taken: by the same bytes, or by others? */
#ifndef WA_REPO_WAL_COMPARE_H
#define WA_REPO_WAL_COMPARE_H

#include "repo/repo.h"
#include "repo/wal_source.h"

/*
 * Hold the source, from its beginning, against what is stored under name.
 * 1 when they are the same, byte for byte; what is stored is durable then.  A
 * partial segment's records end after so many bytes (0: not known); behind them
 * is whatever the file held before, which does not count.
 * WA_EEXIST when they differ, WA_ECORRUPT when the stored one is damaged,
 * WA_ENOENT when nothing is stored.
 */
int wa_wal_compare(wa_repo *repo, uint64_t system_id, const char *name,
    struct wa_source *source, uint64_t records, wa_error *err);

#endif
