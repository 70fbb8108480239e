/* sys.c - the seam itself. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/sys.h"
#include "support.h"

TestSuite(sys, .fini = folder_remove);

static int calls, verdict;
static char last[32];

static int
hook(const char *call)
{
	snprintf(last, sizeof(last), "%s", call);
	return ++calls == 1 ? verdict : 0;
}

static void
next(int with)
{
	calls = 0;
	verdict = with;
	wa_sys_hook = hook;
}

Test(sys, an_interrupted_call_starts_over)
{
	struct stat st;
	uint8_t byte;
	int fd;
	DIR *dir;

	next(EINTR);
	fd = wa_sys_openat(AT_FDCWD, path_of("f"), O_RDWR | O_CREAT, 0600);
	cr_assert_geq(fd, 0);
	cr_expect_eq(calls, 2);
	next(EINTR);
	cr_expect_eq(wa_sys_write(fd, "ab", 2), 2);
	next(EINTR);
	cr_expect_eq(wa_sys_pwrite(fd, "c", 1, 0), 1);
	next(EINTR);
	cr_expect_eq(wa_sys_read(fd, &byte, 1), 0);
	next(EINTR);
	cr_expect_eq(wa_sys_fsync(fd), 0);
	next(EINTR);
	cr_expect_eq(wa_sys_fstat(fd, &st), 0);
	next(EINTR);
	cr_expect_eq(wa_sys_fstatat(AT_FDCWD, path_of("f"), &st, 0), 0);
	next(EINTR);
	cr_expect_eq(
	    wa_sys_linkat(AT_FDCWD, path_of("f"), AT_FDCWD, path_of("g"), 0),
	    0);
	next(EINTR);
	cr_expect_eq(
	    wa_sys_renameat(AT_FDCWD, path_of("g"), AT_FDCWD, path_of("h")), 0);
	next(EINTR);
	cr_expect_eq(wa_sys_mkdirat(AT_FDCWD, path_of("d"), 0700), 0);
	next(EINTR);
	cr_expect_eq(wa_sys_unlinkat(AT_FDCWD, path_of("d"), AT_REMOVEDIR), 0);
	next(EINTR);
	cr_expect_eq(wa_sys_getrandom(&byte, 1), 0);
	next(0);
	dir = wa_sys_fdopendir(
	    wa_sys_openat(AT_FDCWD, folder(), O_RDONLY | O_DIRECTORY, 0));
	cr_assert_not_null(dir);
	next(EINTR);
	cr_expect_not_null(wa_sys_readdir(dir));
	cr_expect_eq(calls, 2);
	wa_sys_closedir(dir);
	wa_sys_closedir(NULL);
	next(0);
	cr_expect_eq(wa_sys_close(fd), 0);
}

/* Linux has released the descriptor: a second close could be another's. */
Test(sys, an_interrupted_close_is_not_repeated)
{
	int fd = open("/dev/null", O_RDONLY);

	next(EINTR);
	cr_expect_eq(wa_sys_close(fd), 0);
	cr_expect_eq(calls, 1);
	cr_expect_eq(fcntl(fd, F_GETFD), -1);
}

Test(sys, a_failed_close_has_closed)
{
	int fd = open("/dev/null", O_RDONLY);

	next(EIO);
	cr_expect_eq(wa_sys_close(fd), -1);
	cr_expect_eq(errno, EIO);
	cr_expect_eq(fcntl(fd, F_GETFD), -1);
}

Test(sys, descriptors_are_not_inherited)
{
	int fd = wa_sys_openat(AT_FDCWD, "/dev/null", O_RDONLY, 0);

	cr_expect(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	wa_sys_close(fd);
}

Test(sys, fdopendir_takes_the_descriptor_over_also_when_it_fails)
{
	int fd = open("/dev/null", O_RDONLY);

	cr_expect_null(wa_sys_fdopendir(fd));
	cr_expect_eq(errno, ENOTDIR);
	cr_expect_eq(fcntl(fd, F_GETFD), -1);
	fd = open("/", O_RDONLY);
	next(ENOMEM);
	cr_expect_null(wa_sys_fdopendir(fd));
	cr_expect_eq(errno, ENOMEM);
	cr_expect_eq(fcntl(fd, F_GETFD), -1);
}

Test(sys, errno_tells_the_end_of_a_folder_from_a_failure)
{
	DIR *dir;

	(void)folder();
	dir = wa_sys_fdopendir(open(folder(), O_RDONLY | O_DIRECTORY));
	errno = EBADF;
	while (wa_sys_readdir(dir) != NULL)
		errno = EBADF;
	cr_expect_eq(errno, 0);
	next(EIO);
	cr_expect_null(wa_sys_readdir(dir));
	cr_expect_eq(errno, EIO);
	wa_sys_closedir(dir);
}

Test(sys, memory_can_be_made_scarce)
{
	void *memory;

	next(ENOMEM);
	cr_expect_null(wa_sys_malloc(1));
	next(ENOMEM);
	cr_expect_null(wa_sys_realloc(NULL, 1));
	next(0);
	memory = wa_sys_realloc(wa_sys_malloc(1), 100);
	cr_expect_not_null(memory);
	wa_sys_free(memory);
	wa_sys_free(NULL);
}

Test(sys, the_time_is_now)
{
	cr_expect_lt(wa_sys_now() / 1000000 - (int64_t)time(NULL), 2);
	cr_expect_gt(wa_sys_now() / 1000000 - (int64_t)time(NULL), -2);
}
