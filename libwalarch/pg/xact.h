/*
 * xact.h - what a commit or an abort says (access/xact.h: xl_xact_commit and
 * its kin), read while its bytes pass by: lists of subtransactions and of
 * invalidations, which may be long, are passed over.
 */
#ifndef WA_PG_XACT_H
#define WA_PG_XACT_H

#include <stddef.h>
#include <stdint.h>

#include "pg/format.h"

enum wa_xact_kind { WA_XACT_NONE, WA_XACT_COMMIT, WA_XACT_ABORT };

struct wa_xact {
	enum wa_xact_kind kind;
	int prepared;       /* COMMIT PREPARED or ROLLBACK PREPARED */
	uint32_t xid;       /* of the transaction, also of a prepared one */
	int64_t time;       /* microseconds since 1970-01-01 UTC */
	uint32_t children;  /* subtransactions */
	uint32_t relations; /* files of relations that it removes */

	/* the reader's own: */
	const struct wa_format *format;
	uint32_t info;
	int step;
	uint64_t skip;
	size_t need, have;
	uint8_t buf[16];
};

/* A record of WA_RM_XACT with this info byte and xid begins; its kind says
 * whether it is one of these. */
void wa_xact_begin(struct wa_xact *x, const struct wa_format *format,
    uint8_t info, uint32_t xid);

/* The next bytes behind the record's header. */
void wa_xact_add(struct wa_xact *x, const uint8_t *data, size_t size);

/* -1 when bytes were missing. */
int wa_xact_end(const struct wa_xact *x);

/* PostgreSQL's TimestampTz as microseconds since 1970-01-01 UTC, at most the end
 * of the year 9999, at least the year 1000. */
int64_t wa_timestamp(int64_t since_2000);

#endif
