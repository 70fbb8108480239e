/* newfile.c - whole under its name, or not at all. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/newfile.h"
#include "base/sys.h"
#include "support.h"

static int dir;
static const char *fail_call;
static int fail_with, skip, seen_unlink;
static char order[512];

static void
begin(void)
{
	dir = open(folder(), O_RDONLY | O_DIRECTORY);
}

static void
end(void)
{
	wa_sys_hook = NULL;
	close(dir);
	folder_remove();
}

TestSuite(newfile, .init = begin, .fini = end);

static int
hook(const char *call)
{
	if (strlen(order) + strlen(call) + 2 < sizeof(order)) {
		strcat(order, call);
		strcat(order, " ");
	}
	seen_unlink += strcmp(call, "unlinkat") == 0;
	return fail_call != NULL && strcmp(call, fail_call) == 0 &&
		skip-- == 0 ?
	    fail_with :
	    0;
}

/* As on NFS, or where /proc is not mounted. */
static int
without_proc(const char *call)
{
	return strcmp(call, "fstatat") == 0 ? ENOENT : hook(call);
}

static wa_newfile *
written(const char *name, const char *text)
{
	wa_newfile *file = NULL;

	cr_assert_eq(wa_newfile_open(&file, dir, name, NULL), 0);
	cr_assert_eq(wa_newfile_write(file, text, strlen(text), NULL), 0);
	return file;
}

Test(newfile, has_no_name_before_it_is_published)
{
	wa_newfile *file = written("a", "content");

	cr_expect_eq(entries(folder()), 0);
	cr_expect_eq(wa_newfile_publish(file, NULL, NULL, NULL), 0);
	cr_expect(file_holds(path_of("a"), "content", 7));
	cr_expect_eq(entries(folder()), 1);
	wa_newfile_close(file);
	cr_expect(file_holds(path_of("a"), "content", 7));
}

Test(newfile, leaves_no_trace_unpublished)
{
	wa_newfile *file = written("a", "content");

	wa_newfile_close(file);
	wa_newfile_close(NULL);
	cr_expect_eq(entries(folder()), 0);
	wa_sys_hook = without_proc;
	file = written("a", "content");
	cr_expect_eq(entries(folder()), 1, "the fallback has a name");
	wa_newfile_close(file);
	cr_expect_eq(entries(folder()), 0);
}

Test(newfile, rewrite_changes_what_was_written_first)
{
	wa_newfile *file = written("a", "0123456789");

	cr_expect_eq(wa_newfile_rewrite(file, "abc", 3, NULL), 0);
	cr_expect_eq(wa_newfile_write(file, "XY", 2, NULL), 0);
	cr_expect_eq(wa_newfile_publish(file, NULL, NULL, NULL), 0);
	wa_newfile_close(file);
	cr_expect(file_holds(path_of("a"), "abc3456789XY", 12));
}

static void
taken_is_taken(void)
{
	wa_error err = WA_ERROR_INIT;
	wa_newfile *file;

	file_put(path_of("a"), "old", 3);
	file = written("a", "new");
	cr_expect_eq(wa_newfile_publish(file, NULL, NULL, &err), WA_EEXIST);
	cr_expect_str_eq(err.text, "\"a\" exists");
	wa_newfile_close(file);
	cr_expect(file_holds(path_of("a"), "old", 3));
	cr_expect_eq(entries(folder()), 1);
}

Test(newfile, publish_never_replaces)
{
	taken_is_taken();
}

Test(newfile, publish_never_replaces_without_proc)
{
	wa_sys_hook = without_proc;
	taken_is_taken();
}

Test(newfile, publish_does_not_follow_a_symbolic_link)
{
	wa_newfile *file = written("a", "new");

	cr_assert_eq(symlink("nowhere", path_of("a")), 0);
	cr_expect_eq(wa_newfile_publish(file, NULL, NULL, NULL), WA_EEXIST);
	wa_newfile_close(file);
	cr_expect(!file_exists(path_of("nowhere")));
}

Test(newfile, the_first_of_two_wins)
{
	wa_newfile *one = written("a", "one"), *two = written("a", "two");

	cr_expect_eq(wa_newfile_publish(two, NULL, NULL, NULL), 0);
	cr_expect_eq(wa_newfile_publish(one, NULL, NULL, NULL), WA_EEXIST);
	wa_newfile_close(one);
	wa_newfile_close(two);
	cr_expect(file_holds(path_of("a"), "two", 3));
	cr_expect_eq(entries(folder()), 1);
}

