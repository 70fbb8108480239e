/* posix.c - objects as files. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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

TestSuite(posix, .init = begin, .fini = end);

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

static int
holds(const char *key, const char *text)
{
	char buf[100] = "";
	wa_reader *r = NULL;
	int64_t n;

	if (wa_storage_get(&r, s, key, &err) < 0)
		return 0;
	n = wa_reader_fill(r, buf, sizeof(buf) - 1, &err);
	wa_reader_close(r);
	return n == (int64_t)strlen(text) && strcmp(buf, text) == 0;
}

/* "a b/ c" */
static const char *
list(const char *folder_key, unsigned flags)
{
	static char text[1000];
	wa_names *names = NULL;
	size_t i;

	text[0] = '\0';
	cr_assert_eq(wa_names_new(&names, NULL), 0);
	cr_assert_eq(wa_storage_list(names, s, folder_key, flags, &err), 0,
	    "%s", err.text);
	for (i = 0; i < wa_names_count(names); i++) {
		char one[300];

		snprintf(one, sizeof(one), "%s%s", i > 0 ? " " : "",
		    wa_names_at(names, i));
		strcat(text, one);
		if ((flags & WA_LIST_SIZES) != 0 &&
		    one[strlen(one) - 1] != '/') {
			snprintf(one, sizeof(one), "=%u",
			    (unsigned)wa_names_number(names, i));
			strcat(text, one);
		}
	}
	wa_names_free(names);
	return text;
}

Test(posix, what_is_put_can_be_got)
{
	uint64_t size;

	cr_assert_eq(put("a", "one"), 0);
	cr_assert_eq(put("x/y/z/b", "two"), 0);
	cr_assert_eq(put("x/y/empty", ""), 0);
	cr_expect(holds("a", "one"));
	cr_expect(holds("x/y/z/b", "two"));
	cr_expect(holds("x/y/empty", ""));
	cr_expect_eq(wa_storage_stat(&size, s, "x/y/z/b", &err), 0);
	cr_expect_eq(size, 3);
	cr_expect_eq(wa_storage_stat(&size, s, "x/y/empty", &err), 0);
	cr_expect_eq(size, 0);
	cr_expect(file_holds(path_of("root/x/y/z/b"), "two", 3),
	    "as an ordinary file");
}

Test(posix, an_object_does_not_exist_before_it_is_finished)
{
	wa_writer *w = NULL;
	uint64_t size;

	cr_assert_eq(wa_storage_put(&w, s, "x/a", &err), 0);
	cr_assert_eq(wa_writer_write(w, "abc", 3, &err), 0);
	cr_expect_eq(wa_storage_stat(&size, s, "x/a", &err), WA_ENOENT);
	cr_expect_str_eq(list("x/", 0), "");
	wa_writer_close(w);
	cr_expect_eq(wa_storage_stat(&size, s, "x/a", &err), WA_ENOENT);
	cr_expect_eq(entries(path_of("root/x")), 0);
}

Test(posix, a_key_is_taken_once)
{
	cr_assert_eq(put("x/a", "one"), 0);
	cr_expect_eq(put("x/a", "two"), WA_EEXIST);
	cr_expect_eq(put("x/a", "one"), WA_EEXIST);
	cr_expect(holds("x/a", "one"));
	cr_expect_eq(entries(path_of("root/x")), 1);
}

Test(posix, what_was_written_first_can_be_rewritten)
{
	wa_writer *w = NULL;

	cr_assert_eq(wa_storage_put(&w, s, "a", &err), 0);
	cr_assert_eq(wa_writer_write(w, "0123456", 7, &err), 0);
	cr_assert_eq(wa_writer_rewrite(w, "abc", 3, &err), 0);
	cr_assert_eq(wa_writer_finish(w, &err), 0);
	wa_writer_close(w);
	cr_expect(holds("a", "abc3456"));
}

