/*
 * pg_manifest.h - write a backup_manifest, so that pg_verifybackup accepts a
 * restored data directory (PostgreSQL 13 and later).
 */
#ifndef PG_MANIFEST_H
#define PG_MANIFEST_H

#include <stddef.h>
#include <walarch.h>

/* WAL that the backup needs, of one timeline. */
struct pg_wal_range {
	uint32_t timeline;
	uint64_t start, end; /* LSNs */
};

struct pg_manifest;

/* Its name until it is finished. */
#define PG_MANIFEST_TMP "backup_manifest.tmp"

/* A backup_manifest of that major in the folder dir; it appears when it is
 * finished. */
int pg_manifest_begin(struct pg_manifest **out, int dir, uint32_t version,
    uint64_t system_id, wa_error *err);

/* The same into the empty file open as fd, which stays the caller's. */
int pg_manifest_begin_nameless(struct pg_manifest **out, int fd,
    uint32_t version, uint64_t system_id, wa_error *err);

/* One more file; path is below the data directory, in any encoding, and mtime
 * seconds since 1970. */
int pg_manifest_add(struct pg_manifest *manifest, const char *path,
    uint64_t size, int64_t mtime, uint32_t crc32c, wa_error *err);

/* The ranges, one at least, and the manifest's own checksum.  The file is
 * synced, its name is not. */
int pg_manifest_finish(struct pg_manifest *manifest,
    const struct pg_wal_range *ranges, size_t count, wa_error *err);

/* An unfinished one leaves no trace. */
void pg_manifest_close(struct pg_manifest *manifest);

#endif
