/* checksum.c - checksums of data pages. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/bytes.h"
#include "pg/checksum.h"

/* The three pages of a free space map, as PostgreSQL 15 wrote them. */
static const struct {
	uint32_t lsn;
	uint16_t checksum;
} written[] = {
	{ 0x01782F70, 0x6E71 },
	{ 0x01780F20, 0xC8A5 },
	{ 0x0177EED0, 0x15CE },
};

static void
make_page(uint8_t *page, uint32_t i)
{
	static const uint16_t nodes[] = { 0x1C, 0x1D, 0x1F, 0x23, 0x2B, 0x3B,
		0x5B, 0x9B, 0x11B, 0x21B, 0x41B, 0x81B, 0x101B };
	size_t n;

	memset(page, 0, WA_DATA_PAGE);
	wa_put_le32(page + 4, written[i].lsn);
	wa_put_le32(page + 8, written[i].checksum);
	wa_put_le32(page + 12, 0x20000018); /* pd_lower, pd_upper */
	wa_put_le32(page + 16, 0x20042000);
	for (n = 0; n < sizeof(nodes) / sizeof(nodes[0]); n++)
		page[nodes[n]] = 0xDD;
}

static void
make_map(uint8_t *pages)
{
	uint32_t i;

	for (i = 0; i < 3; i++)
		make_page(pages + i * WA_DATA_PAGE, i);
}

Test(checksum, is_what_postgresql_wrote)
{
	uint8_t page[WA_DATA_PAGE];
	uint32_t i;

	for (i = 0; i < 3; i++) {
		make_page(page, i);
		cr_expect_eq(wa_page_checksum(page, i), written[i].checksum,
		    "page %u", i);
		page[8] ^= 0xFF;
		page[9] ^= 0xFF;
		cr_expect_eq(wa_page_checksum(page, i), written[i].checksum,
		    "the checksum's own bytes do not matter");
	}
}

Test(checksum, takes_a_page_at_any_address)
{
	uint8_t room[WA_DATA_PAGE + 64];
	size_t shift;

	for (shift = 0; shift < 64; shift++) {
		make_page(room + shift, 1);
		cr_expect_eq(
		    wa_page_checksum(room + shift, 1), written[1].checksum);
	}
}

Test(checksum, sees_every_bit)
{
	uint8_t page[WA_DATA_PAGE];
	size_t bit, same = 0;

	make_page(page, 0);
	for (bit = 0; bit < WA_DATA_PAGE * 8; bit++) {
		if (bit / 8 == 8 || bit / 8 == 9)
			continue;
		page[bit / 8] ^= (uint8_t)(1 << bit % 8);
		same += wa_page_checksum(page, 0) == written[0].checksum;
		page[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	/* Sixteen bits cannot tell 65520 pages apart for sure. */
	cr_expect_lt(same, 8, "%zu", same);
}

Test(checksum, sees_the_block)
{
	uint8_t page[WA_DATA_PAGE];
	uint32_t block;

	make_page(page, 2);
	for (block = 0; block < 1000; block++)
		cr_expect_eq(
		    wa_page_checksum(page, block) == written[2].checksum,
		    block == 2);
}

Test(checksum, good_pages_are_good)
{
	static uint8_t pages[4 * WA_DATA_PAGE];
	uint32_t bad[4] = { 7, 7, 7, 7 };

	make_map(pages);
	cr_expect_eq(wa_pages_check(bad, 4, pages, 3, 0, UINT64_MAX), 0);
	cr_expect_eq(wa_pages_check(bad, 4, pages, 4, 0, UINT64_MAX), 0,
	    "zeros are good");
	cr_expect_eq(wa_pages_check(bad, 4, pages, 0, 0, UINT64_MAX), 0);
	cr_expect_eq(
	    wa_pages_check(bad, 4, pages + WA_DATA_PAGE, 2, 1, UINT64_MAX), 0);
	cr_expect_eq(bad[0], 7);
}

Test(checksum, wrong_pages_are_numbered_and_counted)
{
	static uint8_t pages[4 * WA_DATA_PAGE];
	uint32_t bad[3] = { 7, 7, 7 };

	make_map(pages);
	pages[2 * WA_DATA_PAGE + 5000] ^= 1;
	cr_expect_eq(wa_pages_check(bad, 3, pages, 4, 0, UINT64_MAX), 1);
	cr_expect_eq(bad[0], 2);
	cr_expect_eq(bad[1], 7);
	pages[0] ^= 1;
	cr_expect_eq(wa_pages_check(bad, 1, pages, 4, 0, UINT64_MAX), 2);
	cr_expect_eq(bad[0], 0, "only the first fits");
	cr_expect_eq(bad[1], 7);
	cr_expect_eq(wa_pages_check(NULL, 0, pages, 4, 0, UINT64_MAX), 2);
	cr_expect_eq(wa_pages_check(bad, 3, pages, 3, 131072, UINT64_MAX), 3,
	    "they are of another segment");
}

/* Block numbers go up to 2^32 - 2. */
Test(checksum, the_block_counts_from_the_relations_first_file)
{
	static uint8_t pages[3 * WA_DATA_PAGE];
	static const uint32_t firsts[] = { 131072, 7 * 131072 + 100,
		UINT32_MAX - 3 };
	uint32_t bad[3];
	size_t n, i;

	for (n = 0; n < 3; n++) {
		make_map(pages);
		for (i = 0; i < 3; i++) {
			uint8_t *page = pages + i * WA_DATA_PAGE;
			uint16_t sum =
			    wa_page_checksum(page, firsts[n] + (uint32_t)i);

			wa_put_le32(page + 8, sum);
		}
		cr_expect_eq(
		    wa_pages_check(bad, 3, pages, 3, firsts[n], UINT64_MAX), 0);
		cr_expect_eq(
		    wa_pages_check(bad, 3, pages, 3, firsts[n] - 1, UINT64_MAX),
		    3);
	}
}

Test(checksum, a_page_written_during_the_backup_is_passed_over)
{
	static uint8_t pages[3 * WA_DATA_PAGE];
	uint32_t bad[3], i;

	make_map(pages);
	for (i = 0; i < 3; i++)
		pages[i * WA_DATA_PAGE + 4000] ^= 1;
	cr_expect_eq(wa_pages_check(bad, 3, pages, 3, 0, 0), 0);
	cr_expect_eq(wa_pages_check(bad, 3, pages, 3, 0, 0x01780F20), 1);
	cr_expect_eq(bad[0], 2);
	cr_expect_eq(wa_pages_check(bad, 3, pages, 3, 0, 0x01780F21), 2);
	cr_expect_eq(bad[0], 1);
	wa_put_le32(pages, 1); /* the LSN's high half comes first */
	cr_expect_eq(wa_pages_check(bad, 3, pages, 3, 0, UINT32_MAX), 2);
}

Test(checksum, a_new_page_is_all_zero)
{
	static uint8_t page[WA_DATA_PAGE];
	static const size_t places[] = { 0, 4, 8, 13, 16, 24, 4096, 8191 };
	uint32_t bad;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		page[places[i]] = 1;
		cr_expect_eq(wa_pages_check(&bad, 1, page, 1, 0, UINT64_MAX), 1,
		    "a byte at %zu", places[i]);
		cr_expect_eq(wa_pages_check(&bad, 1, page, 1, 0, 0), 1);
		page[places[i]] = 0;
	}
	cr_expect_eq(wa_pages_check(&bad, 1, page, 1, 0, 0), 0);
}
