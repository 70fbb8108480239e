/* wal_remove.c - remove a stored WAL file. */
#include "config.h"

#include "base/error.h"
#include "repo/repo.h"

int
wa_wal_remove(uint64_t *freed, wa_repo *repo, uint64_t system_id,
    const char *name, wa_error *err)
{
	wa_key key;

	if (wa_name_kind(name) == WA_NOT_WAL)
		return wa_error_set(
		    err, WA_EUSAGE, "\"%s\" is no name of a WAL file", name);
	wa_key_wal(key, repo->stanza, system_id, name);
	return wa_storage_remove(freed, repo->storage, key, 0, err);
}