Test(posix, absent_is_enoent_and_nothing_else_is)
{
	wa_reader *r = NULL;
	uint64_t size;

	cr_assert_eq(put("x/a", "one"), 0);
	cr_expect_eq(wa_storage_get(&r, s, "x/b", &err), WA_ENOENT);
	cr_expect_eq(wa_storage_get(&r, s, "y/b", &err), WA_ENOENT);
	cr_expect_eq(wa_storage_stat(&size, s, "x/b", &err), WA_ENOENT);
	cr_expect_eq(wa_storage_stat(&size, s, "y/b", &err), WA_ENOENT);
	cr_expect_eq(wa_storage_settle(s, "x/b", &err), WA_ENOENT);
	cr_expect_eq(wa_storage_get(&r, s, "x/a/b", &err), WA_ESYSTEM,
	    "a file where a folder should be");
	cr_expect_eq(wa_storage_stat(&size, s, "x/a/b", &err), WA_ESYSTEM);
	cr_expect_eq(wa_storage_get(&r, s, "x", &err), WA_ESYSTEM,
	    "a folder where an object should be");
	cr_expect_null(r);
}

Test(posix, listing_is_sorted_and_tells_folders)
{
	cr_assert_eq(put("d/b", "22"), 0);
	cr_assert_eq(put("d/a", "1"), 0);
	cr_assert_eq(put("d/c/x", "4444"), 0);
	cr_assert_eq(put("d/B", "333"), 0);
	cr_expect_str_eq(list("d/", 0), "B a b c/");
	cr_expect_str_eq(list("d/", WA_LIST_SIZES), "B=3 a=1 b=2 c/");
	cr_expect_str_eq(list("", 0), "d/");
	cr_expect_str_eq(list("nowhere/", 0), "", "is empty");
	cr_expect_str_eq(list("d/nowhere/", 0), "");
}

Test(posix, what_begins_with_a_dot_is_not_listed)
{
	cr_assert_eq(put("d/a", "1"), 0);
	file_put(path_of("root/d/.b.tmp"), "x", 1);
	cr_assert_eq(mkdir(path_of("root/d/.snapshot"), 0700), 0);
	cr_expect_str_eq(list("d/", 0), "a");
}

Test(posix, a_list_may_be_long)
{
	wa_names *names = NULL;
	char path[600];
	unsigned i;

	cr_assert_eq(put("d/000000010000000000000000", "x"), 0);
	for (i = 1; i < 5000; i++) {
		snprintf(path, sizeof(path), "%s/%024X", path_of("root/d"), i);
		file_put(path, "x", 1);
	}
	cr_assert_eq(wa_names_new(&names, NULL), 0);
	cr_assert_eq(wa_storage_list(names, s, "d/", WA_LIST_SIZES, &err), 0);
	cr_assert_eq(wa_names_count(names), 5000 - 0);
	for (i = 1; i < 5000; i++)
		cr_assert_lt(
		    strcmp(wa_names_at(names, i - 1), wa_names_at(names, i)),
		    0);
	wa_names_free(names);
}

/* What is planted inside a repository must not lead out of it. */
Test(posix, symbolic_links_are_not_followed)
{
	wa_names *names = NULL;
	wa_reader *r = NULL;
	uint64_t size;

	cr_assert_eq(mkdir(path_of("outside"), 0700), 0);
	file_put(path_of("outside/secret"), "secret", 6);
	cr_assert_eq(symlink("../outside", path_of("root/link")), 0);
	cr_assert_eq(symlink("../outside/secret", path_of("root/file")), 0);
	cr_expect_eq(put("link/a", "x"), WA_ESYSTEM);
	cr_expect_eq(put("link/d/a", "x"), WA_ESYSTEM);
	cr_expect_eq(entries(path_of("outside")), 1);
	cr_expect_eq(wa_storage_get(&r, s, "link/secret", &err), WA_ESYSTEM);
	cr_expect_eq(
	    wa_storage_stat(&size, s, "link/secret", &err), WA_ESYSTEM);
	cr_expect_eq(wa_storage_get(&r, s, "file", &err), WA_ESYSTEM);
	cr_expect_eq(wa_storage_settle(s, "file", &err), WA_ESYSTEM);
	cr_expect_eq(put("file", "x"), WA_EEXIST);
	cr_assert_eq(wa_names_new(&names, NULL), 0);
	cr_expect_lt(wa_storage_list(names, s, "link/", 0, &err), 0);
	wa_names_free(names);
	cr_expect(file_holds(path_of("outside/secret"), "secret", 6));
}

