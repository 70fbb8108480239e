/* wal_list.h - the listing of a system's WAL, for the modules of this folder. */
#ifndef WA_REPO_WAL_LIST_H
#define WA_REPO_WAL_LIST_H

#include "repo/repo.h"

/* As wa_wal_list_open(), but the ranges do not tell how many bytes are stored,
 * which is what takes most of the time. */
int wa_wal_list_open_names(
    wa_wal_list **out, wa_repo *repo, uint64_t system_id, wa_error *err);

#endif
