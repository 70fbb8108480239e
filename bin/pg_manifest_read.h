/* pg_manifest_read.h - what a backup_manifest says of a base backup. */
#ifndef PG_MANIFEST_READ_H
#define PG_MANIFEST_READ_H

#include <stddef.h>
#include <walarch.h>

#include "pg_checksum.h"
#include "pg_manifest.h"

struct pg_manifest_file {
	const char *path;
	uint64_t size;
	struct pg_sum sum;
	int seen; /* the caller's */
};

struct pg_manifest_list {
	uint64_t system_id;             /* 0: version 1 does not say */
	struct pg_manifest_file *files; /* by path */
	size_t count;
	struct pg_wal_range *ranges;
	size_t range_count;
};

/*
 * Read the backup_manifest of the folder dir.  WA_ENOENT when there is none,
 * WA_ECORRUPT when it fails its own checksum or is not as PostgreSQL writes
 * it.
 */
int pg_manifest_load(struct pg_manifest_list **out, int dir, wa_error *err);

/* The file of that path, or NULL. */
struct pg_manifest_file *
pg_manifest_find(const struct pg_manifest_list *list, const char *path);

void pg_manifest_list_free(struct pg_manifest_list *list);

#endif
