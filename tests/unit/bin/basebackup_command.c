/* basebackup_command.c - BASE_BACKUP for each major. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "basebackup.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct command_case {
	int version;
	struct basebackup_wish wish;
	const char *command;
};

static const struct command_case cases[] = {
	{ 100023, { .label = "walarch" },
	    "BASE_BACKUP LABEL 'walarch' NOWAIT TABLESPACE_MAP" },
	{ 120000, { .label = "it's", .fast = 1, .wal = 1, .sizes = 1 },
	    "BASE_BACKUP LABEL 'it''s' PROGRESS FAST WAL NOWAIT "
	    "TABLESPACE_MAP" },
	{ 130001, { .label = "a\\b", .rate = 1 },
	    "BASE_BACKUP LABEL 'a\\b' NOWAIT TABLESPACE_MAP MAX_RATE 32 "
	    "MANIFEST 'yes' MANIFEST_CHECKSUMS 'CRC32C'" },
	{ 140099, { .label = "", .rate = 1 << 20 },
	    "BASE_BACKUP LABEL '' NOWAIT TABLESPACE_MAP MAX_RATE 1024 "
	    "MANIFEST 'yes' MANIFEST_CHECKSUMS 'CRC32C'" },
	{ 150000, { .label = "'" },
	    "BASE_BACKUP (LABEL '''', CHECKPOINT 'spread', WAIT 0, "
	    "TABLESPACE_MAP, MANIFEST 'yes', MANIFEST_CHECKSUMS 'CRC32C')" },
	{ 180000,
	    { .label = "x",
		.fast = 1,
		.wal = 1,
		.sizes = 1,
		.incremental = 1,
		.rate = INT64_MAX },
	    "BASE_BACKUP (LABEL 'x', CHECKPOINT 'fast', PROGRESS, WAL, "
	    "INCREMENTAL, WAIT 0, TABLESPACE_MAP, MAX_RATE 1048576, MANIFEST "
	    "'yes', MANIFEST_CHECKSUMS 'CRC32C')" },
};

Test(basebackup_command, each_major_has_its_syntax)
{
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		char buf[512];
		size_t n = basebackup_command(
		    buf, sizeof(buf), cases[i].version, &cases[i].wish);

		cr_assert_str_eq(buf, cases[i].command);
		cr_assert_eq(n, strlen(buf));
	}
}

Test(basebackup_command, what_does_not_fit_is_not_cut)
{
	size_t i, size;

	for (i = 0; i < COUNT(cases); i++)
		for (size = 0; size <= strlen(cases[i].command) + 1; size++) {
			char buf[512];
			size_t n = basebackup_command(
			    buf, size, cases[i].version, &cases[i].wish);

			cr_assert_eq(n,
			    size > strlen(cases[i].command) ?
				strlen(cases[i].command) :
				0);
		}
}
