/* digest.c - XXH3-128 as the tool prints it. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

TestSuite(digest, .fini = folder_remove);

Test(digest, of_nothing_is_the_published_one)
{
	char text[WA_DIGEST_SIZE];
	wa_digest *d = NULL;

	cr_assert_eq(wa_digest_new(&d, NULL), 0);
	wa_digest_format(d, text);
	cr_expect_str_eq(text, "99aa06d3014798d86001c324468d497f");
	wa_digest_add(d, "abc", 3);
	wa_digest_format(d, text);
	cr_expect_str_eq(text, "06b05ab6733a618578af5f94892f3950");
	wa_digest_free(d);
	wa_digest_free(NULL);
}

Test(digest, is_the_one_xxh128sum_prints)
{
	static const size_t sizes[] = { 0, 1, 16, 17, 128, 129, 240, 241, 4096,
		MB, MB + 1 };
	uint8_t *buf = malloc(MB + 1);
	wa_digest *d = NULL;
	size_t i;

	if (!has_program("xxh128sum"))
		cr_skip_test("there is no xxh128sum");
	fill_random(buf, MB + 1, 3);
	cr_assert_eq(wa_digest_new(&d, NULL), 0);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char text[WA_DIGEST_SIZE], *tool;

		file_put(path_of("f"), buf, sizes[i]);
		wa_digest_reset(d);
		wa_digest_add(d, buf, sizes[i]);
		wa_digest_format(d, text);
		tool = output_of("xxh128sum <%s", path_of("f"));
		cr_assert_not_null(tool);
		cr_expect(strncmp(tool, text, 32) == 0, "%zu bytes: %s, %s",
		    sizes[i], text, tool);
		free(tool);
	}
	wa_digest_free(d);
	free(buf);
}

Test(digest, does_not_depend_on_the_pieces)
{
	char whole[WA_DIGEST_SIZE], text[WA_DIGEST_SIZE];
	static const size_t steps[] = { 1, 7, 64, 255, 1000, 4096 };
	uint8_t buf[10000];
	wa_digest *d = NULL;
	size_t i, at;

	fill_random(buf, sizeof(buf), 5);
	cr_assert_eq(wa_digest_new(&d, NULL), 0);
	wa_digest_add(d, buf, sizeof(buf));
	wa_digest_format(d, whole);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		wa_digest_reset(d);
		for (at = 0; at < sizeof(buf); at += steps[i])
			wa_digest_add(d, buf + at,
			    sizeof(buf) - at < steps[i] ? sizeof(buf) - at :
							  steps[i]);
		wa_digest_format(d, text);
		cr_expect_str_eq(text, whole, "pieces of %zu", steps[i]);
	}
	wa_digest_free(d);
}
