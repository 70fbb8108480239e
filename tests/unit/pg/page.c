/* page.c - headers of WAL pages. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/bytes.h"
#include "pg/page.h"
#include "samples.h"
#include "support.h"

Test(page, of_every_server_is_understood)
{
	unsigned major;

	for (major = 10; major <= 19; major++) {
		struct sample s;
		struct wa_page page;
		uint32_t timeline;
		uint64_t number;

		sample_read(&s, major);
		cr_assert_eq(wa_page_parse(&page, s.page, sizeof(s.page)), 0);
		cr_expect_eq(wa_page_version(page.magic), major);
		cr_expect(page.info & WA_PAGE_IS_LONG);
		cr_expect_eq(page.timeline, s.timeline);
		cr_expect_eq(page.system_id, s.system);
		cr_expect_eq(page.segment_size, s.segment_size);
		cr_expect_eq(page.block_size, 8192);
		cr_assert_eq(wa_segment_parse(
				 &timeline, &number, s.segment, s.segment_size),
		    0);
		cr_expect_eq(page.address, number * s.segment_size);
	}
}

Test(page, older_versions_have_a_number_of_three_digits)
{
	cr_expect_eq(wa_page_version(0xD087), 905);
	cr_expect_eq(wa_page_version(0xD093), 906);
	cr_expect_eq(wa_page_version(0), 0);
	cr_expect_eq(wa_page_version(0xD088), 0);
	cr_expect_eq(wa_page_version(0xFFFF), 0);
}

Test(page, one_that_is_cut_short_is_refused)
{
	struct wal w = WAL_INIT;
	uint8_t *segment = wal_make(&w);
	struct wa_page page;
	size_t size;

	for (size = 0; size < WA_PAGE_LONG; size++)
		cr_expect_eq(wa_page_parse(&page, segment, size), -1);
	cr_expect_eq(wa_page_parse(&page, segment, WA_PAGE_LONG), 0);
	for (size = 0; size < WA_PAGE_SHORT; size++)
		cr_expect_eq(wa_page_parse(&page, segment + 8192, size), -1);
	cr_expect_eq(wa_page_parse(&page, segment + 8192, WA_PAGE_SHORT), 0);
	free(segment);
}

Test(page, a_short_header_has_no_system)
{
	uint8_t data[WA_PAGE_LONG];
	struct wa_page page;

	memset(data, 0xEE, sizeof(data));
	data[2] = WA_PAGE_CONTRECORD;
	data[3] = 0;
	wa_put_le32(data + 16, 77);
	cr_assert_eq(wa_page_parse(&page, data, sizeof(data)), 0);
	cr_expect_eq(page.rest, 77);
	cr_expect_eq(page.system_id, 0);
	cr_expect_eq(page.segment_size, 0);
	cr_expect_eq(page.block_size, 0);
}
