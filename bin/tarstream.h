/*
 * tarstream.h - read a tar while it comes, and trust nothing in it.
 *
 * Entries are regular files, folders, and symbolic links pg_tblspc/OID.  All
 * else, and any path that could lead out of a folder, is WA_ECORRUPT.
 */
#ifndef TARSTREAM_H
#define TARSTREAM_H

#include <stddef.h>
#include <stdint.h>
#include <walarch.h>

/* The tar's next bytes, valid until the next call: 1, 0 at its end. */
typedef int
tarstream_source(const void **piece, size_t *size, void *arg, wa_error *err);

struct tarstream;

int tarstream_open(
    struct tarstream **out, tarstream_source *source, void *arg, wa_error *err);
void tarstream_close(struct tarstream *t);

enum tarstream_kind { TARSTREAM_FILE, TARSTREAM_FOLDER, TARSTREAM_LINK };

struct tarstream_entry {
	enum tarstream_kind kind;
	const char *path; /* relative, no "/" at its end */
	const char *to;   /* where a link leads, else NULL */
	uint64_t size;
	uint32_t mode; /* permission bits */
	int64_t mtime; /* seconds since 1970 */
};

#define TARSTREAM_PATH_MAX 1024 /* with its NUL */

/* 1, or 0 behind the last; valid until the next call. */
int
tarstream_next(struct tarstream_entry *out, struct tarstream *t, wa_error *err);

/* 1 and the next bytes of the file; 0 at its end, when it had all of its
 * size. */
int tarstream_read(
    const void **piece, size_t *size, struct tarstream *t, wa_error *err);

/* Is it relative, and without empty, "." and ".." parts? */
int tarstream_path_is_safe(const char *path);

#endif
