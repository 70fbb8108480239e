/* posix_random.c - objects that are read anywhere, and when they were stored. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "storage/storage.h"
#include "support.h"

static wa_storage *s;
static wa_error err;

static void
begin(void)
{
	cr_assert_eq(mkdir(path_of("root"), 0700), 0);
	cr_assert_eq(wa_posix_open(&s, path_of("root"), &err), 0);
}

static void
end(void)
{
	wa_sys_hook = NULL;
	wa_storage_close(s);
	folder_remove();
}

TestSuite(posix_random, .init = begin, .fini = end);

static int
put(const char *key, const char *text)
{
	wa_writer *w = NULL;
	int rc = wa_storage_put(&w, s, key, &err);

	if (rc == 0)
		rc = wa_writer_write(w, text, strlen(text), &err);
	if (rc == 0)
		rc = wa_writer_finish(w, &err);
	wa_writer_close(w);
	return rc;
}

Test(posix_random, an_object_is_read_anywhere)
{
	wa_random *r = NULL;
	char buf[8];

	cr_assert_eq(put("x/a", "0123456789"), 0);
	cr_assert_eq(wa_storage_open(&r, s, "x/a", &err), 0);
	cr_expect_eq(r->size, 10);
	cr_expect_eq(wa_random_read(r, buf, 3, 4, &err), 3);
	cr_expect_eq(memcmp(buf, "456", 3), 0);
	cr_expect_eq(wa_random_read(r, buf, 3, 0, &err), 3);
	cr_expect_eq(memcmp(buf, "012", 3), 0);
	cr_expect_eq(wa_random_read(r, buf, 8, 7, &err), 3, "up to the end");
	cr_expect_eq(memcmp(buf, "789", 3), 0);
	cr_expect_eq(wa_random_read(r, buf, 8, 10, &err), 0);
	cr_expect_eq(wa_random_read(r, buf, 8, 1000, &err), 0);
	cr_expect_eq(wa_random_read(r, buf, 0, 0, &err), 0);
	cr_expect_eq(wa_random_read(r, buf, 1, UINT64_MAX, &err), WA_ESYSTEM);
	wa_random_close(r);
}

static int
halves(const char *call)
{
	return strcmp(call, "pread") == 0 ? WA_SYS_SHORT : 0;
}

Test(posix_random, a_short_read_anywhere_goes_on)
{
	wa_random *r = NULL;
	char buf[8];

	cr_assert_eq(put("x/a", "0123456789"), 0);
	cr_assert_eq(wa_storage_open(&r, s, "x/a", &err), 0);
	wa_sys_hook = halves;
	cr_expect_eq(wa_random_read(r, buf, 8, 1, &err), 8);
	cr_expect_eq(memcmp(buf, "12345678", 8), 0);
	wa_sys_hook = NULL;
	wa_random_close(r);
}

Test(posix_random, only_objects_are_read_anywhere)
{
	wa_random *r = NULL;

	cr_assert_eq(put("x/a", "one"), 0);
	cr_expect_eq(wa_storage_open(&r, s, "x/b", &err), WA_ENOENT);
	cr_expect_eq(wa_storage_open(&r, s, "y/a", &err), WA_ENOENT);
	cr_expect_eq(wa_storage_open(&r, s, "x", &err), WA_ESYSTEM);
	cr_assert_eq(symlink("a", path_of("root/x/link")), 0);
	cr_expect_eq(wa_storage_open(&r, s, "x/link", &err), WA_ESYSTEM);
	cr_assert_eq(mkfifo(path_of("root/x/fifo"), 0600), 0);
	cr_expect_eq(wa_storage_open(&r, s, "x/fifo", &err), WA_ESYSTEM);
	cr_expect_null(r);
}

Test(posix_random, a_listing_tells_when_objects_were_stored)
{
	struct timespec times[2] = { { 5, 0 }, { 1795230900, 123456789 } };
	wa_names *names = NULL;

	cr_assert_eq(put("x/a", "one"), 0);
	cr_assert_eq(utimensat(AT_FDCWD, path_of("root/x/a"), times, 0), 0);
	times[1].tv_sec = -5;
	text_put(path_of("root/x/.b"), "");
	cr_assert_eq(utimensat(AT_FDCWD, path_of("root/x/.b"), times, 0), 0);
	cr_assert_eq(wa_names_new(&names, NULL), 0);
	cr_assert_eq(wa_storage_list(
			 names, s, "x/", WA_LIST_TIMES | WA_LIST_HIDDEN, &err),
	    0);
	cr_assert_eq(wa_names_count(names), 2);
	cr_expect_str_eq(wa_names_at(names, 0), ".b");
	cr_expect_eq(wa_names_number(names, 0), 0, "before 1970");
	cr_expect_eq(wa_names_number(names, 1), UINT64_C(1795230900123456));
	wa_names_free(names);
}