Test(posix, the_root_itself_may_be_a_symbolic_link)
{
	wa_storage *other = NULL;

	cr_assert_eq(symlink("root", path_of("by-link")), 0);
	cr_expect_eq(wa_posix_open(&other, path_of("by-link"), &err), 0);
	wa_storage_close(other);
	wa_storage_close(NULL);
}

Test(posix, the_root_must_be_a_folder_that_is_there)
{
	wa_storage *other = NULL;

	cr_expect_eq(wa_posix_open(&other, path_of("none"), &err), WA_ESYSTEM);
	file_put(path_of("f"), "", 0);
	cr_expect_eq(wa_posix_open(&other, path_of("f"), &err), WA_ESYSTEM);
	cr_expect_null(other);
}

Test(posix, a_pipe_in_an_objects_place_does_not_block)
{
	wa_reader *r = NULL;

	cr_assert_eq(mkfifo(path_of("root/p"), 0600), 0);
	cr_expect_eq(wa_storage_get(&r, s, "p", &err), WA_ESYSTEM);
	cr_expect_eq(wa_storage_settle(s, "p", &err), WA_ESYSTEM);
}

Test(posix, a_key_has_at_most_eight_folders)
{
	cr_expect_eq(put("1/2/3/4/5/6/7/8/a", "x"), 0);
	cr_expect_eq(put("1/2/3/4/5/6/7/8/9/a", "x"), WA_EUSAGE);
	cr_expect(holds("1/2/3/4/5/6/7/8/a", "x"));
}

static char order[600];

static int
record(const char *call)
{
	if (strcmp(call, "fsync") == 0 || strcmp(call, "linkat") == 0 ||
	    strcmp(call, "mkdirat") == 0) {
		strcat(order, call);
		strcat(order, " ");
	}
	return 0;
}

Test(posix, every_folder_on_the_way_is_synced_also_when_it_was_there)
{
	wa_sys_hook = record;
	cr_assert_eq(put("x/y/a", "1"), 0);
	cr_expect_str_eq(order,
	    "mkdirat mkdirat fsync linkat fsync fsync "
	    "fsync ",
	    "file, name, its folder y, then x and the root");
	order[0] = '\0';
	cr_assert_eq(put("x/y/b", "1"), 0);
	cr_expect_str_eq(order, "fsync linkat fsync fsync fsync ");
	order[0] = '\0';
	cr_assert_eq(wa_storage_settle(s, "x/y/b", &err), 0);
	cr_expect_str_eq(order, "fsync fsync fsync fsync ");
}

Test(posix, a_probe_leaves_no_trace)
{
	cr_expect_eq(wa_storage_probe(s, "db/system/", &err), 0);
	cr_expect_eq(entries(path_of("root")), 0);
	cr_assert_eq(put("db/system/1", "x"), 0);
	cr_expect_eq(wa_storage_probe(s, "db/system/", &err), 0);
	cr_expect_eq(wa_storage_probe(s, "db/wal/1/2/3/", &err), 0);
	cr_expect_eq(entries(path_of("root/db")), 1);
	cr_expect_eq(entries(path_of("root/db/system")), 1);
	file_put(path_of("root/file"), "", 0);
	cr_expect_lt(wa_storage_probe(s, "file/system/", &err), 0);
}

Test(posix, a_probe_tells_what_is_read_only)
{
	if (geteuid() == 0)
		cr_skip_test("root may write everywhere");
	cr_assert_eq(chmod(path_of("root"), 0500), 0);
	cr_expect_eq(wa_storage_probe(s, "db/system/", &err), WA_ESYSTEM);
	cr_expect_eq(err.detail, EACCES);
	cr_assert_eq(chmod(path_of("root"), 0700), 0);
}

static int
sees_a_folder_made_meanwhile(const char *call)
{
	if (strcmp(call, "mkdirat") == 0)
		(void)mkdir(path_of("root/new"), 0700);
	return 0;
}

