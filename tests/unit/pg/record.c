/* record.c - the parts of a record, and records that are not made so. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "pg/record.h"
#include "support.h"

static uint8_t bytes[4096];
static size_t used;
static struct wa_parts parts;

static void
begin(void)
{
	memset(bytes, 0, sizeof(bytes));
	used = WA_RECORD_HEADER;
}

TestSuite(record, .init = begin);

static void
add(uint64_t n, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		bytes[used++] = (uint8_t)(n >> 8 * i);
}

/* A block's header, with an image of this size unless it is 0. */
static void
add_block(uint8_t id, uint8_t flags, uint16_t data, uint16_t image,
    uint8_t image_info, int has_hole_size)
{
	add(id, 1);
	add(flags, 1);
	add(data, 2);
	if (image > 0) {
		add(image, 2);
		add(100, 2);
		add(image_info, 1);
	}
	if (has_hole_size)
		add(77, 2);
	if ((flags & 0x80) == 0) {
		add(1663, 4);
		add(5, 4);
		add(16384, 4);
	}
	add(1000u + id, 4);
}

/* body bytes follow the headers. */
static int
judge(uint32_t version, size_t body)
{
	struct wa_record r = { .lsn = 0x100000 };
	uint8_t *head;
	int rc;

	wa_put_le32(bytes, (uint32_t)(used + body));
	wa_record_header(&r, bytes);
	r.head_size = r.size < WA_RECORD_HEAD ? r.size : WA_RECORD_HEAD;
	head = malloc(r.head_size);
	cr_assert_not_null(head);
	memcpy(head, bytes, r.head_size);
	r.head = head;
	rc = wa_record_parts(&parts, &r, wa_format_of(version));
	free(head);
	return rc;
}

Test(record, the_header_is_read)
{
	struct wa_record r;

	wa_put_le32(bytes, 4711);
	wa_put_le32(bytes + 4, 815);
	wa_put_le64(bytes + 8, UINT64_C(0xA00000028));
	bytes[16] = 0x30;
	bytes[17] = 10;
	wa_record_header(&r, bytes);
	cr_expect_eq(r.size, 4711);
	cr_expect_eq(r.xid, 815);
	cr_expect_eq(r.prev, UINT64_C(0xA00000028));
	cr_expect_eq(r.info, 0x30);
	cr_expect_eq(r.rmid, 10);
}

Test(record, main_data_is_short_or_long_or_none)
{
	cr_expect_eq(judge(15, 0), 0, "a switch has none");
	cr_expect_eq(parts.count, 0);
	cr_expect_eq(parts.data_size, 0);
	add(255, 1);
	add(200, 1);
	cr_expect_eq(judge(15, 200), 0);
	cr_expect_eq(parts.data_size, 200);
	cr_expect_eq(parts.data_offset, 26);
	cr_expect_eq(judge(15, 199), -1);
	cr_expect_eq(judge(15, 201), -1);
	begin();
	add(254, 1);
	add(1000000, 4);
	cr_expect_eq(judge(15, 1000000), 0, "of which only the head is there");
	cr_expect_eq(parts.data_offset, 29);
	cr_expect_eq(judge(15, 1000001), -1);
}

Test(record, origin_and_top_transaction_stand_in_front)
{
	add(253, 1);
	add(3, 2);
	add(252, 1);
	add(4711, 4);
	add(255, 1);
	add(8, 1);
	cr_expect_eq(judge(15, 8), 0);
	cr_expect_eq(parts.top_xid, 4711);
	cr_expect_eq(parts.data_offset, used);
	begin();
	add(253, 1);
	add(3, 2);
	cr_expect_eq(judge(15, 0), 0, "and may be all there is");
}

Test(record, blocks_with_and_without_images)
{
	add_block(0, 0x20, 50, 0, 0, 0);
	add_block(1, 0x80 | 0x20 | 0x02, 60, 0, 0, 0);
	add_block(4, 0x10, 0, 3000, 0, 0);
	add(255, 1);
	add(16, 1);
	cr_assert_eq(judge(15, 50 + 60 + 3000 + 16), 0);
	cr_assert_eq(parts.count, 3);
	cr_expect_eq(parts.blocks[0].id, 0);
	cr_expect_eq(parts.blocks[0].tablespace, 1663);
	cr_expect_eq(parts.blocks[0].database, 5);
	cr_expect_eq(parts.blocks[0].relation, 16384);
	cr_expect_eq(parts.blocks[0].number, 1000);
	cr_expect_eq(parts.blocks[1].relation, 16384, "as the one before");
	cr_expect_eq(parts.blocks[1].fork, 2);
	cr_expect_eq(parts.blocks[1].number, 1001);
	cr_expect_eq(parts.blocks[2].id, 4);
	cr_expect_eq(parts.blocks[2].image_size, 3000);
	cr_expect_eq(parts.blocks[2].hole_offset, 100);
	cr_expect_eq(parts.data_size, 16);
	cr_expect_eq(parts.data_offset, used + 50 + 60 + 3000);
}

