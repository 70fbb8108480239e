/* lsn.h - positions in the write-ahead log (access/xlogdefs.h). */
#ifndef WA_PG_LSN_H
#define WA_PG_LSN_H

#include "walarch.h"

/* A power of two from 1 MB to 1 GB (initdb --wal-segsize). */
int wa_segment_size_ok(uint64_t size);

#endif
