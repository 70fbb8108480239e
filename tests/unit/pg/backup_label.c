/* backup_label.c - .backup files. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "pg/backup_label.h"

#define NAME "000000010000000A000000FF.00000028.backup"

static int
check(const char *name, const char *text)
{
	struct wa_name parsed;

	wa_name_parse(&parsed, name);
	return wa_backup_label_check(&parsed, text, strlen(text), NULL);
}

static const char whole[] =
    "START WAL LOCATION: A/FF000028 (file 000000010000000A000000FF)\n"
    "STOP WAL LOCATION: A/FF000138 (file 000000010000000A000000FF)\n"
    "CHECKPOINT LOCATION: A/FF000060\nBACKUP METHOD: streamed\n"
    "BACKUP FROM: primary\nSTART TIME: 2026-11-21 03:15:00 UTC\n"
    "LABEL: nightly\nSTART TIMELINE: 1\n";

Test(backup_label, says_where_the_name_says)
{
	cr_expect_eq(check(NAME, whole), 0);
	cr_expect_eq(check("000000010000000A000000FF.00000029.backup", whole),
	    WA_ECORRUPT);
	cr_expect_eq(check("000000010000000A000000FE.00000028.backup", whole),
	    WA_ECORRUPT);
	cr_expect_eq(check("000000010000000B000000FF.00000028.backup", whole),
	    WA_ECORRUPT);
	cr_expect_eq(check("000000020000000A000000FF.00000028.backup", whole),
	    WA_ECORRUPT);
}

Test(backup_label, anything_else_is_refused)
{
	static const char *const cases[] = { "", "START WAL LOCATION",
		"START WAL LOCATION: \n", "START WAL LOCATION: A/FF000028\n",
		"START WAL LOCATION: A-FF000028 "
		"(file 000000010000000A000000FF)\n",
		"START WAL LOCATION: A/FF000028 (file 000000010000000A)\n",
		"STARTWAL  LOCATION: A/FF000028 "
		"(file 000000010000000A000000FF)\n",
		"START WAL LOCATION: A/FF000028 "
		"(file 000000010000000A000000FF\n",
		"STOP WAL LOCATION: A/FF000138 "
		"(file 000000010000000A000000FF)\n",
		"1\t0/3000000\tno recovery target specified\n" };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(
		    check(NAME, cases[i]), WA_ECORRUPT, "%s", cases[i]);
}

Test(backup_label, tells_of_the_backup)
{
	wa_backup backup;

	cr_assert_eq(wa_backup_label_read(&backup, whole, NULL), 0);
	cr_expect_eq(backup.timeline, 1);
	cr_expect_eq(backup.redo, UINT64_C(0xAFF000028));
	cr_expect_eq(backup.stop, UINT64_C(0xAFF000138));
	cr_expect_eq(backup.checkpoint, UINT64_C(0xAFF000060));
	cr_expect_str_eq(backup.label, "nightly");
	cr_expect_str_eq(backup.start_time, "2026-11-21 03:15:00 UTC");
	cr_expect_str_eq(backup.stop_time, "");
	cr_expect_eq(wa_backup_label_read(&backup,
			 "START WAL LOCATION: A/FF000028 "
			 "(file 000000010000000A000000FF)\n",
			 NULL),
	    WA_ECORRUPT);
}

Test(backup_label, of_a_backup_itself_has_no_end)
{
	static const char label[] =
	    "START WAL LOCATION: 1/2000028 (file 000000030000000100000002)\n"
	    "CHECKPOINT LOCATION: 1/2000060\n"
	    "BACKUP METHOD: streamed\n"
	    "BACKUP FROM: primary\n"
	    "START TIME: 2026-11-21 03:15:00 UTC\n"
	    "LABEL: weekly\n"
	    "START TIMELINE: 3\n";
	static const char *const wrong[] = { "", "LABEL: weekly\n",
		"START WAL LOCATION: 1/2000028 (file 000000030000000100000002)"
		"\n",
		"START WAL LOCATION: 1/2000028 (file x)\n"
		"CHECKPOINT LOCATION: 1/2000060\n",
		"START WAL LOCATION: 1/2000028 (file 000000030000000100000002)"
		"\nCHECKPOINT LOCATION: 1/2000020\n" };
	wa_backup backup;
	size_t i;

	cr_assert_eq(wa_backup_label_parse(&backup, label, NULL), 0);
	cr_expect_eq(backup.timeline, 3);
	cr_expect_eq(backup.redo, UINT64_C(0x102000028));
	cr_expect_eq(backup.checkpoint, UINT64_C(0x102000060));
	cr_expect_eq(backup.stop, 0);
	cr_expect_str_eq(backup.name, "");
	cr_expect_str_eq(backup.label, "weekly");
	cr_expect_str_eq(backup.start_time, "2026-11-21 03:15:00 UTC");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_expect_eq(wa_backup_label_parse(&backup, wrong[i], NULL),
		    WA_ECORRUPT, "%s", wrong[i]);
}

Test(backup_label, is_not_read_beyond_its_size)
{
	size_t size;

	for (size = 0; size < sizeof(whole); size++) {
		struct wa_name parsed;
		char *exact = malloc(size + (size == 0));

		memcpy(exact, whole, size);
		wa_name_parse(&parsed, NAME);
		(void)wa_backup_label_check(&parsed, exact, size, NULL);
		free(exact);
	}
}
