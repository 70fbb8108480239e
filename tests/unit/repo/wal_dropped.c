/* wal_dropped.c - notes of dropped WAL, and who heeds them. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

#define FIFTH "000000010000000000000005"
#define SIXTH "000000010000000000000006"

static struct store store;
static wa_error err;
static wa_drop found;

static void
begin(void)
{
	store_open(&store, "zstd", MB);
	cr_assert_eq(mkdir(path_of("to"), 0700), 0);
}

static void
end(void)
{
	store_close(&store);
	folder_remove();
}

TestSuite(wal_dropped, .init = begin, .fini = end);

static int
drop(const char *name)
{
	wa_drop d = { .system_id = SYSTEM,
		.when = INT64_C(1790000000000000),
		.waiting = 130 * MB,
		.limit = 128 * MB };

	(void)snprintf(d.name, sizeof(d.name), "%s", name);
	return wa_wal_drop(store.repo, &d, &err);
}

static int
dropped(const char *name)
{
	return wa_wal_dropped(&found, store.repo, SYSTEM, name, &err);
}

static void
push(uint64_t number, const char *suffix)
{
	struct wal w = WAL_INIT;

	w.number = number;
	push_wal(&store, &w, suffix);
}

static int
get(const char *name, unsigned flags)
{
	return wa_wal_get(
	    store.repo, SYSTEM, name, path_of("to/file"), flags, &err);
}

static int
verify(const char *name)
{
	wa_verify *v = NULL;
	wa_wal_facts facts;
	int rc;

	cr_assert_eq(wa_verify_open(&v, store.repo, SYSTEM, &err), 0);
	rc = wa_verify_file(&facts, v, name, &err);
	wa_verify_close(v);
	return rc;
}

/* "5-5 !6-6", and the names of those dropped. */
static const char *
list(char names[300])
{
	static char text[200];
	wa_wal_list *l = NULL;
	wa_wal_range r;
	const char *name;
	size_t i;

	text[0] = names[0] = '\0';
	cr_assert_eq(wa_wal_list_open(&l, store.repo, SYSTEM, &err), 0);
	while (wa_wal_list_next(&r, l, &err) == 1)
		(void)snprintf(text + strlen(text), 40, "%s%llu-%llu ",
		    r.missing ? "!" : "", (unsigned long long)r.first,
		    (unsigned long long)r.last);
	for (i = 0; (name = wa_wal_list_dropped(l, i)) != NULL; i++)
		(void)snprintf(names + strlen(names), 50, "%s ", name + 22);
	cr_expect_null(wa_wal_list_damaged(l, 0));
	wa_wal_list_close(l);
	return text;
}

Test(wal_dropped, what_was_noted_is_told)
{
	char why[WA_DROP_SIZE];

	cr_expect_eq(dropped(FIFTH), WA_ENOENT);
	cr_assert_eq(drop(FIFTH), 0, "%s", err.text);
	cr_assert_eq(dropped(FIFTH), 0, "%s", err.text);
	cr_expect_str_eq(found.name, FIFTH);
	cr_expect_eq(found.system_id, SYSTEM);
	cr_expect_eq(found.when, INT64_C(1790000000000000));
	cr_expect_eq(found.waiting, 130 * MB);
	cr_expect_eq(found.limit, 128 * MB);
	wa_drop_why(why, &found);
	cr_expect_str_eq(why,
	    "dropped at 2026-09-21T14:13:20.000000Z, when 130 MiB of WAL "
	    "waited to be stored, more than archive-push-queue-max (128 MiB)");
	cr_expect_eq(dropped(SIXTH), WA_ENOENT);
}

Test(wal_dropped, a_second_note_changes_nothing)
{
	wa_drop later = { .system_id = SYSTEM, .name = FIFTH, .waiting = 1 };

	cr_assert_eq(drop(FIFTH), 0);
	cr_expect_eq(wa_wal_drop(store.repo, &later, &err), 1);
	cr_assert_eq(dropped(FIFTH), 0);
	cr_expect_eq(found.waiting, 130 * MB);
}

Test(wal_dropped, only_segments_can_be)
{
	static const char *const names[] = { "00000002.history",
		FIFTH ".00000028.backup", FIFTH ".damaged", FIFTH ".dropped",
		"walarch.repo", "", "../" FIFTH };
	wa_drop other = { .system_id = 7, .name = FIFTH };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cr_expect_eq(drop(names[i]), WA_EUSAGE, "%s", names[i]);
		cr_expect_eq(dropped(names[i]), WA_EUSAGE, "%s", names[i]);
	}
	cr_expect_eq(wa_wal_drop(store.repo, &other, &err), WA_EMISMATCH,
	    "a system that is not registered: %s", err.text);
	cr_expect_eq(get(FIFTH ".dropped", 0), WA_EUSAGE);
	cr_expect_eq(
	    wa_wal_push(store.repo, SYSTEM, "/x", FIFTH ".dropped", &err),
	    WA_EUSAGE);
}

