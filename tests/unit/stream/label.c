/* label.c - the lines of a label. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "stream/label.h"

static wa_error err;
static wa_label label, got;

static void
make(void)
{
	wa_label_begin(&label, "segment");
	wa_label_add(&label, "name", "%s", "000000010000000A000000FF");
	wa_label_add(&label, "size", "%u", 16777216u);
	wa_label_add(&label, "empty", "%s", "");
	cr_assert_eq(wa_label_seal(&label, &err), 0);
}

/* The text with a right last line put behind it. */
static int
parse_sealed(const char *text)
{
	char sealed[WA_LABEL_LIMIT + 100];
	int n = snprintf(sealed, sizeof(sealed), "%scheck %08x\n", text,
	    wa_crc32c(0, text, strlen(text)));

	return wa_label_parse(&got, sealed, (size_t)n, &err);
}

Test(label, begins_with_its_version_and_ends_with_its_check)
{
	char buf[64];

	make();
	cr_expect(
	    strncmp(label.text, "walarch 1\nkind segment\nname ", 28) == 0);
	cr_expect_eq(label.used, strlen(label.text));
	cr_expect(strncmp(label.text + label.used - 15, "check ", 6) == 0);
	cr_assert_eq(wa_label_parse(&got, label.text, label.used, &err), 0,
	    "%s", err.text);
	cr_expect_str_eq(
	    wa_label_get(&got, "kind", buf, sizeof(buf)), "segment");
	cr_expect_str_eq(wa_label_get(&got, "walarch", buf, sizeof(buf)), "1");
}

Test(label, gives_the_value_of_a_key)
{
	uint64_t n = 42;
	char buf[64];

	make();
	cr_expect_str_eq(wa_label_get(&label, "name", buf, sizeof(buf)),
	    "000000010000000A000000FF");
	cr_expect_null(wa_label_get(&label, "nam", buf, sizeof(buf)));
	cr_expect_null(wa_label_get(&label, "names", buf, sizeof(buf)));
	cr_expect_null(wa_label_get(&label, "segment", buf, sizeof(buf)));
	cr_expect_null(wa_label_get(&label, "name", buf, 24), "does not fit");
	cr_expect_not_null(wa_label_get(&label, "name", buf, 25));
	cr_expect_str_eq(wa_label_get(&label, "empty", buf, sizeof(buf)), "");
	cr_expect_eq(wa_label_number(&n, &label, "size"), 0);
	cr_expect_eq(n, 16777216);
	n = 42;
	cr_expect_eq(wa_label_number(&n, &label, "name"), -1);
	cr_expect_eq(wa_label_number(&n, &label, "empty"), -1);
	cr_expect_eq(wa_label_number(&n, &label, "absent"), -1);
	cr_expect_eq(n, 42);
}

Test(label, the_first_line_with_a_key_counts)
{
	char buf[8];

	cr_assert_eq(parse_sealed("walarch 1\na 1\na 2\n"), 0);
	cr_expect_str_eq(wa_label_get(&got, "a", buf, sizeof(buf)), "1");
}

Test(label, any_flipped_bit_shows_but_the_case_of_the_check)
{
	size_t bit, tolerated = 0;
	char text[1000];

	make();
	memcpy(text, label.text, label.used);
	for (bit = 0; bit < label.used * 8; bit++) {
		size_t at = bit / 8;

		text[at] ^= (char)(1 << bit % 8);
		if (wa_label_parse(&got, text, label.used, &err) == 0) {
			tolerated++;
			cr_expect_geq(at, label.used - 9, "bit %zu", bit);
			cr_expect_eq(bit % 8, 5);
		}
		text[at] ^= (char)(1 << bit % 8);
	}
	cr_expect_leq(tolerated, 8);
}

Test(label, any_length_but_its_own_is_refused)
{
	char text[1000];
	size_t size;

	make();
	memcpy(text, label.text, label.used);
	text[label.used] = '\n';
	text[label.used + 1] = '\n';
	for (size = 0; size <= label.used + 2; size++)
		cr_expect_eq(wa_label_parse(&got, text, size, &err),
		    size == label.used ? 0 : WA_ECORRUPT, "%zu", size);
}

