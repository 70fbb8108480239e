/* from_dir_verify.c - a plain base backup against its backup_manifest. */
#include "config.h"

#include "from_dir_verify.h"

#include <inttypes.h>
#include <string.h>

#include "errors.h"

/* What pg_verifybackup does not look at either: pg_basebackup itself adds to
 * them. */
static int
is_exempt(const char *path)
{
	static const char *const exempt[] = { "backup_manifest",
		"postgresql.auto.conf", "recovery.signal", "standby.signal" };
	size_t i;

	for (i = 0; i < sizeof(exempt) / sizeof(exempt[0]); i++)
		if (strcmp(path, exempt[i]) == 0)
			return 1;
	return strncmp(path, "pg_wal/", strlen("pg_wal/")) == 0;
}

static int
check_one(const struct from_file *file, struct pg_manifest_list *manifest,
    wa_error *err)
{
	struct pg_manifest_file *known = pg_manifest_find(manifest, file->path);

	if (known == NULL)
		return error_set(err, WA_ECORRUPT,
		    "\"%s\" is in the backup, but not in its backup_manifest",
		    file->path);
	known->seen = 1;
	if (known->size != file->size)
		return error_set(err, WA_ECORRUPT,
		    "\"%s\" of the backup has %" PRIu64
		    " bytes, and had %" PRIu64 " when it was made",
		    file->path, file->size, known->size);
	return 0;
}

int
from_verify(const struct from_list *list, struct pg_manifest_list *manifest,
    wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < list->count && rc == 0; i++)
		if (!list->files[i].folder && !is_exempt(list->files[i].path))
			rc = check_one(&list->files[i], manifest, err);
	for (i = 0; i < manifest->count && rc == 0; i++)
		if (!manifest->files[i].seen &&
		    !is_exempt(manifest->files[i].path))
			rc = error_set(err, WA_ECORRUPT,
			    "\"%s\" is missing in the backup",
			    manifest->files[i].path);
	return rc;
}

const struct pg_sum *
from_sum(const struct pg_manifest_list *manifest, const char *path)
{
	const struct pg_manifest_file *known;

	if (manifest == NULL || is_exempt(path))
		return NULL;
	known = pg_manifest_find(manifest, path);
	return known != NULL && known->sum.algorithm != PG_NO_CHECKSUM ?
	    &known->sum :
	    NULL;
}