Test(wal_dropped, a_get_is_no_absence)
{
	cr_expect_eq(get(FIFTH, 0), WA_ENOENT);
	cr_assert_eq(drop(FIFTH), 0);
	cr_expect_eq(get(FIFTH, 0), WA_EHOLE);
	cr_expect_not_null(strstr(err.text, "dropped at 2026"), "%s", err.text);
	cr_expect_neq(err.hint[0], '\0');
	cr_expect_eq(get("000000010000000000000004", 0), WA_EHOLE,
	    "there was one behind it");
	cr_expect_not_null(strstr(err.text, "is missing"), "%s", err.text);
	cr_expect_eq(get(SIXTH, 0), WA_ENOENT);
	push(5, ".partial");
	cr_expect_eq(get(FIFTH, WA_GET_PARTIAL), WA_EHOLE,
	    "a part of it does not answer");
	cr_expect_eq(entries(path_of("to")), 0);
}

Test(wal_dropped, the_true_file_heals)
{
	char names[300];

	push(4, "");
	cr_assert_eq(drop(FIFTH), 0);
	cr_assert_eq(drop(SIXTH), 0);
	cr_expect_eq(verify(FIFTH ".dropped"), WA_EHOLE);
	cr_expect_str_eq(list(names), "4-4 !5-6 ");
	cr_expect_str_eq(names, "05.dropped 06.dropped ");
	push(5, "");
	cr_expect_eq(get(FIFTH, 0), 0, "%s", err.text);
	cr_expect_eq(dropped(FIFTH), WA_ENOENT);
	cr_expect_eq(verify(FIFTH ".dropped"), 0, "%s", err.text);
	cr_expect_str_eq(list(names), "4-5 !6-6 ");
	cr_expect_str_eq(names, "06.dropped ");
	cr_expect_eq(drop(FIFTH), 1, "the note stays");
}

Test(wal_dropped, a_dropped_partial_is_one_of_its_own)
{
	char names[300];

	push(4, "");
	cr_assert_eq(drop(FIFTH ".partial"), 0, "%s", err.text);
	cr_expect_eq(get(FIFTH, WA_GET_PARTIAL), WA_EHOLE);
	cr_expect_not_null(strstr(err.text, ".partial"), "%s", err.text);
	cr_expect_str_eq(list(names), "4-4 !5-5 ");
	cr_expect_str_eq(names, "05.partial.dropped ");
	push(5, ".partial");
	cr_expect_eq(get(FIFTH, WA_GET_PARTIAL), 1, "%s", err.text);
	cr_expect_str_eq(list(names), "4-4 ");
	cr_expect_str_eq(names, "");
}

Test(wal_dropped, a_whole_segment_heals_its_dropped_partial)
{
	char names[300];

	cr_assert_eq(drop(FIFTH ".partial"), 0);
	push(5, "");
	cr_expect_eq(dropped(FIFTH ".partial"), WA_ENOENT);
	cr_expect_str_eq(list(names), "5-5 ");
	cr_expect_str_eq(names, "");
}

Test(wal_dropped, a_partial_does_not_heal_a_segment)
{
	char names[300];

	push(4, "");
	cr_assert_eq(drop(FIFTH), 0);
	push(5, ".partial");
	cr_expect_str_eq(list(names), "4-4 !5-5 ");
	cr_expect_str_eq(names, "05.dropped ");
}

Test(wal_dropped, a_note_that_is_spoilt_is_told)
{
	cr_assert_eq(drop(FIFTH), 0);
	cr_assert_eq(drop(SIXTH), 0);
	cr_assert_eq(rename(object_path(SYSTEM, SIXTH ".dropped"),
			 object_path(SYSTEM, FIFTH ".dropped")),
	    0);
	cr_expect_eq(dropped(FIFTH), WA_ECORRUPT);
	cr_expect_eq(get(FIFTH, 0), WA_ECORRUPT, "and it is no absence");
	cr_expect_eq(verify(FIFTH ".dropped"), WA_ECORRUPT);
	text_put(object_path(SYSTEM, FIFTH ".dropped"), "");
	cr_expect_eq(get(FIFTH, 0), WA_ECORRUPT);
}

Test(wal_dropped, every_name_is_listed)
{
	wa_wal_files *files = NULL;
	wa_wal_file file;

	cr_assert_eq(drop(FIFTH), 0);
	cr_assert_eq(wa_wal_files_open(&files, store.repo, SYSTEM, &err), 0);
	cr_assert_eq(wa_wal_files_next(&file, files, &err), 1);
	cr_expect_str_eq(file.name, FIFTH ".dropped");
	cr_expect_eq(file.kind, WA_DROPPED);
	cr_expect_eq(wa_wal_files_next(&file, files, &err), 0);
	wa_wal_files_close(files);
}
