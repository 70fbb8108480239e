/* crc32c.c - CRC-32C, by the processor's instruction where there is one. */
#include "config.h"

#include "base/crc32c.h"

#include <string.h>

#define POLYNOMIAL 0x82F63B78u /* bits reversed */

/* Sixteen entries, one for each half byte: small, and warm at once. */
static uint32_t
entry(uint32_t nibble)
{
	int bit;

	for (bit = 0; bit < 4; bit++)
		nibble = nibble >> 1 ^ (nibble & 1 ? POLYNOMIAL : 0);
	return nibble;
}

uint32_t
wa_crc32c_portable(uint32_t crc, const void *data, size_t size)
{
	const uint8_t *p = data;
	uint32_t table[16], i;

	for (i = 0; i < 16; i++)
		table[i] = entry(i);
	crc = ~crc;
	while (size-- > 0) {
		crc ^= *p++;
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

/* To ask a virtual machine's processor what it can do takes longer than the few
 * bytes of a program that has no more (WA_NO_CPUID). */
#if defined(__x86_64__) && !defined(WA_NO_CPUID)

__attribute__((target("sse4.2"))) static uint32_t
by_instruction(uint32_t crc, const uint8_t *p, size_t size)
{
	uint64_t sum = (uint32_t)~crc, word;
	uint32_t half;

	for (; size >= 8; size -= 8, p += 8) {
		memcpy(&word, p, 8);
		sum = __builtin_ia32_crc32di(sum, word);
	}
	if (size >= 4) {
		memcpy(&half, p, 4);
		sum = __builtin_ia32_crc32si((uint32_t)sum, half);
		size -= 4;
		p += 4;
	}
	while (size-- > 0)
		sum = __builtin_ia32_crc32qi((uint32_t)sum, *p++);
	return ~(uint32_t)sum;
}

uint32_t
wa_crc32c(uint32_t crc, const void *data, size_t size)
{
	if (__builtin_cpu_supports("sse4.2"))
		return by_instruction(crc, data, size);
	return wa_crc32c_portable(crc, data, size);
}

#else

uint32_t
wa_crc32c(uint32_t crc, const void *data, size_t size)
{
	return wa_crc32c_portable(crc, data, size);
}

#endif
