/* ready_names.c - the order in which PostgreSQL archives. */
#include "config.h"

#include "ready_names.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "support.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define SEGMENT(t, n) "0000000" #t "00000000000000" #n

static void
make(const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "archive_status/%s", name);
	text_put(path_of(path), "");
}

static void
make_folder(void)
{
	ensure(mkdir(path_of("archive_status"), 0700) == 0, "mkdir");
}

Test(ready_names, histories_first_then_by_name)
{
	static const char *const made[] = { SEGMENT(2, 02) ".ready",
		SEGMENT(1, 0B) ".ready", "00000003.history.ready",
		SEGMENT(1, 0A) ".ready", SEGMENT(1, 0A) ".partial.ready",
		SEGMENT(1, 09) ".done", "00000002.history.ready",
		SEGMENT(1, 0A) ".00000028.backup.ready",
		"00000004.history.done", ".ready", "rubbish",
		SEGMENT(1, 0C) ".ready.tmp" };
	static const char *const wanted[] = { "00000002.history",
		"00000003.history", SEGMENT(1, 0A),
		SEGMENT(1, 0A) ".00000028.backup", SEGMENT(1, 0A) ".partial",
		SEGMENT(1, 0B), SEGMENT(2, 02) };
	struct ready_names names;
	size_t i;

	make_folder();
	for (i = 0; i < COUNT(made); i++)
		make(made[i]);
	cr_assert_eq(ready_names_read(&names, folder()), 0);
	cr_assert_eq(names.count, COUNT(wanted), "%zu", names.count);
	for (i = 0; i < COUNT(wanted); i++)
		cr_expect_str_eq(names.entries[i]->d_name, wanted[i]);
	ready_names_free(&names);
	cr_expect_eq(names.count, 0);
	for (i = 0; i < COUNT(wanted); i++)
		cr_expect(is_ready(folder(), wanted[i]), "%s", wanted[i]);
	cr_expect(!is_ready(folder(), SEGMENT(1, 09)));
	cr_expect_eq(ready_names_count(folder(), 100), COUNT(wanted));
	cr_expect_eq(ready_names_count(folder(), 2), 2);
	folder_remove();
}

Test(ready_names, none)
{
	struct ready_names names;

	cr_expect_eq(ready_names_read(&names, path_of("nowhere")), -1);
	cr_expect_eq(errno, ENOENT);
	cr_expect_eq(ready_names_count(path_of("nowhere"), 2), 0);
	cr_expect(!is_ready(path_of("nowhere"), SEGMENT(1, 01)));
	make_folder();
	cr_assert_eq(ready_names_read(&names, folder()), 0);
	cr_expect_eq(names.count, 0);
	ready_names_free(&names);
	cr_expect_eq(ready_names_count(folder(), 2), 0);
	folder_remove();
}
