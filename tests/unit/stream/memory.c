/* memory.c - buffers as the ends of a chain. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/sys.h"
#include "stream/memory.h"

static wa_error err;

static void
end(void)
{
	wa_sys_hook = NULL;
}

TestSuite(memory, .fini = end);

Test(memory, is_read_in_any_steps)
{
	static const char text[] = "abcdefg";
	char buf[16];
	size_t step;

	for (step = 1; step <= sizeof(text) + 1; step++) {
		wa_reader *r = NULL;
		size_t done = 0;
		int64_t n;

		cr_assert_eq(wa_memory_reader(&r, text, 7, &err), 0);
		cr_expect_eq(r->size, 7);
		while ((n = wa_reader_read(r, buf + done, step, &err)) > 0)
			done += (size_t)n;
		cr_expect_eq(n, 0);
		cr_expect_eq(done, 7);
		cr_expect_eq(memcmp(buf, text, 7), 0);
		cr_expect_eq(wa_reader_read(r, buf, 1, &err), 0, "still ended");
		wa_reader_close(r);
	}
}

Test(memory, of_nothing_ends_at_once)
{
	wa_reader *r = NULL;
	char byte;

	cr_assert_eq(wa_memory_reader(&r, "", 0, &err), 0);
	cr_expect_eq(wa_reader_read(r, &byte, 1, &err), 0);
	wa_reader_close(r);
}

Test(memory, takes_what_fits_and_says_how_much_when_finished)
{
	char buf[8] = "-------";
	wa_writer *w = NULL;
	size_t used = 99;

	cr_assert_eq(wa_memory_writer(&w, buf, 6, &used, &err), 0);
	cr_expect_eq(wa_writer_write(w, "abc", 3, &err), 0);
	cr_expect_eq(wa_writer_write(w, "", 0, &err), 0);
	cr_expect_eq(wa_writer_write(w, "def", 3, &err), 0);
	cr_expect_eq(used, 99, "not before it is finished");
	cr_expect_eq(wa_writer_finish(w, &err), 0);
	cr_expect_eq(used, 6);
	cr_expect_str_eq(buf, "abcdef-");
	wa_writer_close(w);
}

Test(memory, that_is_full_is_an_error_and_nothing_is_written_behind)
{
	char buf[8] = "-------";
	wa_writer *w = NULL;
	size_t used = 99;

	cr_assert_eq(wa_memory_writer(&w, buf, 4, &used, &err), 0);
	cr_expect_eq(wa_writer_write(w, "abc", 3, &err), 0);
	cr_expect_eq(wa_writer_write(w, "de", 2, &err), WA_ENOMEM);
	cr_expect_neq(err.text[0], '\0');
	wa_writer_close(w);
	cr_expect_str_eq(buf, "abc----");
	cr_expect_eq(used, 99);
}

static int
no_memory(const char *call)
{
	return strcmp(call, "malloc") == 0 ? ENOMEM : 0;
}

Test(memory, that_cannot_be_had_is_said)
{
	wa_reader *r = NULL;
	wa_writer *w = NULL;
	size_t used;
	char buf[1];

	wa_sys_hook = no_memory;
	cr_expect_eq(wa_memory_reader(&r, "", 0, &err), WA_ENOMEM);
	cr_expect_eq(wa_memory_writer(&w, buf, 1, &used, &err), WA_ENOMEM);
	cr_expect_null(r);
	cr_expect_null(w);
}
