/* from_dir_verify.h - a plain base backup against its backup_manifest. */
#ifndef FROM_DIR_VERIFY_H
#define FROM_DIR_VERIFY_H

#include "from_dir_scan.h"
#include "pg_manifest_read.h"

/*
 * Are all files there that the manifest names, in their size, and no others?
 * WA_ECORRUPT when not.
 */
int from_verify(const struct from_list *list, struct pg_manifest_list *manifest,
    wa_error *err);

/* What the file's checksum should be; NULL: the manifest has none for it. */
const struct pg_sum *
from_sum(const struct pg_manifest_list *manifest, const char *path);

#endif