Test(posix, two_may_make_the_same_folder_at_once)
{
	wa_sys_hook = sees_a_folder_made_meanwhile;
	cr_expect_eq(put("new/a", "x"), 0);
	cr_expect(holds("new/a", "x"));
}

Test(posix, what_is_removed_is_gone_with_its_empty_folder)
{
	uint64_t freed = 99;

	cr_assert_eq(put("x/y/a", "123"), 0);
	cr_assert_eq(put("x/y/b", "1"), 0);
	cr_assert_eq(
	    wa_storage_remove(&freed, s, "x/y/a", WA_REMOVE_NOW, &err), 0);
	cr_expect_eq(freed, 3);
	cr_expect(!file_exists(path_of("root/x/y/a")));
	cr_expect(file_exists(path_of("root/x/y/b")));
	cr_expect_eq(wa_storage_remove(&freed, s, "x/y/a", 0, &err), 0);
	cr_expect_eq(freed, 0, "it was gone");
	cr_expect_eq(wa_storage_remove(&freed, s, "x/y/b", 0, &err), 0);
	cr_expect(!file_exists(path_of("root/x/y")));
	cr_expect(file_exists(path_of("root/x")), "a stanza's stays");
	cr_expect_eq(wa_storage_remove(&freed, s, "x/y/b", 0, &err), 0);
	cr_expect_eq(wa_storage_remove(&freed, s, "no/such/b", 0, &err), 0);
}

Test(posix, an_empty_folder_is_removed_by_the_name_of_what_is_not_there)
{
	uint64_t freed;

	cr_assert_eq(put("x/y/a", "1"), 0);
	cr_assert_eq(unlink(path_of("root/x/y/a")), 0);
	cr_expect_eq(wa_storage_remove(&freed, s, "x/y/b", 0, &err), 0);
	cr_expect(!file_exists(path_of("root/x/y")));
}

Test(posix, removing_follows_no_link)
{
	uint64_t freed;

	text_put(path_of("outside"), "x");
	(void)mkdir(path_of("out"), 0700);
	text_put(path_of("out/a"), "x");
	cr_assert_eq(put("x/y/b", "1"), 0);
	cr_assert_eq(symlink(path_of("outside"), path_of("root/x/y/link")), 0);
	cr_assert_eq(symlink(path_of("out"), path_of("root/x/z")), 0);
	cr_expect_eq(wa_storage_remove(&freed, s, "x/y/link", 0, &err), 0);
	cr_expect(file_exists(path_of("outside")));
	cr_expect_lt(wa_storage_remove(&freed, s, "x/z/a", 0, &err), 0);
	cr_expect(file_exists(path_of("out/a")));
	cr_expect_lt(
	    wa_storage_remove(&freed, s, "x/y", 0, &err), 0, "a folder");
}

static int
refuses(const char *call)
{
	return strcmp(call, "unlinkat") == 0 ? EACCES : 0;
}

static int
does_not_sync(const char *call)
{
	return strcmp(call, "fsync") == 0 ? EIO : 0;
}

Test(posix, what_cannot_be_removed_is_an_error)
{
	uint64_t freed;

	cr_assert_eq(put("x/y/a", "1"), 0);
	wa_sys_hook = refuses;
	cr_expect_eq(
	    wa_storage_remove(&freed, s, "x/y/a", 0, &err), WA_ESYSTEM);
	wa_sys_hook = does_not_sync;
	cr_expect_lt(
	    wa_storage_remove(&freed, s, "x/y/a", WA_REMOVE_NOW, &err), 0);
}

Test(posix, an_object_has_an_age)
{
	int64_t when = 0, now = wa_sys_now();

	cr_expect_eq(wa_storage_age(&when, s, "x/y/a", &err), WA_ENOENT);
	cr_assert_eq(put("x/y/a", "1"), 0);
	cr_expect_eq(wa_storage_age(&when, s, "x/y/a", &err), 0);
	cr_expect(when > now - 60000000 && when < now + 60000000);
}
