/* set_begun.c - sets that are being made, or were interrupted. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "repo/set_label.h"
#include "sets.h"

static struct store store;
static wa_error err;
static wa_set_begun *sets;
static size_t count;

static void
begin(void)
{
	store_open(&store, "zstd", MB);
}

static void
end(void)
{
	wa_free(sets);
	store_close(&store);
	folder_remove();
}

TestSuite(set_begun, .init = begin, .fini = end);

static void
list(void)
{
	wa_free(sets);
	sets = NULL;
	count = 99;
	cr_assert_eq(wa_set_begun_list(&sets, &count, store.repo, &err), 0,
	    "%s", err.text);
}

/* Of two parts, one of them finished. */
static const char *
interrupt(const char *prior)
{
	wa_set_writer *w = set_writer(
	    &store, prior[0] == '\0' ? WA_SET_FULL : WA_SET_INCR, prior);
	char text[64];
	uint32_t part;
	uint64_t at;

	(void)snprintf(text, sizeof(text), "x/%s", wa_set_writer_label(w));
	set_put(&store, w, "PG_VERSION", 3);
	cr_assert_eq(
	    wa_set_append(&part, &at, w, "x", 1, 1u << 30, 0, &err), 0);
	set_put(&store, w, "base", 100);
	wa_set_writer_close(w);
	return strrchr(path_of(text), '/') + 1;
}

Test(set_begun, of_none_is_empty)
{
	list();
	cr_expect_eq(count, 0);
	cr_expect_null(sets);
	(void)set_make(&store, WA_SET_FULL, "");
	list();
	cr_expect_eq(count, 0, "a whole one is none");
}

Test(set_begun, tells_what_is_there)
{
	const char *full = set_make(&store, WA_SET_FULL, "");
	const char *a = interrupt(""), *b = interrupt(full);

	list();
	cr_assert_eq(count, 2);
	cr_expect_str_eq(sets[0].label, a);
	cr_expect_str_eq(sets[0].prior, "");
	cr_expect_eq(sets[0].system_id, SYSTEM);
	cr_expect_eq(sets[0].total, 1000);
	cr_expect_eq(sets[0].parts, 1);
	cr_expect_eq(sets[0].done, (1u << 30) + 512 + 3);
	cr_expect_lt(
	    llabs((long long)(sets[0].since / 1000000 - time(NULL))), 60);
	cr_expect_lt(
	    llabs((long long)(sets[0].last / 1000000 - time(NULL))), 60);
	cr_expect_str_eq(sets[1].label, b);
	cr_expect_str_eq(sets[1].prior, full);
}

Test(set_begun, an_empty_folder_and_a_damaged_start_are_one_each)
{
	const char *a = interrupt("");

	(void)mkdir(path_of("repo/db/backup/20200101T000000ZF"), 0700);
	(void)unlink(set_path(a, "start"));
	text_put(set_path(a, "start"), "rubbish");
	list();
	cr_assert_eq(count, 2);
	cr_expect_str_eq(sets[0].label, "20200101T000000ZF");
	cr_expect_eq(sets[0].parts, 0);
	cr_expect_eq(sets[0].last, 0);
	cr_expect_str_eq(sets[1].label, a);
	cr_expect_eq(sets[1].total, 0);
	cr_expect_eq(sets[1].parts, 1);
}

Test(set_begun, a_part_without_its_list_is_not_read)
{
	const char *a = interrupt("");
	wa_set_reader *r = NULL;
	wa_set_file f;

	cr_assert_eq(wa_set_open_begun(&r, store.repo, a, &err), 0);
	cr_expect_eq(wa_set_next(&f, r, &err), 1);
	cr_expect_str_eq(f.path, "PG_VERSION");
	cr_expect_eq(wa_set_next(&f, r, &err), 0);
	wa_set_reader_close(r);
	r = NULL;
	(void)unlink(set_path(a, "list-00001"));
	cr_assert_eq(wa_set_open_begun(&r, store.repo, a, &err), 0);
	cr_expect_eq(wa_set_next(&f, r, &err), 0);
	cr_expect_eq(wa_set_next(&f, r, &err), 0);
	wa_set_reader_close(r);
}

/* It would tell of frames in the wrong part. */
Test(set_begun, a_list_of_another_set_is_corrupt)
{
	const char *a = interrupt(""), *b = interrupt("");
	wa_set_reader *r = NULL;
	wa_set_file f;
	int rc;

	cr_assert_eq(
	    rename(set_path(a, "list-00001"), set_path(b, "list-00001")), 0);
	rc = wa_set_open_begun(&r, store.repo, b, &err);
	if (rc == 0)
		rc = wa_set_next(&f, r, &err);
	cr_expect_eq(rc, WA_ECORRUPT);
	wa_set_reader_close(r);
}

Test(set_begun, a_damaged_list_is_corrupt)
{
	const char *a = interrupt("");
	wa_set_reader *r = NULL;
	uint8_t *bytes;
	size_t size;
	wa_set_file f;
	int rc;

	bytes = file_get(set_path(a, "list-00001"), &size);
	bytes[size - 20] ^= 1;
	(void)unlink(set_path(a, "list-00001"));
	file_put(set_path(a, "list-00001"), bytes, size);
	free(bytes);
	rc = wa_set_open_begun(&r, store.repo, a, &err);
	while (rc == 0 && (rc = wa_set_next(&f, r, &err)) == 1)
		rc = 0;
	cr_expect_eq(rc, WA_ECORRUPT);
	wa_set_reader_close(r);
}