/* A compressed image with a hole tells the hole's size, too; which bit says
 * "compressed" came to be another in 15. */
Test(record, holes_of_compressed_images)
{
	static const struct {
		uint32_t version;
		uint8_t info;
		int has_hole_size;
	} cases[] = { { 905, 0x01, 0 }, { 905, 0x03, 1 }, { 906, 0x02, 0 },
		{ 10, 0x07, 1 }, { 14, 0x05, 0 }, { 14, 0x03, 1 },
		{ 15, 0x03, 0 }, { 15, 0x05, 1 }, { 15, 0x09, 1 },
		{ 16, 0x11, 1 }, { 18, 0x04, 0 }, { 19, 0x07, 1 } };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		add_block(
		    0, 0x10, 0, 500, cases[i].info, cases[i].has_hole_size);
		cr_expect_eq(judge(cases[i].version, 500), 0, "case %zu", i);
		cr_expect_eq(
		    parts.blocks[0].hole_size, cases[i].has_hole_size ? 77 : 0);
		cr_expect_eq(parts.blocks[0].number, 1000, "case %zu", i);
	}
}

Test(record, what_is_not_made_so)
{
	size_t i;

	add_block(0, 0x80, 10, 0, 0, 0);
	cr_expect_eq(judge(15, 10), -1, "as the one before, of which is none");
	begin();
	add_block(3, 0, 10, 0, 0, 0);
	add_block(3, 0, 10, 0, 0, 0);
	cr_expect_eq(judge(15, 20), -1, "the same number twice");
	begin();
	add_block(33, 0, 10, 0, 0, 0);
	cr_expect_eq(judge(15, 10), -1, "too high a number");
	begin();
	add_block(0, 0x10, 10, 500, 0, 0);
	cr_expect_eq(judge(15, 400), -1, "more announced than there is");
	begin();
	for (i = 0; i < WA_RECORD_BLOCKS; i++)
		add_block((uint8_t)i, 0x10, 1, 9, 0x05, 1);
	add(253, 1);
	add(1, 2);
	add(252, 1);
	add(1, 4);
	add(254, 1);
	add(1, 4);
	cr_expect_lt(used, WA_RECORD_HEAD, "the largest head fits");
	cr_expect_eq(judge(15, 33 * 10 + 1), 0);
	cr_expect_eq(parts.count, WA_RECORD_BLOCKS);
}

/* Whatever the bytes are, no byte behind the head is read (see what the
 * sanitizers say). */
Test(record, random_heads_do_no_harm)
{
	uint64_t random = 1;
	size_t i, n;

	for (i = 0; i < 200000; i++) {
		begin();
		n = next_random(&random) % 64;
		fill_random(bytes + used, n + 8, next_random(&random));
		if (i % 2 == 0)
			bytes[used] = (uint8_t)(251 + i / 2 % 5);
		if (judge(i % 3 == 0 ? 14 : 18, n) == 0)
			cr_assert_leq(
			    parts.data_offset + parts.data_size, used + n);
	}
}

Test(record, main_data_is_given_when_all_of_it_is_there)
{
	struct wa_record r = { 0 };
	size_t size = 0;

	add(255, 1);
	add(100, 1);
	wa_put_le32(bytes, 126);
	wa_record_header(&r, bytes);
	r.head = bytes;
	r.head_size = 126;
	cr_expect_eq(wa_record_data(&size, &r, wa_format_of(15)), bytes + 26);
	cr_expect_eq(size, 100);
	r.head_size = 125;
	cr_expect_null(wa_record_data(&size, &r, wa_format_of(15)));
}

Test(record, managers_have_names)
{
	cr_expect_str_eq(wa_rmgr_name(WA_RM_XLOG), "XLOG");
	cr_expect_str_eq(wa_rmgr_name(WA_RM_XACT), "Transaction");
	cr_expect_str_eq(wa_rmgr_name(WA_RM_DBASE), "Database");
	cr_expect_str_eq(wa_rmgr_name(10), "Heap");
	cr_expect_str_eq(wa_rmgr_name(21), "LogicalMessage");
	cr_expect_null(wa_rmgr_name(22));
	cr_expect_null(wa_rmgr_name(127));
	cr_expect_str_eq(wa_rmgr_name(128), "custom");
	cr_expect_str_eq(wa_rmgr_name(255), "custom");
	cr_expect_null(wa_format_of(0));
	cr_expect_null(wa_format_of(9));
	cr_expect_null(wa_format_of(20));
}
