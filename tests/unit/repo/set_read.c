/* set_read.c - a manifest is read whole and in order, or not at all. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sets.h"

#define LABEL "20261121T031500ZF"
#define HEAD "{\"walarch\":1}\n"
#define FOLDER(path)                                                           \
	"{\"path\":\"" path                                                    \
	"\",\"type\":\"folder\",\"mtime\":[1,2],\"mode\":\"0700\"}\n"
#define FILE_OF(path)                                                          \
	"{\"path\":\"" path "\",\"mtime\":[1,2],\"mode\":\"0600\",\"size\":0," \
	"\"xxh128\":\"00112233445566778899aabbccddeeff\","                     \
	"\"crc32c\":\"00000000\",\"part\":1,\"at\":4096,\"frames\":[9]}\n"
#define CONTROL FILE_OF("global/pg_control")
#define BACKUP_LABEL FILE_OF("backup_label")
#define MAP FILE_OF("tablespace_map")
#define END(n) "{\"end\":{\"files\":" #n "}}\n"

static struct store store;
static wa_error err;

static void
begin(void)
{
	store_open(&store, "zstd", MB);
}

static void
end(void)
{
	store_close(&store);
	folder_remove();
}

TestSuite(set_read, .init = begin, .fini = end, .timeout = 120);

static const struct order {
	const char *a, *b;
} orders[] = { { "", "a" }, { "a", "b" }, { "a", "a/b" }, { "a/b", "a!" },
	{ "a/b", "a b" }, { "a/\xFF", "a\x01" }, { "a/b/c", "a/b0" },
	{ "a/b", "ab" }, { "a\x7F", "a\x80" }, { "Z", "a" }, { "1", "10" },
	{ "10", "9" }, { "pg_tblspc/1/x", "pg_tblspc/10" }, { "a/z", "a.b" },
	{ "a/", "a/a" } };

Test(set_read, paths_are_ordered_with_the_slash_lowest)
{
	size_t i;

	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		const struct order *o = &orders[i];

		cr_expect_lt(
		    wa_path_compare(o->a, o->b), 0, "%s %s", o->a, o->b);
		cr_expect_gt(
		    wa_path_compare(o->b, o->a), 0, "%s %s", o->a, o->b);
		cr_expect_eq(wa_path_compare(o->a, o->a), 0, "%s", o->a);
		cr_expect_eq(wa_path_compare(o->b, o->b), 0, "%s", o->b);
	}
}

Test(set_read, what_was_written_is_read)
{
	const char *label = set_make(&store, WA_SET_FULL, "");
	wa_set_reader *r = NULL;
	wa_set_file f;
	static const char *const paths[] = { "PG_VERSION", "base", "base/1",
		"base/1/1259", "base/1/empty", "base/1/l\xE4tin", "global",
		"link", "global/pg_control", "backup_label" };
	size_t i;

	cr_assert_eq(
	    wa_set_open(&r, store.repo, label, &err), 0, "%s", err.text);
	cr_expect_str_eq(wa_set_facts(r)->label, label);
	cr_expect_eq(wa_set_facts(r)->stop, SET_STOP);
	cr_expect_eq(wa_set_facts(r)->files, 6);
	cr_expect_str_eq(
	    wa_set_header(r, "databases"), "[{\"name\":\"x\",\"oid\":5}]");
	cr_expect_str_eq(wa_set_header(r, "pg"), "15");
	cr_expect_null(wa_set_header(r, "no such"));
	for (i = 0; i < 10; i++) {
		cr_assert_eq(wa_set_next(&f, r, &err), 1, "%s", err.text);
		cr_expect_str_eq(f.path, paths[i]);
		if (f.kind == WA_FILE_REGULAR)
			cr_expect_str_eq(f.in, label);
	}
	cr_expect_eq(wa_set_next(&f, r, &err), 0);
	cr_expect_eq(wa_set_next(&f, r, &err), 0, "again");
	wa_set_reader_close(r);
	wa_set_reader_close(NULL);
}

Test(set_read, there_is_no_such_set)
{
	wa_set_reader *r = NULL;

	cr_expect_eq(wa_set_open(&r, store.repo, LABEL, &err), WA_ENOENT);
	cr_expect_eq(wa_set_open(&r, store.repo, "x", &err), WA_EUSAGE);
	cr_expect_eq(wa_set_open(&r, store.repo, "../../x", &err), WA_EUSAGE);
	cr_expect_eq(wa_set_open(&r, store.repo, "", &err), WA_EUSAGE);
	cr_expect_null(r);
}

static const struct manifest {
	int lines; /* or an error */
	const char *text;
} manifests[] = {
	{ 0, HEAD END(0) },
	{ 5,
	    HEAD FILE_OF("PG_VERSION") FOLDER("global")
		CONTROL BACKUP_LABEL MAP END(4) },
	{ 4, HEAD FOLDER("global") MAP BACKUP_LABEL CONTROL END(3) },
	{ 3, HEAD FOLDER("a") FOLDER("a/b") FOLDER("a.b") END(0) },
	/* ends */
	{ WA_ECORRUPT, "" },
	{ WA_ECORRUPT, HEAD },
	{ WA_ECORRUPT, HEAD FILE_OF("a") },
	{ WA_ECORRUPT, HEAD FILE_OF("a") END(0) },
	{ WA_ECORRUPT, HEAD FILE_OF("a") END(2) },
	{ WA_ECORRUPT, HEAD FOLDER("a") END(1) },
	{ WA_ECORRUPT, HEAD END(0) FILE_OF("a") },
	{ WA_ECORRUPT, HEAD FILE_OF("a") END(1) END(1) },
	{ WA_ECORRUPT, HEAD FILE_OF("a") END(1) "\n" },
	{ WA_ECORRUPT, HEAD FILE_OF("a") END(1) "x" },
	{ WA_ECORRUPT, HEAD FILE_OF("a") END(1) END(1) "" },
	{ WA_ECORRUPT, HEAD FILE_OF("a") "{\"end\":{\"files\":1}}" },
	{ WA_ECORRUPT, HEAD FILE_OF("a") "{\"end\":{\"files\":1}\n" },
	{ WA_ECORRUPT, HEAD FILE_OF("a") "{\"end\":{\"files\":\"1\"}}\n" },
	{ WA_ECORRUPT, HEAD FILE_OF("a") "{\"end\":1}\n" },
	{ WA_ECORRUPT, HEAD FILE_OF("a") "{\"end\":{}}\n" },
	{ WA_ECORRUPT, HEAD FILE_OF("a") "{\"end\":\n" },
	{ WA_ECORRUPT, HEAD "\n" FILE_OF("a") END(1) },
	/* headers */
	{ WA_ECORRUPT, FILE_OF("a") END(1) },
	{ WA_ECORRUPT, END(0) },
	{ WA_ECORRUPT, "{\"walarch\":2}\n" END(0) },
	{ WA_ECORRUPT, "{\"walarch\":\"1\"}\n" END(0) },
	{ WA_ECORRUPT, "1\n" END(0) },
	{ WA_ECORRUPT, "{\"walarch\":1\n" END(0) },
	{ WA_ECORRUPT, HEAD HEAD END(0) },
	/* order */
	{ WA_ECORRUPT, HEAD FILE_OF("b") FILE_OF("a") END(2) },
	{ WA_ECORRUPT, HEAD FILE_OF("a") FILE_OF("a") END(2) },
	{ WA_ECORRUPT, HEAD FOLDER("a") FILE_OF("a") END(1) },
	{ WA_ECORRUPT, HEAD FOLDER("a") FOLDER("a.b") FOLDER("a/b") END(0) },
	{ WA_ECORRUPT, HEAD FOLDER("global") CONTROL FILE_OF("z") END(2) },
	{ WA_ECORRUPT, HEAD FOLDER("global") CONTROL CONTROL END(2) },
	{ WA_ECORRUPT, HEAD BACKUP_LABEL CONTROL BACKUP_LABEL END(3) },
	{ WA_ECORRUPT, HEAD MAP FILE_OF("global/a") END(2) },
	{ WA_ECORRUPT, HEAD FILE_OF("a") "{\"path\":\"../x\"}\n" END(1) },
};

