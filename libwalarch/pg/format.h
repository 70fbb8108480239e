/*
 * format.h - what differs between PostgreSQL's majors inside WAL: one row a
 * major.  Sources: access/xlogrecord.h, access/xlog_internal.h,
 * access/xact.h, catalog/pg_control.h and commands/dbcommands_xlog.h of each.
 */
#ifndef WA_PG_FORMAT_H
#define WA_PG_FORMAT_H

#include <stdint.h>

/* Resource managers (access/rmgrlist.h), the same in every major. */
#define WA_RM_XLOG 0
#define WA_RM_XACT 1
#define WA_RM_DBASE 4

struct wa_format {
	uint32_t version;         /* as wa_page_version() */
	uint16_t overwrite;       /* XLP_FIRST_IS_OVERWRITE_CONTRECORD, or 0 */
	uint8_t drop_database;    /* XLOG_DBASE_DROP */
	uint8_t image_compressed; /* of bimg_info: any compression */
	uint8_t image_apply;      /* BKPIMAGE_APPLY, or 0: always */
	uint8_t stats_item;       /* bytes of an xl_xact_stats_item, or 0 */
	uint8_t checkpoint_time;  /* offset of time in a CheckPoint */
};

/* NULL when the version is not known. */
const struct wa_format *wa_format_of(uint32_t version);

/* "Heap2", as pg_waldump names it; "custom" for 128 and above, or NULL. */
const char *wa_rmgr_name(uint8_t rmid);

#endif
