/* tarstream.c - tars as a server sends them, and as it must not. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tarstream.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define BLOCK 512

/* A tar in memory, that comes in pieces. */
struct tar {
	char data[64 * BLOCK];
	size_t size, at, piece;
	int fail; /* at the end */
};

static void
add(struct tar *t, const char *name, char type, const char *to, size_t size)
{
	char *h = t->data + t->size;
	unsigned sum = 0;
	size_t i;

	memset(h, 0, BLOCK);
	(void)strncpy(h, name, 100);
	(void)strcpy(h + 100, "0000640");
	(void)strcpy(h + 108, "0000000");
	(void)strcpy(h + 116, "0000000");
	(void)snprintf(h + 124, 12, "%011lo", (unsigned long)size);
	(void)strcpy(h + 136, "14000000000");
	h[156] = type;
	(void)strncpy(h + 157, to, 100);
	memcpy(h + 257, "ustar\00000", 8);
	memset(h + 148, ' ', 8);
	for (i = 0; i < BLOCK; i++)
		sum += (unsigned char)h[i];
	(void)snprintf(h + 148, 8, "%06o", sum);
	t->size += BLOCK;
	size = type == '0' ? (size + BLOCK - 1) / BLOCK * BLOCK : 0;
	if (t->size + size <= sizeof(t->data)) {
		memset(t->data + t->size, 'x', size);
		t->size += size;
	}
}

static int
pull(const void **piece, size_t *size, void *arg, wa_error *err)
{
	struct tar *t = arg;

	if (t->at == t->size && t->fail) {
		(void)strcpy(err->text, "the line is dead");
		return err->code = WA_ETRYAGAIN;
	}
	if (t->at == t->size)
		return 0;
	*piece = t->data + t->at;
	*size = t->size - t->at < t->piece ? t->size - t->at : t->piece;
	t->at += *size;
	return 1;
}

/* Read it all: 0, or the code and why; how many entries and bytes. */
static int
read_all(struct tar *t, size_t *entries, size_t *bytes, wa_error *err)
{
	struct tarstream *stream = NULL;
	struct tarstream_entry e;
	const void *piece;
	size_t size;
	int rc = tarstream_open(&stream, pull, t, err);

	*entries = *bytes = 0;
	while (rc == 0 && (rc = tarstream_next(&e, stream, err)) == 1) {
		++*entries;
		while ((rc = tarstream_read(&piece, &size, stream, err)) == 1)
			*bytes += size;
	}
	tarstream_close(stream);
	return rc;
}

Test(tarstream, entries_come_as_they_are)
{
	static struct tar t = { .piece = 700 };
	wa_error err = WA_ERROR_INIT;
	struct tarstream *stream = NULL;
	struct tarstream_entry e;
	const void *piece;
	size_t size, bytes = 0;

	add(&t, "base/1/", '5', "", 0);
	add(&t, "base/1/PG_VERSION", '0', "", 1300);
	add(&t, "./pg_wal/archive_status/", '5', "", 0);
	add(&t, "pg_tblspc/16400", '2', "/mnt/fast", 0);
	cr_assert_eq(tarstream_open(&stream, pull, &t, &err), 0);
	cr_assert_eq(tarstream_next(&e, stream, &err), 1);
	cr_assert_eq(e.kind, TARSTREAM_FOLDER);
	cr_assert_str_eq(e.path, "base/1");
	cr_assert_eq(tarstream_read(&piece, &size, stream, &err), 0);
	cr_assert_eq(tarstream_next(&e, stream, &err), 1);
	cr_assert_eq(e.kind, TARSTREAM_FILE);
	cr_assert_str_eq(e.path, "base/1/PG_VERSION");
	cr_assert_eq(e.size, 1300);
	cr_assert_eq(e.mode, 0640);
	cr_assert_eq(e.mtime, INT64_C(014000000000));
	while (tarstream_read(&piece, &size, stream, &err) == 1)
		bytes += size;
	cr_assert_eq(bytes, 1300);
	cr_assert_eq(tarstream_next(&e, stream, &err), 1);
	cr_assert_str_eq(e.path, "pg_wal/archive_status");
	cr_assert_eq(tarstream_next(&e, stream, &err), 1);
	cr_assert_eq(e.kind, TARSTREAM_LINK);
	cr_assert_str_eq(e.to, "/mnt/fast");
	cr_assert_eq(tarstream_next(&e, stream, &err), 0);
	tarstream_close(stream);
}

Test(tarstream, the_size_of_pieces_does_not_matter)
{
	size_t piece, entries, bytes;

	for (piece = 1; piece < 3000; piece = piece * 3 / 2 + 1) {
		struct tar *t = calloc(1, sizeof(*t));
		wa_error err = WA_ERROR_INIT;

		t->piece = piece;
		add(t, "empty", '0', "", 0);
		add(t, "small", '0', "", 1);
		add(t, "block", '0', "", 512);
		add(t, "large", '0', "", 9000);
		cr_assert_eq(read_all(t, &entries, &bytes, &err), 0);
		cr_assert_eq(entries, 4);
		cr_assert_eq(bytes, 9513);
		free(t);
	}
}

Test(tarstream, nothing_is_an_empty_tar)
{
	static struct tar t = { .piece = 100 };
	wa_error err = WA_ERROR_INIT;
	size_t entries, bytes;

	cr_assert_eq(read_all(&t, &entries, &bytes, &err), 0);
	cr_assert_eq(entries, 0);
}

struct hostile_case {
	const char *name;
	char type;
	const char *to, *why;
};

