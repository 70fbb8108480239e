/* bytes.h - numbers out of bytes, whatever the machine's own order. */
#ifndef WA_BASE_BYTES_H
#define WA_BASE_BYTES_H

#include <stdint.h>

static inline uint16_t
wa_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
wa_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static inline uint64_t
wa_le64(const uint8_t *p)
{
	return (uint64_t)wa_le32(p) | (uint64_t)wa_le32(p + 4) << 32;
}

static inline void
wa_put_le32(uint8_t *p, uint32_t n)
{
	p[0] = (uint8_t)n;
	p[1] = (uint8_t)(n >> 8);
	p[2] = (uint8_t)(n >> 16);
	p[3] = (uint8_t)(n >> 24);
}

static inline void
wa_put_le64(uint8_t *p, uint64_t n)
{
	wa_put_le32(p, (uint32_t)n);
	wa_put_le32(p + 4, (uint32_t)(n >> 32));
}

#endif
