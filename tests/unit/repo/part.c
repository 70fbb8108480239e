/* part.c - read out of a part of a set. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sets.h"
#include "stream/label.h"

static struct store store;
static wa_error err;
static const char *label;

static void
begin(void)
{
	wa_set_writer *w;

	store_open(&store, "zstd", MB);
	w = set_writer(&store, WA_SET_FULL, "");
	set_put(&store, w, "PG_VERSION", 3);
	set_put(&store, w, "base", 3000);
	label = set_commit(w);
}

static void
end(void)
{
	store_close(&store);
	folder_remove();
}

TestSuite(part, .init = begin, .fini = end, .timeout = 120);

Test(part, is_read_anywhere_but_not_behind_its_end)
{
	wa_part *p = NULL;
	char *all, buf[64];
	uint64_t size;

	cr_assert_eq(wa_part_open(&p, store.repo, label, 1, &err), 0);
	size = wa_part_size(p);
	all = malloc(size);
	cr_assert_eq(wa_part_read(p, all, size, 0, &err), 0);
	cr_expect_eq(wa_part_read(p, buf, 64, WA_LABEL_HEAD, &err), 0);
	cr_expect_eq(memcmp(buf, all + WA_LABEL_HEAD, 64), 0);
	cr_expect_eq(wa_part_read(p, buf, 64, size - 64, &err), 0);
	cr_expect_eq(memcmp(buf, all + size - 64, 64), 0);
	cr_expect_eq(wa_part_read(p, buf, 0, size, &err), 0);
	cr_expect_eq(wa_part_read(p, buf, 64, size - 63, &err), WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, "part-00001"), "%s", err.text);
	cr_expect_eq(wa_part_read(p, buf, 1, size, &err), WA_ECORRUPT);
	cr_expect_lt(wa_part_read(p, buf, 1, INT64_MAX, &err), 0);
	cr_expect_lt(wa_part_read(p, buf, 1, UINT64_MAX, &err), 0);
	wa_part_close(p);
	wa_part_close(NULL);
	free(all);
}

Test(part, that_is_not_there)
{
	wa_part *p = NULL;

	cr_expect_eq(wa_part_open(&p, store.repo, label, 2, &err), WA_ENOENT);
	cr_expect_eq(wa_part_open(&p, store.repo, "20200101T000000ZF", 1, &err),
	    WA_ENOENT);
	cr_expect_eq(
	    wa_part_open(&p, store.repo, "../../x", 1, &err), WA_EUSAGE);
	cr_expect_null(p);
	cr_expect_eq(wa_part_check(store.repo, label, 2, &err), WA_ENOENT);
	cr_expect_eq(wa_part_check(store.repo, "../../x", 1, &err), WA_EUSAGE);
}

/* Harmless is a bit of the padding behind the label. */
static int
is_padding(size_t at, const uint8_t *bytes)
{
	size_t used = (size_t)bytes[4] | (size_t)bytes[5] << 8;

	return at >= 8 + used && at < WA_LABEL_HEAD;
}

Test(part, every_flipped_byte_is_found)
{
	const char *path = set_path(label, "part-00001");
	uint8_t *bytes;
	size_t size, at;
	int fd, rc;

	cr_assert_eq(
	    wa_part_check(store.repo, label, 1, &err), 0, "%s", err.text);
	bytes = file_get(path, &size);
	(void)chmod(path, 0600);
	fd = open(path, O_RDWR);
	for (at = 0; at < size; at++) {
		uint8_t byte = bytes[at] ^ (uint8_t)(1u << at % 8);

		cr_assert_eq(pwrite(fd, &byte, 1, (off_t)at), 1);
		rc = wa_part_check(store.repo, label, 1, &err);
		cr_expect(rc < 0 || is_padding(at, bytes), "byte %zu", at);
		cr_assert_eq(pwrite(fd, &bytes[at], 1, (off_t)at), 1);
	}
	cr_expect_eq(wa_part_check(store.repo, label, 1, &err), 0);
	cr_assert_eq(ftruncate(fd, (off_t)size - 1), 0);
	cr_expect_eq(wa_part_check(store.repo, label, 1, &err), WA_ECORRUPT);
	cr_assert_eq(ftruncate(fd, (off_t)size + 1), 0);
	cr_expect_eq(wa_part_check(store.repo, label, 1, &err), WA_ECORRUPT);
	(void)close(fd);
	free(bytes);
}

Test(part, of_another_set_or_number_is_corrupt)
{
	const char *other = set_make(&store, WA_SET_FULL, "");

	cr_assert_eq(
	    link(set_path(label, "part-00001"), set_path(label, "part-00002")),
	    0);
	cr_expect_eq(wa_part_check(store.repo, label, 2, &err), WA_ECORRUPT);
	cr_assert_eq(rename(set_path(other, "part-00001"),
			 set_path(label, "part-00001")),
	    0);
	cr_expect_eq(wa_part_check(store.repo, label, 1, &err), WA_ECORRUPT);
}