Test(label, nothing_may_follow_the_check)
{
	static char text[3 * WA_LABEL_LIMIT];

	make();
	snprintf(text, sizeof(text), "%sname other\n", label.text);
	cr_expect_eq(
	    wa_label_parse(&got, text, strlen(text), &err), WA_ECORRUPT);
	snprintf(text, sizeof(text), "%s%s", label.text, label.text);
	cr_expect_eq(
	    wa_label_parse(&got, text, strlen(text), &err), WA_ECORRUPT);
}

Test(label, a_nul_is_refused)
{
	make();
	label.text[12] = '\0';
	cr_expect_eq(
	    wa_label_parse(&got, label.text, label.used, &err), WA_ECORRUPT);
}

Test(label, unknown_keys_are_passed_over)
{
	cr_expect_eq(parse_sealed("walarch 1\nkind segment\nfuture x y z\n"
				  "musty x\n"),
	    0, "%s", err.text);
}

Test(label, an_unknown_must_key_needs_a_newer_walarch)
{
	cr_expect_eq(
	    parse_sealed("walarch 1\nkind segment\nmust-frob x\n"), WA_EUSAGE);
	cr_expect_not_null(strstr(err.text, "\"must-frob\""));
	cr_expect_eq(
	    parse_sealed("walarch 1\nkind segment\nmust-\n"), WA_EUSAGE);
}

Test(label, a_later_version_is_not_called_damaged)
{
	cr_expect_eq(parse_sealed("walarch 2\nkind segment\n"), WA_EUSAGE);
	cr_expect_not_null(strstr(err.text, "\"walarch 2\""));
	cr_expect_eq(parse_sealed("walarch 10\nkind segment\n"), WA_EUSAGE);
}

Test(label, a_line_without_a_value_is_refused)
{
	cr_expect_eq(parse_sealed("walarch 1\nkind\n"), WA_ECORRUPT);
	cr_expect_eq(parse_sealed("walarch 1\n\nkind segment\n"), WA_ECORRUPT);
}

static int
seal_of(size_t size)
{
	char word[401];

	wa_label_begin(&label, "x");
	while (label.used + 15 < size) {
		size_t room = size - 15 - label.used;
		size_t n = room > 800 ? 400 : room > 403 ? room / 2 : room;

		memset(word, 'v', n - 3);
		word[n - 3] = '\0';
		wa_label_add(&label, "k", "%s", word);
	}
	cr_assert_eq(label.used + 15, size);
	return wa_label_seal(&label, &err);
}

Test(label, the_longest_is_wa_label_max)
{
	cr_expect_eq(seal_of(WA_LABEL_MAX), 0);
	cr_expect_eq(seal_of(WA_LABEL_MAX + 1), WA_EUSAGE);
	cr_expect_eq(seal_of(WA_LABEL_LIMIT), WA_EUSAGE);
}

Test(label, what_never_fitted_shows_when_it_is_sealed)
{
	char word[500];
	int i;

	memset(word, 'v', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	wa_label_begin(&label, "x");
	for (i = 0; i < 100; i++)
		wa_label_add(&label, "k", "%s", word);
	cr_expect_eq(wa_label_seal(&label, &err), WA_EUSAGE);
}

Test(label, a_reader_takes_up_to_the_limit)
{
	static char text[WA_LABEL_LIMIT + 100];
	size_t n;

	for (n = WA_LABEL_LIMIT - 1; n <= WA_LABEL_LIMIT + 1; n++) {
		size_t i;

		strcpy(text, "walarch 1\nk ");
		for (i = strlen(text); i < n - 16; i++)
			text[i] = 'v';
		strcpy(text + n - 16, "\n");
		cr_expect_eq(parse_sealed(text),
		    n <= WA_LABEL_LIMIT ? 0 : WA_ECORRUPT, "%zu", n);
	}
}
