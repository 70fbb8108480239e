/* wal_source.h - the file that is pushed, read while nobody may change it. */
#ifndef WA_REPO_WAL_SOURCE_H
#define WA_REPO_WAL_SOURCE_H

#include <sys/stat.h>

#include "walarch.h"

/* Bytes read at once: few enough to stay in the processor's cache from one
 * reader to the next. */
#define WA_CHUNK (64u << 10)

struct wa_source {
	const char *path; /* borrowed */
	int fd;
	struct stat st; /* as it was when it was opened */
	uint64_t size;
};

int wa_source_open(struct wa_source *out, const char *path, wa_error *err);

/* Up to size bytes; fewer only at the end. */
int64_t
wa_source_read(struct wa_source *s, void *buf, size_t size, wa_error *err);

/* Begin again. */
int wa_source_rewind(struct wa_source *s, wa_error *err);

/* Begin again, from the disk rather than from memory where that is possible. */
int wa_source_reread(struct wa_source *s, wa_error *err);

/*
 * WA_ETRYAGAIN when the file has changed, or its path leads to another one:
 * PostgreSQL recycles segments, and what was read may be of two of them.
 */
int wa_source_unchanged(const struct wa_source *s, wa_error *err);

void wa_source_close(struct wa_source *s);

#endif
