/* checksum.c - checksums of data pages. */
#include "config.h"

#include "pg/checksum.h"

#include <string.h>

#include "base/bytes.h"

#define COLUMNS 32
#define ROW (COLUMNS * 4)
#define PRIME 16777619u

/* Of PageHeaderData (storage/bufpage.h). */
#define LSN_HIGH 0
#define LSN_LOW 4
#define CHECKSUM 8
#define UPPER 14

/* Where each column begins. */
static const uint32_t offsets[COLUMNS] = {
	0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, /* 0 */
	0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C, /* 4 */
	0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, /* 8 */
	0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB, /* 12 */
	0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, /* 16 */
	0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4, /* 20 */
	0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, /* 24 */
	0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756, /* 28 */
};

/* Eight columns: GCC and Clang make them of whatever vectors the processor is
 * sure to have.  With those of SSE2 it is as fast as memory; AVX2
 * gains nothing. */
typedef uint32_t lanes __attribute__((vector_size(32)));

struct sums {
	lanes a, b, c, d;
};

#define MIX(sum, row)                                                          \
	do {                                                                   \
		lanes mixed = (sum) ^ (row);                                   \
		(sum) = mixed * PRIME ^ mixed >> 17;                           \
	} while (0)

static inline void
add(struct sums *sums, const void *row)
{
	struct sums values;

	memcpy(&values, row, ROW);
	MIX(sums->a, values.a);
	MIX(sums->b, values.b);
	MIX(sums->c, values.c);
	MIX(sums->d, values.d);
}

static inline uint32_t
fold(const struct sums *sums)
{
	lanes all = sums->a ^ sums->b ^ sums->c ^ sums->d;

	return all[0] ^ all[1] ^ all[2] ^ all[3] ^ all[4] ^ all[5] ^ all[6] ^
	    all[7];
}

uint16_t
wa_page_checksum(const uint8_t *page, uint32_t block)
{
	static const uint8_t zeros[ROW];
	struct sums sums;
	uint8_t first[ROW];
	size_t at;

	memcpy(&sums, offsets, sizeof(sums));
	memcpy(first, page, ROW);
	memset(first + CHECKSUM, 0, 2);
	add(&sums, first);
	for (at = ROW; at < WA_DATA_PAGE; at += ROW)
		add(&sums, page + at);
	add(&sums, zeros);
	add(&sums, zeros);
	return (uint16_t)((fold(&sums) ^ block) % 65535 + 1);
}

static int
all_zero(const uint8_t *page)
{
	return page[0] == 0 && memcmp(page, page + 1, WA_DATA_PAGE - 1) == 0;
}

/*
 * As verify_page_checksum() of PostgreSQL's basebackup.c, but that one takes
 * any page whose pd_upper is 0 for a new one; the buffer manager's own test
 * (PageIsVerified() of bufpage.c) wants all of a new one to be 0.
 */
static int
is_good(const uint8_t *page, uint32_t block, uint64_t start_lsn)
{
	uint64_t lsn =
	    (uint64_t)wa_le32(page + LSN_HIGH) << 32 | wa_le32(page + LSN_LOW);

	if (wa_le16(page + UPPER) == 0)
		return all_zero(page);
	return lsn >= start_lsn ||
	    wa_page_checksum(page, block) == wa_le16(page + CHECKSUM);
}

size_t
wa_pages_check(uint32_t *bad, size_t room, const uint8_t *pages, size_t count,
    uint32_t first_block, uint64_t start_lsn)
{
	size_t wrong = 0, i;

	for (i = 0; i < count; i++) {
		if (is_good(pages + i * WA_DATA_PAGE, first_block + (uint32_t)i,
			start_lsn))
			continue;
		if (wrong < room)
			bad[wrong] = (uint32_t)i;
		wrong++;
	}
	return wrong;
}
