/*
 * record.h - one WAL record (access/xlogrecord.h): its header, the blocks it
 * is about, its main data.
 */
#ifndef WA_PG_RECORD_H
#define WA_PG_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "pg/format.h"

#define WA_RECORD_HEADER 24         /* SizeOfXLogRecord */
#define WA_RECORD_CRC 20            /* the offset of xl_crc */
#define WA_RECORD_MAX (1020u << 20) /* XLogRecordMaxSize */
#define WA_RECORD_BLOCKS 33         /* XLR_MAX_BLOCK_ID + 1 */

/* All block headers a record can have fit. */
#define WA_RECORD_HEAD 1536

struct wa_record {
	uint64_t lsn;  /* where it begins */
	uint64_t end;  /* behind it, aligned to 8: pg_waldump's next LSN */
	uint64_t prev; /* where the one before it begins */
	uint32_t size; /* with its header */
	uint32_t xid;  /* 0: none */
	uint8_t info, rmid;
	size_t head_size;
	const uint8_t *head; /* all of it, or its first WA_RECORD_HEAD bytes */
};

struct wa_block {
	uint8_t id, fork, flags; /* flags: BKPBLOCK_... of fork_flags */
	uint8_t image_info;      /* bimg_info */
	uint16_t image_size;     /* stored bytes of the full-page image, or 0 */
	uint16_t hole_offset, hole_size;
	uint32_t tablespace, database, relation, number;
};

#define WA_BLOCK_IMAGE 0x10 /* of flags */

struct wa_parts {
	size_t count;
	struct wa_block blocks[WA_RECORD_BLOCKS];
	uint32_t top_xid;   /* of a subtransaction's first record, or 0 */
	uint32_t data_size; /* of the main data */
	size_t data_offset; /* where in the record it begins */
};

/* Take header's fields (lsn and end are the caller's to set). */
void wa_record_header(struct wa_record *out, const uint8_t *header);

/*
 * The parts of a record.  -1 when it is not made as records are; the main data
 * may lie behind the head.
 */
int wa_record_parts(struct wa_parts *out, const struct wa_record *record,
    const struct wa_format *format);

/* The main data when all of it is in the head, or else NULL. */
const uint8_t *wa_record_data(size_t *size, const struct wa_record *record,
    const struct wa_format *format);

#endif
