/*
 * checksum.h - the checksum in the header of a data page (PostgreSQL's
 * storage/checksum_impl.h; the same since 9.3): FNV-1a over 32 columns of the
 * page, their exclusive or, and the block's number.
 */
#ifndef WA_PG_CHECKSUM_H
#define WA_PG_CHECKSUM_H

#include "walarch.h"

/* What pd_checksum of the page, which is not all zero, has to be.  block is
 * its number within the relation; pd_checksum's own bytes are left out. */
uint16_t wa_page_checksum(const uint8_t *page, uint32_t block);

#endif
