/* backup.c - base backups: sets, and what .backup files tell of. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sets.h"

static struct store store;
static wa_error err;
static wa_backup *backups;
static size_t count;

static void
begin(void)
{
	store_open(&store, "zstd", MB);
}

static void
end(void)
{
	wa_free(backups);
	store_close(&store);
	folder_remove();
}

TestSuite(backup, .init = begin, .fini = end);

/* As the server leaves it in the archive when a backup ends. */
static void
push_file(uint64_t redo, uint64_t stop)
{
	char name[64], segment[WA_SEGMENT_NAME_SIZE], text[1000];
	char from[WA_LSN_SIZE], to[WA_LSN_SIZE];

	wa_lsn_format(from, redo);
	wa_lsn_format(to, stop);
	wa_segment_format(segment, 1, redo / MB, MB);
	(void)snprintf(name, sizeof(name), "pg_wal/%s.%08X.backup", segment,
	    (unsigned)(redo % MB));
	(void)snprintf(text, sizeof(text),
	    "START WAL LOCATION: %s (file %s)\n"
	    "STOP WAL LOCATION: %s (file %s)\n"
	    "CHECKPOINT LOCATION: %s\n"
	    "BACKUP METHOD: streamed\nBACKUP FROM: primary\n"
	    "START TIME: 2026-11-21 12:00:00 UTC\nLABEL: walarch\n"
	    "START TIMELINE: 1\n"
	    "STOP TIME: 2026-11-21 12:01:00 UTC\nSTOP TIMELINE: 1\n",
	    from, segment, to, segment, from);
	text_put(path_of(name), text);
	cr_assert_geq(
	    wa_wal_push(store.repo, SYSTEM, path_of(name), NULL, &err), 0, "%s",
	    err.text);
}

static void
list(void)
{
	wa_free(backups);
	backups = NULL;
	cr_assert_eq(wa_backup_list(&backups, &count, store.repo, SYSTEM, &err),
	    0, "%s", err.text);
}

Test(backup, a_set_and_its_backup_file_are_one)
{
	struct wal w = WAL_INIT;
	const char *label;

	push_wal(&store, &w, "");
	push_file(SET_REDO, SET_STOP);
	list();
	cr_assert_eq(count, 1);
	cr_expect_str_eq(backups[0].set, "");
	label = set_make(&store, WA_SET_FULL, "");
	list();
	cr_assert_eq(count, 1);
	cr_expect_str_eq(backups[0].set, label);
	cr_expect_str_eq(backups[0].name, label);
	cr_expect_eq(backups[0].redo, SET_REDO);
	cr_expect_eq(backups[0].stop, SET_STOP);
	cr_expect_eq(backups[0].timeline, 1);
}

Test(backup, another_backup_file_is_another_backup)
{
	struct wal w = WAL_INIT;
	const char *label;

	push_wal(&store, &w, "");
	push_file(SET_REDO, SET_STOP + 8);
	push_file(SET_REDO - 8, SET_STOP - 8);
	label = set_make(&store, WA_SET_FULL, "");
	list();
	cr_assert_eq(count, 3);
	cr_expect_eq(backups[0].stop, SET_STOP - 8, "by LSN");
	cr_expect_str_eq(backups[1].set, label);
	cr_expect_eq(backups[2].stop, SET_STOP + 8);
}

Test(backup, two_sets_of_one_position_are_two)
{
	struct wal w = WAL_INIT;

	push_wal(&store, &w, "");
	(void)set_make(&store, WA_SET_FULL, "");
	(void)set_make(&store, WA_SET_FULL, "");
	wa_set_writer_close(set_writer(&store, WA_SET_FULL, ""));
	list();
	cr_expect_eq(count, 2, "and what was begun is none");
}

Test(backup, a_set_without_any_wal_is_one)
{
	(void)set_make(&store, WA_SET_FULL, "");
	list();
	cr_expect_eq(count, 1);
}
