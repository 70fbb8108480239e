/* marker.c - markers that are whole, and all that are not. */
#include "config.h"

#include "marker.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct marker
sample(void)
{
	struct marker m;

	memset(&m, 0, sizeof(m));
	(void)strcpy(m.name, "00000001000000000000000A");
	m.system_id = SYSTEM;
	m.file = (struct file_identity){ 1, 2, 3, 4, 5 };
	m.repository = (struct file_identity){ 6, 7, 8, 9, 10 };
	(void)strcpy(m.repository_id, "0123456789abcdef0123456789abcdef");
	(void)strcpy(m.xxh128, "fedcba9876543210fedcba9876543210");
	(void)strcpy(m.boot, "00000000-1111-2222-3333-444444444444");
	memset(m.warning, 'w', sizeof(m.warning) - 1);
	memset(m.hint, 'h', sizeof(m.hint) - 1);
	return m;
}

static int
new_file(void)
{
	int fd = open(path_of("marker"), O_RDWR | O_CREAT | O_TRUNC, 0600);

	ensure(fd >= 0, "marker");
	return fd;
}

/* What a marker is as a file; for free(). */
static uint8_t *
stored(size_t *size)
{
	struct marker m = sample();
	int fd = new_file();

	cr_assert_eq(marker_write(fd, &m), 0);
	(void)close(fd);
	return file_get(path_of("marker"), size);
}

static int
reads(const void *data, size_t size)
{
	struct marker m;
	int fd, rc;

	file_put(path_of("marker"), data, size);
	fd = open(path_of("marker"), O_RDONLY);
	rc = marker_read(&m, fd);
	(void)close(fd);
	return rc == 0;
}

Test(marker, what_was_written_is_read)
{
	struct marker m = sample(), got;
	int fd = new_file();

	cr_assert_eq(marker_write(fd, &m), 0);
	cr_assert_eq(marker_read(&got, fd), 0);
	cr_expect_eq(memcmp(&got, &m, sizeof(m)), 0);
	(void)strcpy(m.warning, "another");
	cr_assert_eq(marker_write(fd, &m), 0);
	cr_assert_eq(marker_read(&got, fd), 0);
	cr_expect_str_eq(got.warning, "another");
	(void)close(fd);
	folder_remove();
}

Test(marker, one_without_words_is_short)
{
	struct marker m = sample(), got;
	int fd = new_file();

	cr_assert_eq(marker_write(fd, &m), 0);
	m.warning[0] = m.hint[0] = '\0';
	cr_assert_eq(marker_write(fd, &m), 0);
	cr_assert_eq(marker_read(&got, fd), 0);
	cr_expect_str_eq(got.xxh128, m.xxh128);
	cr_expect_str_eq(got.warning, "");
	cr_expect_str_eq(got.hint, "");
	(void)close(fd);
	folder_remove();
}

Test(marker, one_that_cannot_be_written_is_told_of)
{
	struct marker m = sample(), got;
	int fd;

	(void)close(new_file());
	fd = open(path_of("marker"), O_RDONLY);
	cr_expect_eq(marker_write(fd, &m), -1);
	cr_expect_eq(marker_read(&got, fd), -1);
	(void)close(fd);
	fd = open("/dev/full", O_RDWR);
	if (fd >= 0)
		cr_expect_eq(marker_write(fd, &m), -1);
	(void)close(fd);
	folder_remove();
}

Test(marker, a_torn_one_is_none)
{
	size_t size, n;
	uint8_t *data = stored(&size);

	cr_assert(reads(data, size));
	for (n = 0; n < size; n++)
		cr_expect(!reads(data, n), "cut to %zu of %zu", n, size);
	/* Its first pages were written, or its last. */
	for (n = 1; n < size; n++) {
		uint8_t *torn = calloc(1, size);

		memcpy(torn, data, n);
		cr_expect(memcmp(torn, data, size) == 0 || !reads(torn, size),
		    "zeros from %zu on", n);
		memset(torn, 0, n);
		memcpy(torn + n, data + n, size - n);
		cr_expect(!reads(torn, size), "zeros up to %zu", n);
		free(torn);
	}
	free(data);
	folder_remove();
}

/* The bits that make no difference, in a file of this marker. */
static size_t
idle_bits(const struct marker *m)
{
	struct marker got;
	size_t bit, taken = 0;
	int fd = new_file();
	uint8_t byte;

	cr_assert_eq(marker_write(fd, m), 0);
	for (bit = 0; pread(fd, &byte, 1, (off_t)(bit / 8)) == 1; bit++) {
		byte ^= (uint8_t)(1u << bit % 8);
		(void)!pwrite(fd, &byte, 1, (off_t)(bit / 8));
		taken += marker_read(&got, fd) == 0;
		byte ^= (uint8_t)(1u << bit % 8);
		(void)!pwrite(fd, &byte, 1, (off_t)(bit / 8));
	}
	cr_expect_eq(marker_read(&got, fd), 0);
	cr_expect_gt(bit, 8 * 200);
	(void)close(fd);
	return taken;
}

Test(marker, every_bit_counts)
{
	struct marker m = sample();

	cr_expect_eq(idle_bits(&m), 0);
	m.warning[0] = m.hint[0] = '\0';
	cr_expect_eq(idle_bits(&m), 0);
	folder_remove();
}

Test(marker, garbage_is_none)
{
	static const size_t sizes[] = { 0, 1, 16, 512, 4096, 65536 };
	uint8_t *data = malloc(65536);
	uint64_t seed;
	size_t i;

	for (i = 0; i < COUNT(sizes); i++)
		for (seed = 1; seed <= 20; seed++) {
			fill_random(data, sizes[i], seed);
			cr_expect(
			    !reads(data, sizes[i]), "%zu bytes", sizes[i]);
		}
	free(data);
	folder_remove();
}

static void
unterminated(struct marker *m, size_t which)
{
	struct {
		char *text;
		size_t size;
	} texts[] = {
		{ m->name, sizeof(m->name) },
		{ m->repository_id, sizeof(m->repository_id) },
		{ m->xxh128, sizeof(m->xxh128) },
		{ m->boot, sizeof(m->boot) },
		{ m->warning, sizeof(m->warning) },
		{ m->hint, sizeof(m->hint) },
	};

	memset(texts[which].text, 'x', texts[which].size);
}

Test(marker, a_text_without_an_end_is_none)
{
	size_t i;

	for (i = 0; i < 6; i++) {
		struct marker m = sample(), got;
		int fd = new_file();

		unterminated(&m, i);
		cr_assert_eq(marker_write(fd, &m), 0);
		cr_expect_eq(marker_read(&got, fd), -1, "text %zu", i);
		(void)close(fd);
	}
	folder_remove();
}

Test(marker, a_file_is_itself_and_no_other)
{
	struct stat st, other;
	struct file_identity a, b;
	size_t i;

	text_put(path_of("file"), "text");
	ensure(stat(path_of("file"), &st) == 0, "file");
	file_identify(&a, &st);
	file_identify(&b, &st);
	cr_expect(file_is(&a, &b));
	for (i = 0; i < 7; i++) {
		other = st;
		other.st_dev += i == 0;
		other.st_ino += i == 1;
		other.st_size += i == 2;
		other.st_mtim.tv_sec -= i == 3;
		other.st_mtim.tv_nsec ^= i == 4;
		other.st_ctim.tv_sec -= i == 5;
		other.st_ctim.tv_nsec ^= i == 6;
		file_identify(&b, &other);
		cr_expect(!file_is(&a, &b), "%zu", i);
	}
	folder_remove();
}