Test(set_read, of_a_manifest_that_is_not_right_is_never_read_to_the_end)
{
	size_t i;

	for (i = 0; i < sizeof(manifests) / sizeof(manifests[0]); i++) {
		const struct manifest *m = &manifests[i];

		set_raw(&store, LABEL, 0, m->text, strlen(m->text));
		err.text[0] = '\0';
		cr_expect_eq(set_read(&store, LABEL, &err), m->lines, "%zu: %s",
		    i, m->text);
		if (m->lines < 0)
			cr_expect_not_null(
			    strstr(err.text, LABEL), "%s", err.text);
	}
}

/* backup_label and the others are what PostgreSQL trusts. */
Test(set_read, the_last_ones_must_be_regular_files)
{
	static const char *const texts[] = {
		HEAD FOLDER("global") FOLDER("global/pg_control") END(0),
		HEAD FOLDER("backup_label") END(0),
		HEAD
		"{\"path\":\"global/pg_control\",\"type\":\"link\","
		"\"to\":\"/x\",\"mtime\":[1,2],\"mode\":\"0700\"}\n" END(0),
		HEAD
		"{\"path\":\"tablespace_map\",\"type\":\"link\","
		"\"to\":\"/x\",\"mtime\":[1,2],\"mode\":\"0700\"}\n" END(0),
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		set_raw(&store, LABEL, 0, texts[i], strlen(texts[i]));
		cr_expect_eq(
		    set_read(&store, LABEL, &err), WA_ECORRUPT, "%zu", i);
	}
}

static void
long_line(size_t size, int expected)
{
	static const char head[] = HEAD "{\"path\":\"a\",\"x\":\"";
	static const char tail[] =
	    "\",\"type\":\"folder\",\"mtime\":[1,2],\"mode\":\"0700\"}\n" END(
		0);
	char *text = malloc(sizeof(head) + size + sizeof(tail));

	memcpy(text, head, sizeof(head) - 1);
	memset(text + sizeof(head) - 1, 'x', size);
	memcpy(text + sizeof(head) - 1 + size, tail, sizeof(tail) - 1);
	set_raw(
	    &store, LABEL, 0, text, sizeof(head) - 1 + size + sizeof(tail) - 1);
	free(text);
	cr_expect_eq(set_read(&store, LABEL, &err), expected, "%zu", size);
}

Test(set_read, lines_may_be_long_but_not_for_ever)
{
	size_t size;

	for (size = 65400; size < 65600; size += 3)
		long_line(size, 1);
	long_line(3 * MB, 1);
	long_line(70 * MB, WA_ECORRUPT);
}

/* Its label is good, but of another: moved, or copied. */
Test(set_read, of_another_set_is_corrupt)
{
	const char *text = HEAD END(0);

	set_raw(&store, LABEL, 0, text, strlen(text));
	cr_assert_eq(
	    mkdir(path_of("repo/db/backup/20261121T031501ZF"), 0700), 0);
	cr_assert_eq(rename(set_path(LABEL, "manifest"),
			 set_path("20261121T031501ZF", "manifest")),
	    0);
	cr_expect_eq(set_read(&store, "20261121T031501ZF", &err), WA_ECORRUPT);
}
