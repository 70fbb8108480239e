/* file.c - a file as a reader. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "stream/file.h"
#include "support.h"

TestSuite(stream_file, .fini = folder_remove);

static const char *refused;

static int
hook(const char *call)
{
	return strcmp(call, refused) == 0 ? EIO : 0;
}

Test(stream_file, gives_what_the_file_holds_and_closes_it)
{
	wa_reader *r = NULL;
	char buf[20];
	int fd;

	file_put(path_of("f"), "0123456789", 10);
	fd = open(path_of("f"), O_RDONLY);
	cr_assert_eq(lseek(fd, 2, SEEK_SET), 2);
	cr_assert_eq(wa_file_reader(&r, fd, NULL), 0);
	cr_expect_eq(wa_reader_fill(r, buf, sizeof(buf), NULL), 8);
	cr_expect_eq(memcmp(buf, "23456789", 8), 0);
	cr_expect_eq(wa_reader_read(r, buf, sizeof(buf), NULL), 0);
	wa_reader_close(r);
	wa_reader_close(NULL);
	wa_writer_close(NULL);
	cr_expect_eq(fcntl(fd, F_GETFD), -1);
}

Test(stream_file, closes_it_also_when_it_cannot_begin)
{
	wa_reader *r = NULL;
	int fd = open("/dev/null", O_RDONLY);

	refused = "malloc";
	wa_sys_hook = hook;
	cr_expect_eq(wa_file_reader(&r, fd, NULL), WA_ENOMEM);
	cr_expect_null(r);
	cr_expect_eq(fcntl(fd, F_GETFD), -1);
}

Test(stream_file, a_failed_read_is_told)
{
	wa_error err = WA_ERROR_INIT;
	wa_reader *r = NULL;
	char byte;

	cr_assert_eq(wa_file_reader(&r, open("/dev/zero", O_RDONLY), NULL), 0);
	refused = "read";
	wa_sys_hook = hook;
	cr_expect_eq(wa_reader_read(r, &byte, 1, &err), WA_ETRYAGAIN);
	cr_expect_eq(err.detail, EIO);
	wa_reader_close(r);
}
