/* control.c - pg_control, of real servers and of bytes. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "pg/control.h"
#include "samples.h"
#include "support.h"

Test(control, of_every_server_is_understood)
{
	unsigned major;

	for (major = 10; major <= 19; major++) {
		wa_error err = WA_ERROR_INIT;
		wa_cluster c = { 0 };
		struct sample s;

		sample_read(&s, major);
		c.version = 4711;
		cr_assert_eq(wa_control_parse(&c, s.control, 512, &err), 0,
		    "%u: %s", major, err.text);
		cr_expect_eq(c.system_id, s.system, "%u", major);
		cr_expect_eq(c.timeline, s.timeline, "%u", major);
		cr_expect_eq(c.segment_size, s.segment_size, "%u", major);
		cr_expect_eq(c.checksums, s.checksums, "%u", major);
		cr_expect_eq(c.redo, s.redo, "%u", major);
		cr_expect_eq(c.state, s.state, "%u", major);
		cr_expect_eq(c.version, 4711, "it does not name the major");
	}
}

/* 9.5 and 9.6 by their headers. */
static void
make_old(uint8_t *data, uint32_t version)
{
	memset(data, 0, WA_CONTROL_SIZE);
	wa_put_le64(data, SYSTEM);
	wa_put_le32(data + 8, version);
	wa_put_le32(data + 16, 6);
	wa_put_le64(data + 48, UINT64_C(0xA12345678));
	wa_put_le32(data + 56, 9);
	wa_put_le32(data + 228, 16 * MB);
	wa_put_le32(data + 252, 1);
	wa_put_le32(data + 256, wa_crc32c(0, data, 256));
}

Test(control, of_9_5_and_9_6_is_understood)
{
	static const uint32_t versions[] = { 942, 960 };
	size_t i;

	for (i = 0; i < 2; i++) {
		uint8_t data[WA_CONTROL_SIZE];
		wa_cluster c = { 0 };

		make_old(data, versions[i]);
		cr_assert_eq(wa_control_parse(&c, data, sizeof(data), NULL), 0);
		cr_expect_eq(c.system_id, SYSTEM);
		cr_expect_eq(c.redo, UINT64_C(0xA12345678));
		cr_expect_eq(c.timeline, 9);
		cr_expect_eq(c.segment_size, 16 * MB);
		cr_expect_eq(c.checksums, 1);
		cr_expect_eq(c.state, 6);
	}
}

/* Every bit is covered by the checksum, but for those behind it. */
Test(control, any_flipped_bit_shows)
{
	wa_cluster c, before;
	struct sample s;
	unsigned bit;
	int rc;

	sample_read(&s, 15);
	memset(&before, 0x55, sizeof(before));
	for (bit = 0; bit < 292 * 8; bit++) {
		s.control[bit / 8] ^= (uint8_t)(1u << bit % 8);
		c = before;
		rc = wa_control_parse(&c, s.control, 512, NULL);
		cr_expect(rc == WA_ECORRUPT ||
			(rc == WA_EUSAGE && bit / 8 >= 8 && bit / 8 < 12),
		    "bit %u: %d", bit, rc);
		cr_expect_eq(memcmp(&c, &before, sizeof(c)), 0,
		    "written only on success");
		s.control[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

Test(control, one_that_is_cut_short_is_refused)
{
	struct sample s;
	wa_cluster c;
	size_t size;

	sample_read(&s, 19);
	for (size = 0; size < 512; size++)
		cr_expect_eq(
		    wa_control_parse(&c, s.control, size, NULL), WA_ECORRUPT);
}

Test(control, an_unknown_version_is_not_called_damaged)
{
	uint8_t data[WA_CONTROL_SIZE];
	wa_error err = WA_ERROR_INIT;
	wa_cluster c;

	make_old(data, 2099);
	cr_expect_eq(wa_control_parse(&c, data, sizeof(data), &err), WA_EUSAGE);
	cr_expect_not_null(strstr(err.text, "2099"));
}

Test(control, an_impossible_segment_size_is_refused)
{
	uint8_t data[WA_CONTROL_SIZE];
	wa_cluster c;

	make_old(data, 960);
	wa_put_le32(data + 228, 3 * MB);
	wa_put_le32(data + 256, wa_crc32c(0, data, 256));
	cr_expect_eq(
	    wa_control_parse(&c, data, sizeof(data), NULL), WA_ECORRUPT);
}
