/* names.c - the list of names. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"

Test(names, come_back_in_the_order_they_were_added)
{
	wa_names *names = NULL;

	cr_assert_eq(wa_names_new(&names, NULL), 0);
	cr_expect_eq(wa_names_count(names), 0);
	wa_names_sort(names);
	cr_assert_eq(wa_names_add(names, "b", 2, NULL), 0);
	cr_assert_eq(wa_names_add(names, "", 0, NULL), 0);
	cr_assert_eq(wa_names_add(names, "a", 1, NULL), 0);
	cr_assert_eq(wa_names_count(names), 3);
	cr_expect_str_eq(wa_names_at(names, 0), "b");
	cr_expect_str_eq(wa_names_at(names, 1), "");
	cr_expect_str_eq(wa_names_at(names, 2), "a");
	cr_expect_eq(wa_names_number(names, 0), 2);
	wa_names_free(names);
	wa_names_free(NULL);
}

Test(names, are_copies)
{
	char name[] = "before";
	wa_names *names = NULL;

	cr_assert_eq(wa_names_new(&names, NULL), 0);
	cr_assert_eq(wa_names_add(names, name, 0, NULL), 0);
	strcpy(name, "after");
	cr_expect_str_eq(wa_names_at(names, 0), "before");
	wa_names_free(names);
}

Test(names, sort_by_byte_value_and_keep_their_numbers)
{
	static const char *const sorted[] = { "0", "00", "A", "Z", "a", "a/",
		"ab", "\xC3\xA4" };
	static const int order[] = { 4, 7, 0, 3, 6, 1, 5, 2 };
	wa_names *names = NULL;
	size_t i;

	cr_assert_eq(wa_names_new(&names, NULL), 0);
	for (i = 0; i < 8; i++)
		cr_assert_eq(wa_names_add(names, sorted[order[i]],
				 (uint64_t)order[i], NULL),
		    0);
	wa_names_sort(names);
	for (i = 0; i < 8; i++) {
		cr_expect_str_eq(wa_names_at(names, i), sorted[i]);
		cr_expect_eq(wa_names_number(names, i), i);
	}
	wa_names_free(names);
}

Test(names, grow_to_any_number)
{
	wa_names *names = NULL;
	char name[32];
	unsigned i, n = 50000;

	cr_assert_eq(wa_names_new(&names, NULL), 0);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%024X", i * 7919u % n);
		cr_assert_eq(wa_names_add(names, name, i * 7919u % n, NULL), 0);
	}
	wa_names_sort(names);
	cr_assert_eq(wa_names_count(names), n);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%024X", i);
		cr_assert_str_eq(wa_names_at(names, i), name);
		cr_assert_eq(wa_names_number(names, i), i);
	}
	wa_names_free(names);
}

Test(names, a_name_may_be_longer_than_the_block)
{
	static char name[20000];
	wa_names *names = NULL;

	memset(name, 'n', sizeof(name) - 1);
	cr_assert_eq(wa_names_new(&names, NULL), 0);
	cr_assert_eq(wa_names_add(names, name, 0, NULL), 0);
	cr_expect_str_eq(wa_names_at(names, 0), name);
	wa_names_clear(names);
	cr_expect_eq(wa_names_count(names), 0);
	cr_assert_eq(wa_names_add(names, "x", 9, NULL), 0);
	cr_expect_str_eq(wa_names_at(names, 0), "x");
	cr_expect_eq(wa_names_number(names, 0), 9);
	wa_names_free(names);
}
