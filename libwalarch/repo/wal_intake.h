/*
 * wal_intake.h - the file that is pushed, looked at while it is read: once for
 * the digest, its pages, its records, and what becomes of it.
 */
#ifndef WA_REPO_WAL_INTAKE_H
#define WA_REPO_WAL_INTAKE_H

#include "pg/facts.h"
#include "pg/segment.h"
#include "repo/repo.h"
#include "repo/wal_source.h"

struct wa_intake {
	wa_repo *repo;
	const char *text; /* the name */
	struct wa_name name;
	struct wa_source source;
	uint8_t *buf; /* what was read last */
	size_t chunk; /* its size */
	wa_digest *digest;
	struct wa_segment *segment; /* NULL: pages are not looked at */
	struct wa_facts *facts;     /* NULL: nor are records */
	int walking;
};

/* name must be one of a WAL file.  Close it also after a failure. */
int wa_intake_open(struct wa_intake *in, wa_repo *repo, const char *path,
    const char *name, wa_error *err);
void wa_intake_close(struct wa_intake *in);

/* Does the name have a segment's size and place? */
int wa_intake_is_segment(const struct wa_intake *in);

/* The next bytes, in buf: how many, or 0 at the end. */
int64_t wa_intake_next(struct wa_intake *in, wa_error *err);

/* Look at the records from here on; what buf holds, size bytes, is the file's
 * beginning. */
void wa_intake_walk(struct wa_intake *in, size_t size);

/* Everything that can be wrong with the file itself, after its last byte. */
int wa_intake_end(struct wa_intake *in, wa_error *err);

/* Begin again, with the disk's bytes rather than those in memory. */
int wa_intake_again(struct wa_intake *in, wa_error *err);

/* Where the records are damaged, or NULL; after wa_intake_end(). */
const wa_event *wa_intake_damage(const struct wa_intake *in);

#endif
