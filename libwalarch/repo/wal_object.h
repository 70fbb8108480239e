/* wal_object.h - the stored form of a WAL file: its label, its bytes. */
#ifndef WA_REPO_WAL_OBJECT_H
#define WA_REPO_WAL_OBJECT_H

#include "pg/segment.h"
#include "repo/repo.h"
#include "stream/stream.h"

struct wa_wal_object {
	uint64_t system_id;
	wa_label label;
	wa_wal_facts facts; /* of the label, without those of records */
	int unseen;         /* its pages were not looked at (wal-check = off) */
	wa_reader *reader;  /* the plain bytes */
};

/*
 * Open the object of name and hold its label against name and system.
 * WA_ENOENT when there is none.
 */
int wa_wal_object_open(struct wa_wal_object **out, wa_repo *repo,
    uint64_t system_id, const char *name, wa_error *err);
void wa_wal_object_close(struct wa_wal_object *object);

/* What to do with the plain bytes, in order; a negative code ends it. */
typedef int
wa_wal_sink(void *arg, const uint8_t *buf, size_t size, wa_error *err);

/*
 * Decode all of it and hold it against its label and, a segment, against its
 * name.  Only when 0 is returned were the bytes given to sink (which may be
 * NULL) the true ones.
 */
int wa_wal_object_read(struct wa_wal_object *object, wa_repo *repo,
    const char *name, wa_wal_sink *sink, void *arg, wa_error *err);

/* The whole of a small one (a history, a backup file) with a NUL behind it;
 * for wa_free(). */
int wa_wal_object_text(char **out, size_t *size, wa_repo *repo,
    uint64_t system_id, const char *name, wa_error *err);

/* The largest history or backup file there may be. */
#define WA_TEXT_MAX (1u << 20)

/* Begin the label of a WAL file. */
void wa_wal_label(wa_label *label, const struct wa_name *name, const char *text,
    uint64_t system_id, uint64_t size, const char *xxh128);

#endif
