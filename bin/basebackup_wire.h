/* basebackup_wire.h - what the parts of basebackup share. */
#ifndef BASEBACKUP_WIRE_H
#define BASEBACKUP_WIRE_H

#include <libpq-fe.h>

#include "basebackup.h"

struct basebackup {
	PGconn *connection;
	int version;
	uint64_t system_id;

	struct basebackup_tablespace *tablespaces;
	size_t count;
	PGresult *list; /* the tablespaces' paths are in it */

	int copying;     /* inside a COPY */
	size_t copies;   /* that were begun */
	int reading;     /* inside an archive, or the manifest */
	char *message;   /* of libpq's, or NULL */
	size_t length;   /* of it */
	char held;       /* 'n' or 'm' in message: next() has not told of it */
	PGresult *ahead; /* what followed the COPY that has ended */
	PGresult *last;  /* the first result that is no COPY */
};

/* The next result, or NULL after the last; *out is for PQclear(). */
int wire_result(PGresult **out, struct basebackup *b, wa_error *err);

/* The next result must have this status; for PQclear(). */
int wire_expect(PGresult **out, struct basebackup *b, ExecStatusType status,
    const char *doing, wa_error *err);

/* The next message of the COPY in b->message: 1, or 0 at its end, when
 * b->ahead has what came behind it. */
int wire_message(struct basebackup *b, wa_error *err);

/* What the server says of a result, or libpq of the connection. */
int wire_failure(struct basebackup *b, const PGresult *result,
    const char *doing, wa_error *err);

/* A hint for what a server or libpq has said. */
void wire_hint(const char *otherwise, wa_error *err);

#endif
