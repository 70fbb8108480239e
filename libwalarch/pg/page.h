/*
 * page.h - the header of a WAL page (access/xlog_internal.h:
 * XLogPageHeaderData and XLogLongPageHeaderData), little-endian.
 */
#ifndef WA_PG_PAGE_H
#define WA_PG_PAGE_H

#include <stddef.h>
#include <stdint.h>

#define WA_PAGE_SHORT 24          /* bytes of the header */
#define WA_PAGE_LONG 40           /* of a segment's first page */
#define WA_PAGE_CONTRECORD 0x0001 /* begins inside a record */
#define WA_PAGE_IS_LONG 0x0002

struct wa_page {
	uint16_t magic;
	uint16_t info;
	uint32_t timeline;
	uint64_t address;   /* LSN of the page's first byte */
	uint32_t rest;      /* bytes of the record it begins inside of */
	uint64_t system_id; /* these three only with WA_PAGE_IS_LONG */
	uint32_t segment_size;
	uint32_t block_size;
};

/* The header at data, of which size bytes may be read; -1 when it is cut
 * short.  Nothing is judged. */
int wa_page_parse(struct wa_page *out, const uint8_t *data, size_t size);

/* PostgreSQL's major for XLOG_PAGE_MAGIC (906 for 9.6), or 0: unknown. */
uint32_t wa_page_version(uint16_t magic);

#endif