static const struct hostile_case hostile[] = {
	{ "/etc/passwd", '0', "", "leads out" },
	{ "../x", '0', "", "leads out" },
	{ "base/../../x", '0', "", "leads out" },
	{ "base/..", '5', "", "leads out" },
	{ "..", '5', "", "leads out" },
	{ ".", '5', "", "leads out" },
	{ "./.", '5', "", "leads out" },
	{ ".//etc/passwd", '0', "", "leads out" },
	{ "./../x", '0', "", "leads out" },
	{ "base//1", '0', "", "leads out" },
	{ "base/./1", '0', "", "leads out" },
	{ "./", '5', "", "no name" },
	{ "/", '5', "", "leads out" },
	{ "base/x", '1', "/etc/passwd", "a hard link" },
	{ "base/x", '1', "base/y", "a hard link" },
	{ "base/x", '2', "/etc", "a symbolic link" },
	{ "pg_tblspc", '2', "/etc", "a symbolic link" },
	{ "pg_tblspc/", '2', "/etc", "a symbolic link" },
	{ "pg_tblspc/16400x", '2', "/etc", "a symbolic link" },
	{ "pg_tblspc/16400/x", '2', "/etc", "a symbolic link" },
	{ "pg_wal", '2', "/etc", "a symbolic link" },
	{ "base/x", '3', "", "a device" },
	{ "base/x", '4', "", "a device" },
	{ "base/x", '6', "", "a device" },
};

Test(tarstream, hostile_entries_are_refused)
{
	size_t i, entries, bytes;

	for (i = 0; i < COUNT(hostile); i++) {
		struct tar *t = calloc(1, sizeof(*t));
		wa_error err = WA_ERROR_INIT;

		t->piece = 4096;
		add(t, "good", '0', "", 10);
		add(t, hostile[i].name, hostile[i].type, hostile[i].to, 0);
		cr_expect_eq(read_all(t, &entries, &bytes, &err), WA_ECORRUPT,
		    "%s %c", hostile[i].name, hostile[i].type);
		cr_expect_eq(entries, 1, "%s", hostile[i].name);
		cr_expect(strstr(err.text, hostile[i].why) != NULL, "%s %c: %s",
		    hostile[i].name, hostile[i].type, err.text);
		free(t);
	}
}

Test(tarstream, a_size_that_does_not_come_is_an_error)
{
	static const size_t sizes[] = { 1, 511, 513, 1000000, 8589934591 };
	size_t i, entries, bytes;

	for (i = 0; i < COUNT(sizes); i++) {
		struct tar *t = calloc(1, sizeof(*t));
		wa_error err = WA_ERROR_INIT;

		t->piece = 4096;
		add(t, "huge", '0', "", sizes[i]);
		t->size = BLOCK;
		cr_expect_eq(read_all(t, &entries, &bytes, &err), WA_ECORRUPT,
		    "%zu", sizes[i]);
		cr_expect(bytes == 0);
		free(t);
	}
}

Test(tarstream, cut_anywhere_it_is_an_error_or_ends_between_entries)
{
	size_t cut, entries, bytes;

	for (cut = 0; cut < 6 * BLOCK; cut += 100) {
		struct tar *t = calloc(1, sizeof(*t));
		wa_error err = WA_ERROR_INIT;
		int rc;

		t->piece = 4096;
		add(t, "one", '0', "", 700);
		add(t, "two", '0', "", 700);
		t->size = cut;
		rc = read_all(t, &entries, &bytes, &err);
		cr_expect(rc == WA_ECORRUPT || entries * 700 == bytes,
		    "cut at %zu: %d, %zu entries, %zu bytes", cut, rc, entries,
		    bytes);
		free(t);
	}
}

Test(tarstream, what_the_source_says_comes_through)
{
	size_t size, entries, bytes;

	for (size = 0; size <= 4 * BLOCK; size += BLOCK / 2) {
		struct tar *t = calloc(1, sizeof(*t));
		wa_error err = WA_ERROR_INIT;

		t->piece = 100;
		t->fail = 1;
		add(t, "one", '0', "", 700);
		add(t, "two", '0', "", 0);
		t->size = size;
		cr_expect_eq(read_all(t, &entries, &bytes, &err), WA_ETRYAGAIN,
		    "%zu", size);
		cr_expect_str_eq(err.text, "the line is dead");
		free(t);
	}
}

/* Old GNU's sparse files, which libarchive would fill with zeros. */
Test(tarstream, sparse_files_are_refused)
{
	static struct tar t = { .piece = 4096 };
	wa_error err = WA_ERROR_INIT;
	size_t entries, bytes, i;
	unsigned sum = 0;

	add(&t, "sparse", '0', "", 512);
	t.data[156] = 'S';
	memcpy(t.data + 257, "ustar  ", 8);
	(void)strcpy(t.data + 386, "00000010000");
	(void)strcpy(t.data + 398, "00000001000");
	(void)strcpy(t.data + 483, "77777777777");
	memset(t.data + 148, ' ', 8);
	for (i = 0; i < BLOCK; i++)
		sum += (unsigned char)t.data[i];
	(void)snprintf(t.data + 148, 8, "%06o", sum);
	cr_assert_eq(read_all(&t, &entries, &bytes, &err), WA_ECORRUPT);
	cr_assert(strstr(err.text, "sparse") != NULL, "%s", err.text);
}

Test(tarstream, anything_else_is_no_tar)
{
	static struct tar t = { .piece = 4096 };
	wa_error err = WA_ERROR_INIT;
	size_t entries, bytes;

	memset(t.data, 'q', sizeof(t.data));
	t.size = sizeof(t.data);
	cr_assert_eq(read_all(&t, &entries, &bytes, &err), WA_ECORRUPT);
}
