/* set_list.c - the sets of a stanza, and what was noted down with them. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sets.h"

static struct store store;
static wa_error err;
static wa_set *sets;
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

TestSuite(set_list, .init = begin, .fini = end);

static void
list(void)
{
	wa_free(sets);
	sets = NULL;
	count = 99;
	cr_assert_eq(
	    wa_set_list(&sets, &count, store.repo, &err), 0, "%s", err.text);
}

Test(set_list, of_none_is_empty)
{
	list();
	cr_expect_eq(count, 0);
	cr_expect_null(sets);
	wa_set_writer_close(set_writer(&store, WA_SET_FULL, ""));
	list();
	cr_expect_eq(count, 0, "one that was begun is none");
	cr_expect_null(sets);
}

/* A label begins with the time of its full, so names do not sort by time. */
Test(set_list, the_oldest_comes_first)
{
	const char *a = set_make(&store, WA_SET_FULL, "");
	const char *b = set_make(&store, WA_SET_FULL, "");
	const char *c = set_make(&store, WA_SET_DIFF, a);
	const char *d = set_make(&store, WA_SET_INCR, c);

	wa_set_writer_close(set_writer(&store, WA_SET_INCR, d));
	list();
	cr_assert_eq(count, 4);
	cr_expect_str_eq(sets[0].label, a);
	cr_expect_str_eq(sets[1].label, b);
	cr_expect_str_eq(sets[2].label, c);
	cr_expect_str_eq(sets[2].prior, a);
	cr_expect_str_eq(sets[3].label, d);
	cr_expect_str_eq(sets[3].prior, c);
	cr_expect_eq(sets[3].type, WA_SET_INCR);
	cr_expect_eq(sets[0].system_id, SYSTEM);
	cr_expect_eq(sets[0].redo, SET_REDO);
}

Test(set_list, a_damaged_label_is_told_with_its_set)
{
	const char *a = set_make(&store, WA_SET_FULL, "");
	size_t size;
	uint8_t *bytes = file_get(set_path(a, "manifest"), &size);

	bytes[30] ^= 1;
	(void)unlink(set_path(a, "manifest"));
	file_put(set_path(a, "manifest"), bytes, size);
	free(bytes);
	cr_expect_eq(wa_set_list(&sets, &count, store.repo, &err), WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, a), "%s", err.text);
	cr_expect_null(sets);
}

Test(set_list, a_damaged_one_does_not_hide_the_others)
{
	const char *a = set_make(&store, WA_SET_FULL, "");
	char sound[WA_SET_LABEL_SIZE];
	size_t size;
	uint8_t *bytes = file_get(set_path(a, "manifest"), &size);

	bytes[30] ^= 1;
	(void)unlink(set_path(a, "manifest"));
	file_put(set_path(a, "manifest"), bytes, size);
	free(bytes);
	(void)snprintf(
	    sound, sizeof(sound), "%s", set_make(&store, WA_SET_FULL, ""));
	cr_expect_eq(wa_set_list_sound(&sets, &count, store.repo, &err), 1);
	cr_assert_eq(count, 1);
	cr_expect_str_eq(sets[0].label, sound);
	cr_expect_not_null(strstr(err.text, "manifest"), "%s", err.text);
	cr_expect_lt(wa_set_list(&sets, &count, store.repo, NULL), 0);
}

Test(set_list, annotations_are_what_was_noted)
{
	wa_set_writer *w = set_writer(&store, WA_SET_FULL, "");
	wa_set facts = set_facts(WA_SET_FULL, ""), made;
	char **lines = NULL;
	size_t n = 99;

	set_fill(&store, w);
	cr_assert_eq(wa_set_commit(&made, w, &facts,
			 "a=b\nkind=x y\nprior=20200101T000000ZF", &err),
	    0);
	wa_set_writer_close(w);
	cr_assert_eq(
	    wa_set_annotations(&lines, &n, store.repo, made.label, &err), 0);
	cr_assert_eq(n, 3);
	cr_expect_str_eq(lines[0], "a=b");
	cr_expect_str_eq(lines[1], "kind=x y");
	cr_expect_str_eq(lines[2], "prior=20200101T000000ZF");
	wa_free(lines);
	list();
	cr_expect_str_eq(sets[0].prior, "");
	cr_expect_eq(wa_set_annotations(
			 &lines, &n, store.repo, "20200101T000000ZF", &err),
	    WA_ENOENT);
}