Test(newfile, content_is_synced_before_the_name_and_the_folder_after)
{
	wa_newfile *file;

	wa_sys_hook = hook;
	file = written("a", "x");
	order[0] = '\0';
	cr_expect_eq(wa_newfile_publish(file, NULL, NULL, NULL), 0);
	cr_expect_str_eq(order, "fsync linkat fsync close ");
	wa_newfile_close(file);
	wa_sys_hook = without_proc;
	file = written("b", "x");
	order[0] = '\0';
	cr_expect_eq(wa_newfile_publish(file, NULL, NULL, NULL), 0);
	cr_expect_str_eq(order, "fsync linkat unlinkat fsync close ");
	wa_newfile_close(file);
	cr_expect_eq(entries(folder()), 2);
}

Test(newfile, a_failed_fsync_is_never_tried_again)
{
	wa_error err = WA_ERROR_INIT;
	wa_newfile *file = written("a", "x");

	fail_call = "fsync";
	fail_with = EIO;
	wa_sys_hook = hook;
	cr_expect_eq(wa_newfile_publish(file, NULL, NULL, &err), WA_ETRYAGAIN);
	cr_expect_eq(err.detail, EIO);
	cr_expect_str_eq(order, "fsync ");
	wa_newfile_close(file);
	cr_expect_eq(entries(folder()), 0);
}

Test(newfile, a_failed_fsync_of_the_folder_is_told)
{
	wa_newfile *file = written("a", "x");

	fail_call = "fsync";
	fail_with = EIO;
	skip = 1;
	wa_sys_hook = hook;
	cr_expect_lt(wa_newfile_publish(file, NULL, NULL, NULL), 0);
	wa_newfile_close(file);
}

Test(newfile, a_failed_close_is_told)
{
	wa_newfile *file = written("a", "x");

	fail_call = "close";
	fail_with = EDQUOT;
	wa_sys_hook = hook;
	cr_expect_lt(wa_newfile_publish(file, NULL, NULL, NULL), 0);
	wa_newfile_close(file);
}

Test(newfile, an_unsupported_o_tmpfile_falls_back_to_a_hidden_name)
{
	static const int errnums[] = { EOPNOTSUPP, EISDIR, EINVAL };
	size_t i;

	for (i = 0; i < 3; i++) {
		wa_newfile *file = NULL;

		fail_call = "openat";
		fail_with = errnums[i];
		skip = 0;
		wa_sys_hook = hook;
		cr_assert_eq(wa_newfile_open(&file, dir, "a", NULL), 0);
		cr_expect_eq(entries(folder()), 1);
		wa_newfile_close(file);
		cr_expect_eq(entries(folder()), 0);
	}
	fail_with = ENOSPC;
	skip = 0;
	{
		wa_newfile *file = NULL;

		cr_expect_eq(
		    wa_newfile_open(&file, dir, "a", NULL), WA_ESYSTEM);
		cr_expect_null(file);
	}
}

/* NFS: the link was made, the answer got lost, the second try says EEXIST. */
static int
link_made_answer_lost(const char *call)
{
	static int done;

	if (strcmp(call, "fstatat") == 0)
		return ENOENT;
	if (strcmp(call, "linkat") == 0 && !done) {
		char hidden[300];
		FILE *f = popen("ls -A \"$WALARCH_TEST_FOLDER\"", "r");

		done = 1;
		cr_assert(f != NULL && fscanf(f, "%299s", hidden) == 1);
		cr_assert_eq(linkat(dir, hidden, dir, "a", 0), 0);
		pclose(f);
	}
	return 0;
}

Test(newfile, a_link_whose_answer_was_lost_has_succeeded)
{
	wa_newfile *file;

	setenv("WALARCH_TEST_FOLDER", folder(), 1);
	wa_sys_hook = link_made_answer_lost;
	file = written("a", "x");
	cr_expect_eq(wa_newfile_publish(file, NULL, NULL, NULL), 0);
	wa_newfile_close(file);
	cr_expect_eq(entries(folder()), 1);
	cr_expect(file_holds(path_of("a"), "x", 1));
}

static int
replace(wa_newfile *file, const struct wa_newfile_old *old)
{
	wa_error err = WA_ERROR_INIT;
	int rc = wa_newfile_replace(file, old, &err);

	wa_newfile_close(file);
	return rc;
}

