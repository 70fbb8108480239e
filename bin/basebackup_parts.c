/*
 * basebackup_parts.c - the archives and the manifest.
 *
 * Up to 14 each is a COPY of its own, the archives in the order of the list of
 * tablespaces.  From 15 all are in one COPY, whose messages begin with a
 * letter: n, a new archive; m, the manifest; d, data of it; p, progress.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "basebackup_wire.h"
#include "errors.h"

#define TYPED 150000    /* from this version on */
#define MANIFEST 130000 /* and the manifest from this one */

static const char doing[] = "could not receive the backup";

static int
nonsense(wa_error *err)
{
	return error_set(err, WA_ECORRUPT,
	    "%s: the server sent what is not of its protocol", doing);
}

/* Enter the next COPY: 1, or 0 when a result comes that is none. */
static int
next_copy(struct basebackup *b, wa_error *err)
{
	PGresult *result = b->ahead;
	int rc = 0;

	b->ahead = NULL;
	if (result == NULL)
		rc = wire_result(&result, b, err);
	if (rc < 0)
		return rc;
	if (PQresultStatus(result) == PGRES_COPY_OUT) {
		PQclear(result);
		b->copying = 1;
		b->copies++;
		return 1;
	}
	if (PQresultStatus(result) == PGRES_TUPLES_OK) {
		b->last = result;
		return 0;
	}
	rc = wire_failure(b, result, doing, err);
	PQclear(result);
	return rc;
}

static int
next_of_many(struct basebackup_part *out, struct basebackup *b, wa_error *err)
{
	size_t i = b->copies;
	int rc = next_copy(b, err);

	if (rc <= 0)
		return rc;
	if (i > b->count || (i == b->count && b->version < MANIFEST))
		return nonsense(err);
	out->kind = i == b->count ? BASEBACKUP_MANIFEST : BASEBACKUP_TAR;
	out->oid = i == b->count ? 0 : b->tablespaces[i].oid;
	return 1;
}

/* "base.tar", or "16400.tar" of a tablespace that was listed. */
static int
oid_of_archive(uint32_t *out, const struct basebackup *b, const char *name)
{
	char *end;
	unsigned long oid;
	size_t i;

	if (strcmp(name, "base.tar") == 0) {
		*out = 0;
		return 0;
	}
	oid = strtoul(name, &end, 10);
	if (oid == 0 || strcmp(end, ".tar") != 0)
		return -1;
	for (i = 0; i < b->count; i++)
		if (b->tablespaces[i].oid == oid) {
			*out = (uint32_t)oid;
			return 0;
		}
	return -1;
}

/* The message that announced it is in b->message. */
static int
announced(struct basebackup_part *out, struct basebackup *b, wa_error *err)
{
	char kind = b->held;

	b->held = 0;
	out->kind = kind == 'm' ? BASEBACKUP_MANIFEST : BASEBACKUP_TAR;
	out->oid = 0;
	/* libpq puts a NUL behind every message. */
	if (kind == 'n' &&
	    (memchr(b->message + 1, '\0', b->length - 1) == NULL ||
		oid_of_archive(&out->oid, b, b->message + 1) < 0))
		return nonsense(err);
	return 1;
}

/* One message of the typed COPY: 1 data, 0 the end of the part. */
static int
typed_message(struct basebackup *b, wa_error *err)
{
	int rc;

	while ((rc = wire_message(b, err)) == 1) {
		char kind = b->length > 0 ? b->message[0] : 0;

		if (kind == 'p')
			continue;
		if (kind == 'n' || kind == 'm') {
			b->held = kind;
			return 0;
		}
		return kind == 'd' && b->reading ? 1 : nonsense(err);
	}
	return rc;
}

static int
next_of_one(struct basebackup_part *out, struct basebackup *b, wa_error *err)
{
	int rc = 1;

	if (b->copies == 0)
		rc = next_copy(b, err);
	if (rc == 1 && b->held == 0 && b->copying && typed_message(b, err) < 0)
		rc = -1;
	if (rc == 1 && b->held != 0)
		return announced(out, b, err);
	if (rc == 1 && (rc = next_copy(b, err)) == 1)
		rc = nonsense(err);
	return rc < 0 ? err->code : rc;
}

int
basebackup_next(
    struct basebackup_part *out, struct basebackup *b, wa_error *err)
{
	const void *piece;
	size_t size;
	int rc = 0;

	while (b->reading && rc >= 0)
		rc = basebackup_read(&piece, &size, b, err);
	if (rc < 0 || b->last != NULL)
		return rc;
	rc = b->version < TYPED ? next_of_many(out, b, err) :
				  next_of_one(out, b, err);
	b->reading = rc == 1;
	return rc;
}

int
basebackup_read(
    const void **piece, size_t *size, struct basebackup *b, wa_error *err)
{
	size_t front = b->version < TYPED ? 0 : 1;
	int rc = 0;

	if (b->reading)
		rc = front == 0 ? wire_message(b, err) : typed_message(b, err);
	if (rc == 1) {
		*piece = b->message + front;
		*size = b->length - front;
	} else {
		b->reading = 0;
	}
	return rc;
}
