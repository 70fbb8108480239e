/* name.c - the names of WAL files. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "pg/name.h"

struct kind_case {
	const char *name;
	enum wa_kind kind;
};

Test(name, kinds_are_told_apart)
{
	static const struct kind_case cases[] = {
		{ "000000010000000A000000FF", WA_SEGMENT },
		{ "FFFFFFFFFFFFFFFFFFFFFFFF", WA_SEGMENT },
		{ "000000010000000A000000FF.partial", WA_PARTIAL },
		{ "000000010000000A000000FF.00000028.backup", WA_BACKUP },
		{ "000000010000000A000000FF.damaged", WA_DAMAGED },
		{ "000000010000000A000000FF.dropped", WA_DROPPED },
		{ "000000010000000A000000FF.partial.dropped", WA_DROPPED },
		{ "00000002.history", WA_HISTORY },
		{ "00000001.history", WA_HISTORY },
		{ "FFFFFFFF.history", WA_HISTORY },
		{ "", WA_NOT_WAL },
		{ "00000001", WA_NOT_WAL },
		{ "000000010000000A000000F", WA_NOT_WAL },
		{ "000000010000000A000000FF0", WA_NOT_WAL },
		{ "000000010000000a000000ff", WA_NOT_WAL },
		{ "000000010000000A000000FG", WA_NOT_WAL },
		{ " 00000010000000A000000FF", WA_NOT_WAL },
		{ "0x0000010000000A000000FF", WA_NOT_WAL },
		{ "000000000000000A000000FF", WA_NOT_WAL },
		{ "000000010000000A000000FF.", WA_NOT_WAL },
		{ "000000010000000A000000FF.PARTIAL", WA_NOT_WAL },
		{ "000000010000000A000000FF.partial2", WA_NOT_WAL },
		{ "000000010000000A000000FF.backup", WA_NOT_WAL },
		{ "000000010000000A000000FF.0000028.backup", WA_NOT_WAL },
		{ "000000010000000A000000FF.000000280.backup", WA_NOT_WAL },
		{ "000000010000000A000000FF.0000002g.backup", WA_NOT_WAL },
		{ "000000010000000A000000FF.gz", WA_NOT_WAL },
		{ "00000000.history", WA_NOT_WAL },
		{ "0000002.history", WA_NOT_WAL },
		{ "000000002.history", WA_NOT_WAL },
		{ "00000002.History", WA_NOT_WAL },
		{ "00000002.history.ready", WA_NOT_WAL },
		{ "00000002.history.dropped", WA_NOT_WAL },
		{ "000000010000000A000000FF.damaged.dropped", WA_NOT_WAL },
		{ "000000010000000A000000FF.dropped.partial", WA_NOT_WAL },
		{ "000000010000000A000000FF.dropped.dropped", WA_NOT_WAL },
		{ "000000010000000A000000FF.00000028.backup.dropped",
		    WA_NOT_WAL },
		{ "../000000010000000A000000FF", WA_NOT_WAL },
		{ "000000010000000A/00000FF", WA_NOT_WAL },
		{ "RECOVERYXLOG", WA_NOT_WAL },
		{ "backup_label", WA_NOT_WAL },
		{ "archive_status", WA_NOT_WAL },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(wa_name_kind(cases[i].name), cases[i].kind,
		    "\"%s\"", cases[i].name);
}

Test(name, its_parts_are_read)
{
	struct wa_name n;

	wa_name_parse(&n, "0000000B0000000A000000FF.00F00028.backup");
	cr_expect_eq(n.kind, WA_BACKUP);
	cr_expect_eq(n.timeline, 11);
	cr_expect_eq(n.log, 10);
	cr_expect_eq(n.segment, 255);
	cr_expect_eq(n.offset, 0xF00028);
	wa_name_parse(&n, "0000000B.history");
	cr_expect_eq(n.timeline, 11);
}

Test(name, no_prefix_of_a_name_is_read_beyond)
{
	static const char *const names[] = { "000000010000000A000000FF.partial",
		"000000010000000A000000FF.00000028.backup",
		"00000002.history" };
	size_t i, n;

	for (i = 0; i < 3; i++)
		for (n = 0; n < strlen(names[i]); n++) {
			char *cut = strndup(names[i], n);

			cr_expect_eq(wa_name_kind(cut),
			    n == 24 && i < 2 ? WA_SEGMENT : WA_NOT_WAL, "%s",
			    cut);
			free(cut);
		}
}

/* At 16 MB a log has 256 segments; at 1 MB 4096, at 1 GB four. */
Test(name, numbers_follow_the_segment_size)
{
	static const struct {
		const char *name;
		uint32_t size;
		int rc;
		uint64_t number;
	} cases[] = {
		{ "000000010000000000000000", 1u << 24, 0, 0 },
		{ "0000000100000000000000FF", 1u << 24, 0, 255 },
		{ "000000010000000100000000", 1u << 24, 0, 256 },
		{ "000000010000000000000100", 1u << 24, WA_EUSAGE, 0 },
		{ "000000010000000000000FFF", 1u << 20, 0, 4095 },
		{ "000000010000000100000000", 1u << 20, 0, 4096 },
		{ "000000010000000000001000", 1u << 20, WA_EUSAGE, 0 },
		{ "000000010000000000000003", 1u << 30, 0, 3 },
		{ "000000010000000100000000", 1u << 30, 0, 4 },
		{ "000000010000000000000004", 1u << 30, WA_EUSAGE, 0 },
		{ "000000010000000A0000003F", 1u << 26, 0, 10 * 64 + 63 },
		{ "00000001FFFFFFFF000000FF", 1u << 24, 0,
		    UINT64_C(0xFFFFFFFFFF) },
		{ "000000010000000000000001", 1u << 19, WA_EUSAGE, 0 },
		{ "000000010000000000000001", 3u << 20, WA_EUSAGE, 0 },
		{ "000000010000000000000001", 0, WA_EUSAGE, 0 },
		{ "00000001.history", 1u << 24, WA_EUSAGE, 0 },
		{ "nonsense", 1u << 24, WA_EUSAGE, 0 },
		{ "0000000100000000000000FF.partial", 1u << 24, 0, 255 },
		{ "0000000100000000000000FF.00000028.backup", 1u << 24, 0,
		    255 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t timeline = 42;
		uint64_t number = 42;

		cr_expect_eq(wa_segment_parse(&timeline, &number, cases[i].name,
				 cases[i].size),
		    cases[i].rc, "%s", cases[i].name);
		cr_expect_eq(number, cases[i].rc == 0 ? cases[i].number : 42,
		    "%s", cases[i].name);
		cr_expect_eq(timeline, cases[i].rc == 0 ? 1 : 42);
	}
}

Test(name, every_number_comes_back)
{
	uint32_t size;

	for (size = 1u << 20; size != 1u << 31; size <<= 1) {
		uint64_t per_log = (UINT64_C(1) << 32) / size;
		uint64_t numbers[] = { 0, 1, per_log - 1, per_log, per_log + 1,
			255 * per_log - 1, UINT64_C(0xFFFFFFFF) * per_log };
		size_t i;

		for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
			char name[WA_SEGMENT_NAME_SIZE];
			uint32_t timeline;
			uint64_t number;

			wa_segment_format(name, 7, numbers[i], size);
			cr_expect_eq(strlen(name), 24);
			cr_expect_eq(
			    wa_segment_parse(&timeline, &number, name, size), 0,
			    "%s", name);
			cr_expect_eq(number, numbers[i]);
			cr_expect_eq(timeline, 7);
		}
	}
}

Test(name, the_log_rolls_over_after_ff)
{
	char name[WA_SEGMENT_NAME_SIZE];

	wa_segment_format(name, 1, 0xAFF, 1u << 24);
	cr_expect_str_eq(name, "000000010000000A000000FF");
	wa_segment_format(name, 1, 0xAFF + 1, 1u << 24);
	cr_expect_str_eq(name, "000000010000000B00000000");
	wa_segment_format(name, UINT32_MAX, 3, 1u << 30);
	cr_expect_str_eq(name, "FFFFFFFF0000000000000003");
}