static void
replaces(void)
{
	struct wa_newfile_old old;

	cr_assert_eq(wa_newfile_old(&old, dir, "a", NULL), 0);
	cr_expect_eq(old.inode, 0);
	cr_expect_eq(replace(written("a", "one"), &old), 0);
	cr_expect(file_holds(path_of("a"), "one", 3));
	cr_assert_eq(wa_newfile_old(&old, dir, "a", NULL), 0);
	cr_expect_neq(old.inode, 0);
	cr_expect_eq(replace(written("a", "two"), &old), 0);
	cr_expect(file_holds(path_of("a"), "two", 3));
	cr_expect_eq(entries(folder()), 1);
}

Test(newfile, replace_takes_the_place_of_the_old_file)
{
	replaces();
}

static int
without_tmpfile(const char *call)
{
	static int opens;

	return strcmp(call, "openat") == 0 && ++opens % 2 == 1 ? EOPNOTSUPP : 0;
}

Test(newfile, replace_takes_the_place_of_the_old_file_without_o_tmpfile)
{
	wa_sys_hook = without_tmpfile;
	replaces();
}

Test(newfile, replace_spares_a_file_that_appeared_meanwhile)
{
	struct wa_newfile_old old;
	wa_newfile *file;

	cr_assert_eq(wa_newfile_old(&old, dir, "a", NULL), 0);
	file = written("a", "mine");
	file_put(path_of("a"), "another's", 9);
	cr_expect_eq(replace(file, &old), WA_EEXIST);
	cr_expect(file_holds(path_of("a"), "another's", 9));
	cr_expect_eq(entries(folder()), 1);
}

Test(newfile, replace_spares_a_file_that_is_not_the_old_one)
{
	struct wa_newfile_old old;
	wa_newfile *file;

	file_put(path_of("a"), "old", 3);
	cr_assert_eq(wa_newfile_old(&old, dir, "a", NULL), 0);
	file = written("a", "mine");
	file_put(path_of("b"), "another's", 9);
	cr_assert_eq(rename(path_of("b"), path_of("a")), 0);
	cr_expect_eq(replace(file, &old), WA_EEXIST);
	cr_expect(file_holds(path_of("a"), "another's", 9));
	cr_expect_eq(entries(folder()), 1);
}

Test(newfile, replace_takes_the_name_when_the_old_file_is_gone)
{
	struct wa_newfile_old old;
	wa_newfile *file;

	file_put(path_of("a"), "old", 3);
	cr_assert_eq(wa_newfile_old(&old, dir, "a", NULL), 0);
	file = written("a", "mine");
	cr_assert_eq(unlink(path_of("a")), 0);
	cr_expect_eq(replace(file, &old), 0);
	cr_expect(file_holds(path_of("a"), "mine", 4));
	cr_expect_eq(entries(folder()), 1);
}

Test(newfile, a_failed_rename_leaves_the_old_file_and_nothing_else)
{
	struct wa_newfile_old old;
	wa_newfile *file;

	file_put(path_of("a"), "old", 3);
	cr_assert_eq(wa_newfile_old(&old, dir, "a", NULL), 0);
	file = written("a", "mine");
	fail_call = "renameat";
	fail_with = EIO;
	wa_sys_hook = hook;
	cr_expect_lt(replace(file, &old), 0);
	cr_expect(file_holds(path_of("a"), "old", 3));
	cr_expect_eq(entries(folder()), 1);
}

Test(newfile, what_is_replaced_must_be_a_file)
{
	struct wa_newfile_old old;

	cr_assert_eq(mkdir(path_of("d"), 0700), 0);
	cr_assert_eq(symlink("d", path_of("l")), 0);
	cr_expect_eq(wa_newfile_old(&old, dir, "d", NULL), WA_EUSAGE);
	cr_expect_eq(wa_newfile_old(&old, dir, "l", NULL), WA_EUSAGE);
}

Test(newfile, a_long_name_has_a_temporary_name_that_fits)
{
	char name[256];
	wa_newfile *file;

	memset(name, 'n', 255);
	name[255] = '\0';
	wa_sys_hook = without_proc;
	file = written(name, "x");
	cr_expect_eq(wa_newfile_publish(file, NULL, NULL, NULL), 0);
	wa_newfile_close(file);
	cr_expect(file_holds(path_of(name), "x", 1));
	cr_expect_eq(entries(folder()), 1);
}
