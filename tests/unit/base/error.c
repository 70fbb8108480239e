/* error.c - codes, sentences and hints. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"

Test(error, set_fills_everything_and_empties_the_hint)
{
	wa_error err = { 9, 9, "old", "old" };

	cr_expect_eq(
	    wa_error_set(&err, WA_EUSAGE, "no \"%s\"", "x"), WA_EUSAGE);
	cr_expect_eq(err.code, WA_EUSAGE);
	cr_expect_eq(err.detail, 0);
	cr_expect_str_eq(err.text, "no \"x\"");
	cr_expect_str_eq(err.hint, "");
	wa_error_hint(&err, "Use %d.", 5);
	cr_expect_str_eq(err.hint, "Use 5.");
}

Test(error, everywhere_a_null_may_stand_for_it)
{
	cr_expect_eq(wa_error_set(NULL, WA_EHOLE, "x"), WA_EHOLE);
	cr_expect_eq(wa_error_system(NULL, EIO, "x"), WA_ETRYAGAIN);
	cr_expect_eq(wa_error_in(NULL, WA_ECORRUPT, "x"), WA_ECORRUPT);
	cr_expect_eq(wa_error_memory(NULL), WA_ENOMEM);
	wa_error_hint(NULL, "x");
}

Test(error, a_system_error_ends_with_the_systems_words)
{
	wa_error err = WA_ERROR_INIT;

	cr_expect_eq(
	    wa_error_system(&err, EACCES, "could not open \"%s\"", "/x"),
	    WA_ESYSTEM);
	cr_expect_str_eq(err.text, "could not open \"/x\": Permission denied");
	cr_expect_eq(err.detail, EACCES);
	cr_expect_eq(err.code, WA_ESYSTEM);
}

Test(error, the_code_tells_whether_trying_again_may_help)
{
	static const struct {
		int errnum, code;
	} cases[] = {
		{ EIO, WA_ETRYAGAIN },
		{ ESTALE, WA_ETRYAGAIN },
		{ EMFILE, WA_ETRYAGAIN },
		{ ENFILE, WA_ETRYAGAIN },
		{ ETIMEDOUT, WA_ETRYAGAIN },
		{ EAGAIN, WA_ETRYAGAIN },
		{ ENOTCONN, WA_ETRYAGAIN },
		{ ENODEV, WA_ETRYAGAIN },
		{ EBUSY, WA_ETRYAGAIN },
		{ ENOMEM, WA_ENOMEM },
		{ ENOSPC, WA_ESYSTEM },
		{ EACCES, WA_ESYSTEM },
		{ EROFS, WA_ESYSTEM },
		{ ENOENT, WA_ESYSTEM },
		{ ENOTDIR, WA_ESYSTEM },
		{ EEXIST, WA_ESYSTEM },
		{ 0, WA_ESYSTEM },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(wa_error_system(NULL, cases[i].errnum, "x"),
		    cases[i].code, "%s", strerror(cases[i].errnum));
}

/* No errno is ever the certain absence that lets PostgreSQL end recovery. */
Test(error, no_system_error_is_a_certain_absence)
{
	int errnum;

	for (errnum = 0; errnum < 200; errnum++) {
		int code = wa_error_system(NULL, errnum, "x");

		cr_expect(code == WA_ESYSTEM || code == WA_ETRYAGAIN ||
			code == WA_ENOMEM,
		    "errno %d", errnum);
	}
}

Test(error, more_words_go_in_front_and_the_hint_stays)
{
	wa_error err = WA_ERROR_INIT;

	(void)wa_error_system(&err, EIO, "could not read it");
	wa_error_hint(&err, "Look.");
	cr_expect_eq(
	    wa_error_in(&err, WA_ETRYAGAIN, "file \"%s\"", "a"), WA_ETRYAGAIN);
	cr_expect_str_eq(
	    err.text, "file \"a\": could not read it: Input/output error");
	cr_expect_str_eq(err.hint, "Look.");
	cr_expect_eq(err.detail, EIO);
	cr_expect_eq(err.code, WA_ETRYAGAIN);
	cr_expect_eq(wa_error_in(&err, WA_EUSAGE, "x"), WA_EUSAGE);
	cr_expect_eq(err.code, WA_EUSAGE, "what is returned is what it says");
}

Test(error, what_is_too_long_is_cut_and_ends_with_a_nul)
{
	static char words[2000];
	wa_error err = WA_ERROR_INIT;

	memset(words, 'w', sizeof(words) - 1);
	(void)wa_error_set(&err, WA_EUSAGE, "%s", words);
	cr_expect_eq(strlen(err.text), sizeof(err.text) - 1);
	(void)wa_error_in(&err, WA_EUSAGE, "front");
	cr_expect_eq(strlen(err.text), sizeof(err.text) - 1);
	cr_expect(strncmp(err.text, "front: www", 10) == 0);
	(void)wa_error_system(&err, EIO, "%s", words);
	cr_expect_eq(strlen(err.text), sizeof(err.text) - 1);
	wa_error_hint(&err, "%s", words);
	cr_expect_eq(strlen(err.hint), sizeof(err.hint) - 1);
	(void)wa_error_in(&err, WA_EUSAGE, "%s", words);
	cr_expect_eq(strlen(err.text), sizeof(err.text) - 1);
}
