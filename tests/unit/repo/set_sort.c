/* set_sort.c - lines in any order, and no more memory than was allowed. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repo/set_sort.h"
#include "support.h"

#define MANY 100000u
#define FOLDERS 100u

static wa_error err;

static wa_set_sort *
sorter(size_t room)
{
	wa_set_sort *sort = NULL;

	cr_assert_eq(wa_set_sort_new(&sort, room, &err), 0, "%s", err.text);
	return sort;
}

static void
add(wa_set_sort *sort, const char *path, int kind, const char *text)
{
	cr_assert_eq(
	    wa_set_sort_add(sort, path, kind, text, strlen(text), &err), 0,
	    "%s", err.text);
}

/* A permutation of 0 to MANY - 1. */
static unsigned
scattered(unsigned i)
{
	return (unsigned)((uint64_t)i * 7919 % MANY);
}

static void
add_many(wa_set_sort *sort)
{
	char path[64], text[96];
	unsigned i;

	for (i = 0; i < MANY; i++) {
		unsigned n = scattered(i);

		(void)snprintf(path, sizeof(path), "%02u/%05u", n % FOLDERS, n);
		(void)snprintf(text, sizeof(text), "line %s of %u\n", path, n);
		add(sort, path, WA_FILE_REGULAR, text);
	}
	for (i = FOLDERS; i-- > 0;) {
		(void)snprintf(path, sizeof(path), "%02u", i);
		(void)snprintf(text, sizeof(text), "folder %u\n", i);
		add(sort, path, WA_FILE_FOLDER, text);
	}
}

static void
expect_many(wa_set_sort *sort)
{
	char want[96];
	const char *text;
	size_t size;
	unsigned f, n;

	for (f = 0; f < FOLDERS; f++) {
		(void)snprintf(want, sizeof(want), "folder %u\n", f);
		cr_assert_eq(wa_set_sort_next(&text, &size, sort, &err), 1,
		    "%s", err.text);
		cr_assert(size == strlen(want) && !memcmp(text, want, size));
		for (n = f; n < MANY; n += FOLDERS) {
			(void)snprintf(want, sizeof(want),
			    "line %02u/%05u of %u\n", f, n, n);
			cr_assert_eq(wa_set_sort_next(&text, &size, sort, &err),
			    1, "%s", err.text);
			cr_assert(
			    size == strlen(want) && !memcmp(text, want, size));
		}
	}
	cr_assert_eq(wa_set_sort_next(&text, &size, sort, &err), 0);
	cr_assert_eq(wa_set_sort_next(&text, &size, sort, &err), 0);
}

Test(set_sort, many_lines_in_much_and_little_memory)
{
	static const size_t rooms[] = { 64u << 20, WA_SET_SORT_ROOM, 1u << 20,
		64u << 10, 8192 };
	size_t i;

	for (i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		wa_set_sort *sort = sorter(rooms[i]);

		add_many(sort);
		expect_many(sort);
		wa_set_sort_free(sort);
	}
}

Test(set_sort, a_slash_is_before_all)
{
	static const char *const paths[] = { "base", "base/1", "base/1/x",
		"base/1.x", "base-x", "base0" };
	size_t n = sizeof(paths) / sizeof(paths[0]), i, size;
	wa_set_sort *sort = sorter(4096);
	const char *text;

	for (i = n; i-- > 0;)
		add(sort, paths[i], WA_FILE_FOLDER, paths[i]);
	for (i = 0; i < n; i++) {
		cr_assert_eq(wa_set_sort_next(&text, &size, sort, &err), 1);
		cr_expect_eq(strncmp(text, paths[i], size), 0, "%s", paths[i]);
	}
	wa_set_sort_free(sort);
}

/* Lines that are longer than the room, beside short ones. */
Test(set_sort, long_lines)
{
	char path[16], *long_text = malloc(200001);
	wa_set_sort *sort = sorter(4096);
	const char *text;
	size_t size;
	int i;

	memset(long_text, 'x', 200000);
	long_text[200000] = '\0';
	for (i = 9; i >= 0; i--) {
		(void)snprintf(path, sizeof(path), "%d", i);
		add(sort, path, WA_FILE_REGULAR, i % 3 == 0 ? long_text : path);
	}
	for (i = 0; i < 10; i++) {
		cr_assert_eq(wa_set_sort_next(&text, &size, sort, &err), 1);
		cr_expect_eq(size, i % 3 == 0 ? 200000 : 1);
		cr_expect_eq(text[0], i % 3 == 0 ? 'x' : '0' + i);
	}
	cr_expect_eq(wa_set_sort_next(&text, &size, sort, &err), 0);
	wa_set_sort_free(sort);
	free(long_text);
}

Test(set_sort, nothing_at_all)
{
	wa_set_sort *sort = sorter(4096);
	const char *text;
	size_t size;

	cr_expect_eq(wa_set_sort_next(&text, &size, sort, &err), 0);
	wa_set_sort_free(sort);
}

/* What a server sends may be nonsense. */
Test(set_sort, paths_that_cannot_be)
{
	static const struct {
		const char *paths[4];
		int kinds[4];
		const char *words;
	} cases[] = {
		{ { "a", "b", "a" }, { 1, 1, 1 }, "\"a\" twice" },
		{ { "a", "a/b", "a/b" }, { 1, 0, 0 }, "\"a/b\" twice" },
		{ { "a", "a/b" }, { 0, 0 }, "\"a/b\", but not its folder" },
		{ { "a/b" }, { 0 }, "\"a/b\", but not its folder" },
		{ { "a", "ab/c" }, { 1, 0 }, "\"ab/c\", but not its folder" },
		{ { "a", "a/b/c" }, { 1, 0 }, "\"a/b/c\", but not its" },
		{ { "a", "a/b", "a/b/c", "a/bb/d" }, { 1, 1, 0, 0 },
		    "\"a/bb/d\", but not its folder" },
	};
	size_t i, k, size;
	const char *text;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		wa_set_sort *sort = sorter(4096);
		int rc;

		for (k = 0; k < 4 && cases[i].paths[k] != NULL; k++)
			add(sort, cases[i].paths[k], cases[i].kinds[k], "x");
		while ((rc = wa_set_sort_next(&text, &size, sort, &err)) == 1)
			;
		cr_expect_eq(rc, WA_ECORRUPT, "case %zu: %d", i, rc);
		cr_expect_not_null(
		    strstr(err.text, cases[i].words), "%s", err.text);
		wa_set_sort_free(sort);
	}
}

Test(set_sort, no_place_for_a_temporary_file)
{
	wa_set_sort *sort = sorter(4096);
	char path[16];
	int rc = 0, i;

	(void)setenv("TMPDIR", "/nowhere/at/all", 1);
	for (i = 0; rc == 0 && i < 1000; i++) {
		(void)snprintf(path, sizeof(path), "%d", i);
		rc = wa_set_sort_add(
		    sort, path, WA_FILE_REGULAR, path, strlen(path), &err);
	}
	cr_expect_lt(rc, 0);
	cr_expect_not_null(strstr(err.text, "/nowhere/at/all"));
	cr_expect_not_null(strstr(err.hint, "TMPDIR"));
	wa_set_sort_free(sort);
}
