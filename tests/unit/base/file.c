/* file.c - reads and writes that do not stop half way. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys.h"
#include "support.h"

TestSuite(file, .fini = folder_remove);

static int calls, fail_at, with;

static int
hook(const char *call)
{
	if (strcmp(call, "read") != 0 && strcmp(call, "write") != 0 &&
	    strcmp(call, "pwrite") != 0 && strcmp(call, "malloc") != 0)
		return 0;
	return fail_at == 0 || ++calls == fail_at ? with : 0;
}

static int
open_with(const void *data, size_t size)
{
	file_put(path_of("f"), data, size);
	return open(path_of("f"), O_RDWR);
}

Test(file, fill_goes_on_after_short_reads)
{
	uint8_t data[1000], buf[1100];
	int fd;

	fill_random(data, sizeof(data), 1);
	fd = open_with(data, sizeof(data));
	wa_sys_hook = hook;
	with = WA_SYS_SHORT;
	cr_expect_eq(wa_file_fill(fd, buf, 600), 600);
	cr_expect_arr_eq(buf, data, 600);
	cr_expect_eq(wa_file_fill(fd, buf, sizeof(buf)), 400, "to the end");
	cr_expect_arr_eq(buf, data + 600, 400);
	cr_expect_eq(wa_file_fill(fd, buf, sizeof(buf)), 0);
	with = EIO;
	cr_expect_eq(wa_file_fill(fd, buf, 1), -1);
	cr_expect_eq(errno, EIO);
	close(fd);
}

Test(file, write_goes_on_after_short_writes)
{
	uint8_t data[1000];
	int fd;

	fill_random(data, sizeof(data), 1);
	fd = open_with("", 0);
	wa_sys_hook = hook;
	with = WA_SYS_SHORT;
	cr_expect_eq(wa_file_write(fd, data, sizeof(data)), 0);
	cr_expect(file_holds(path_of("f"), data, sizeof(data)));
	cr_expect_eq(wa_file_write_at(fd, "0123456789", 10, 5), 0);
	memcpy(data + 5, "0123456789", 10);
	cr_expect(file_holds(path_of("f"), data, sizeof(data)));
	fail_at = 2;
	calls = 0;
	with = ENOSPC;
	cr_expect_eq(wa_file_write(fd, data, 0), 0);
	cr_expect_eq(wa_file_write(fd, data, 1), 0);
	cr_expect_eq(wa_file_write(fd, data, 1), -1);
	cr_expect_eq(errno, ENOSPC);
	close(fd);
}

Test(file, an_interrupted_call_is_made_again)
{
	uint8_t data[100], buf[100];
	int fd;

	fill_random(data, sizeof(data), 2);
	fd = open_with(data, sizeof(data));
	wa_sys_hook = hook;
	with = EINTR;
	fail_at = 1;
	calls = 0;
	cr_expect_eq(wa_file_fill(fd, buf, 100), 100);
	calls = 0;
	cr_expect_eq(wa_file_write(fd, buf, 100), 0);
	calls = 0;
	cr_expect_eq(wa_file_write_at(fd, buf, 100, 0), 0);
	close(fd);
}

Test(file, read_all_gives_every_size_with_a_nul_behind_it)
{
	static const size_t sizes[] = { 0, 1, 4094, 4095, 4096, 4097, 8191,
		8192, 100000 };
	uint8_t *data = malloc(100000);
	size_t i;

	fill_random(data, 100000, 3);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int fd = open_with(data, sizes[i]);
		char *text = NULL;
		size_t size = 42;

		cr_assert_eq(
		    wa_file_read_all(&text, &size, fd, 100000, NULL), 0);
		cr_expect_eq(size, sizes[i]);
		cr_expect_eq(memcmp(text, data, size), 0);
		cr_expect_eq(text[size], '\0');
		wa_sys_free(text);
		close(fd);
	}
	free(data);
}

Test(file, read_all_refuses_more_than_max)
{
	wa_error err = WA_ERROR_INIT;
	char data[5000] = "", *text = NULL;
	size_t size = 42, max;

	for (max = 10; max < sizeof(data); max = max * 3 + 1) {
		int fd = open_with(data, max), rc;

		rc = wa_file_read_all(&text, &size, fd, max, &err);
		cr_expect_eq(rc, 0, "%zu bytes, %zu allowed", max, max);
		wa_sys_free(text);
		close(fd);
		fd = open_with(data, max + 1);
		text = NULL;
		rc = wa_file_read_all(&text, &size, fd, max, &err);
		cr_expect_eq(rc, WA_ECORRUPT);
		cr_expect_null(text);
		close(fd);
	}
}

Test(file, read_all_tells_a_failed_read_and_a_lack_of_memory)
{
	wa_error err = WA_ERROR_INIT;
	char data[9000] = "", *text = NULL;
	size_t size;
	int fd = open_with(data, sizeof(data)), n;

	wa_sys_hook = hook;
	for (n = 1; n < 10; n++) {
		int rc;

		(void)lseek(fd, 0, SEEK_SET);
		fail_at = n;
		calls = 0;
		with = n % 2 == 0 ? EIO : ENOMEM;
		rc = wa_file_read_all(&text, &size, fd, 100000, &err);
		if (rc == 0) {
			wa_sys_free(text);
			break;
		}
		cr_expect(rc == WA_ETRYAGAIN || rc == WA_ENOMEM, "%d", rc);
		cr_expect_null(text);
	}
	cr_expect(n > 4 && n < 10);
	close(fd);
}
