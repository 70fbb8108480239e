/* crc32c.h - CRC-32C (Castagnoli, RFC 3720 appendix B.4), PostgreSQL's. */
#ifndef WA_BASE_CRC32C_H
#define WA_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

#include "walarch.h"

/* wa_crc32c() without the processor's own instruction.  Of "123456789" both are
 * 0xE3069283. */
uint32_t wa_crc32c_portable(uint32_t crc, const void *data, size_t size);

#endif
