/*
 * basebackup.h - a base backup over PostgreSQL's replication protocol.
 *
 * Pull it: open, begin; then next() for each archive (and the manifest) and
 * read() until its end; then end().  Only after end() is it a backup.  What
 * is in memory is one piece, however large the cluster.  All that waits for
 * the server ends with WA_EINTERRUPTED when a signal came.
 */
#ifndef BASEBACKUP_H
#define BASEBACKUP_H

#include <stddef.h>
#include <stdint.h>
#include <walarch.h>

struct basebackup;

/*
 * Connect as pg1-host (else pg1-socket-path), pg1-port and pg1-user say, and
 * libpq's environment where they do not.  Passwords are libpq's business:
 * PGPASSFILE, ~/.pgpass, PGPASSWORD.
 */
int basebackup_open(
    struct basebackup **out, const wa_config *config, wa_error *err);
void basebackup_close(struct basebackup *b);

uint64_t basebackup_system(const struct basebackup *b);
int basebackup_version(const struct basebackup *b); /* PQserverVersion() */

/* The value of a setting of the server's, such as wal_segment_size ("16MB").
 * Before begin(). */
int basebackup_show(char *buf, size_t size, struct basebackup *b,
    const char *name, wa_error *err);

/* For an incremental backup (17 and later): the backup_manifest, in the file
 * open as fd, of the backup it will be upon.  Before begin(). */
int basebackup_upload(struct basebackup *b, int fd, wa_error *err);

struct basebackup_wish {
	const char *label;
	int fast;        /* checkpoint at once */
	int wal;         /* with the WAL that the backup needs, in pg_wal */
	int sizes;       /* have the server add up sizes first */
	int incremental; /* upon the backup whose manifest was uploaded */
	int64_t rate;    /* bytes a second; 0: no limit */
};

/* The command for a server of this version; 0 when buf is too small. */
size_t basebackup_command(
    char *buf, size_t size, int version, const struct basebackup_wish *wish);

struct basebackup_point {
	uint64_t lsn;
	uint32_t timeline;
};

/* Is the label one that backup_label can hold? */
int basebackup_check_label(const char *label, wa_error *err);

/* Waits for a checkpoint of the server. */
int basebackup_begin(struct basebackup_point *start, struct basebackup *b,
    const struct basebackup_wish *wish, wa_error *err);

struct basebackup_tablespace {
	uint32_t oid;     /* 0: the data directory, which comes last */
	const char *path; /* on the server; "" for the data directory */
	uint64_t size;    /* bytes, an estimate; 0 without sizes */
};

/* Borrowed until close; known from begin() on. */
const struct basebackup_tablespace *
basebackup_tablespaces(const struct basebackup *b, size_t *count);

enum basebackup_kind {
	BASEBACKUP_TAR = 0,     /* an archive of a tablespace */
	BASEBACKUP_MANIFEST = 1 /* backup_manifest; 13 and later */
};

struct basebackup_part {
	enum basebackup_kind kind;
	uint32_t oid; /* of the tablespace; 0: the data directory */
};

/* 1, or 0 after the last.  What was not read of the one before is skipped. */
int basebackup_next(
    struct basebackup_part *out, struct basebackup *b, wa_error *err);

/* 1 and the next piece of it, valid until the next call; or 0 at its end. */
int basebackup_read(
    const void **piece, size_t *size, struct basebackup *b, wa_error *err);

/* The server is content, too: every page's checksum was right. */
int basebackup_end(
    struct basebackup_point *stop, struct basebackup *b, wa_error *err);

#endif
