/* crc32c.h - CRC-32C (Castagnoli, RFC 3720 appendix B.4), PostgreSQL's. */
#ifndef WA_BASE_CRC32C_H
#define WA_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of size bytes, going on from crc; 0 begins.  wa_crc32c(0, "123456789", 9)
 * is 0xE3069283. */
uint32_t wa_crc32c(uint32_t crc, const void *data, size_t size);

/* The same without the processor's own instruction. */
uint32_t wa_crc32c_portable(uint32_t crc, const void *data, size_t size);

#endif
