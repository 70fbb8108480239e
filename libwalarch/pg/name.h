/*
 * name.h - the names PostgreSQL gives to WAL files
 * (access/xlog_internal.h: XLogFileName and its kin).
 */
#ifndef WA_PG_NAME_H
#define WA_PG_NAME_H

#include "walarch.h"

#define WA_NAME_MAX 64 /* PostgreSQL's own bound (MAX_XFN_CHARS is 40) */

struct wa_name {
	enum wa_kind kind;
	uint32_t timeline;
	uint32_t log, segment; /* the second and third eight digits */
	uint32_t offset;       /* of a .backup file: its eight digits */
};

/* What name says; its kind is WA_NOT_WAL when it is none of PostgreSQL's. */
void wa_name_parse(struct wa_name *out, const char *name);

/* The segment's number, or -1 where the size does not allow the name. */
int64_t wa_name_number(const struct wa_name *name, uint32_t segment_size);

#endif
