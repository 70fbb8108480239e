/* lsn.c - positions, as PostgreSQL writes them. */
#include "config.h"

#include <criterion/criterion.h>

#include "pg/lsn.h"

Test(lsn, is_two_halves_in_hexadecimal)
{
	static const struct {
		const char *text;
		int rc;
		uint64_t lsn;
	} cases[] = {
		{ "0/0", 0, 0 },
		{ "A/FF000028", 0, UINT64_C(0xAFF000028) },
		{ "a/ff000028", 0, UINT64_C(0xAFF000028) },
		{ "FFFFFFFF/FFFFFFFF", 0, UINT64_MAX },
		{ "0/0084FF88", 0, 0x84FF88 },
		{ "00000001/00000001", 0, UINT64_C(0x100000001) },
		{ "", WA_EUSAGE, 0 },
		{ "/", WA_EUSAGE, 0 },
		{ "0/", WA_EUSAGE, 0 },
		{ "/0", WA_EUSAGE, 0 },
		{ "0", WA_EUSAGE, 0 },
		{ "0/0/0", WA_EUSAGE, 0 },
		{ "0/0 ", WA_EUSAGE, 0 },
		{ " 0/0", WA_EUSAGE, 0 },
		{ "000000000/0", WA_EUSAGE, 0 },
		{ "0/000000000", WA_EUSAGE, 0 },
		{ "G/0", WA_EUSAGE, 0 },
		{ "0/0x1", WA_EUSAGE, 0 },
		{ "-1/0", WA_EUSAGE, 0 },
		{ "0-0", WA_EUSAGE, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t lsn = 42;

		cr_expect_eq(wa_lsn_parse(&lsn, cases[i].text), cases[i].rc,
		    "\"%s\"", cases[i].text);
		cr_expect_eq(lsn, cases[i].rc == 0 ? cases[i].lsn : 42,
		    "\"%s\"", cases[i].text);
	}
}

Test(lsn, is_written_as_postgresql_does)
{
	char text[WA_LSN_SIZE];

	wa_lsn_format(text, 0);
	cr_expect_str_eq(text, "0/0");
	wa_lsn_format(text, UINT64_C(0xAFF000028));
	cr_expect_str_eq(text, "A/FF000028");
	wa_lsn_format(text, UINT64_MAX);
	cr_expect_str_eq(text, "FFFFFFFF/FFFFFFFF");
}

Test(lsn, segments_are_powers_of_two_from_1_mb_to_1_gb)
{
	uint64_t size;

	for (size = 1; size != 0; size <<= 1) {
		cr_expect_eq(wa_segment_size_ok(size) != 0,
		    size >= 1u << 20 && size <= 1u << 30);
		cr_expect_eq(wa_segment_size_ok(size + 1), 0);
		cr_expect_eq(wa_segment_size_ok(size - 1) != 0, 0);
	}
	cr_expect_eq(wa_segment_size_ok(0), 0);
	cr_expect_eq(wa_segment_size_ok(3u << 20), 0);
	cr_expect_eq(wa_segment_size_ok(UINT64_C(0x100000000)), 0);
}
