/* conffile.c - the configuration file, and what it must not be. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/conffile.h"
#include "support.h"

static wa_config *cfg;
static wa_error err;

static void
begin(void)
{
	cr_assert_eq(wa_config_new(&cfg, &err), 0);
}

static void
end(void)
{
	wa_config_free(cfg);
	folder_remove();
}

TestSuite(conffile, .init = begin, .fini = end);

static int
read_as(const char *text, size_t size, const char *command)
{
	const char *path = path_of("f");

	file_put(path, text, size);
	(void)chmod(path, 0644);
	return wa_conffile_read(cfg, path, command, 0, &err);
}

static int
read_text(const char *text)
{
	return read_as(text, strlen(text), "push");
}

Test(conffile, is_ini)
{
	cr_assert_eq(
	    read_text("# a comment\n; another\n\n[global]\n"
		      "repo1-path = /backup/wal archive\r\npg1-port=5433 \n\n"
		      "[db]\n  stanza=db\npg1-path=/pg ; behind a value\n"),
	    0, "%s", err.text);
	cr_expect_str_eq(
	    wa_config_get(cfg, "repo1-path"), "/backup/wal archive");
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 5433);
	cr_expect_str_eq(wa_config_get(cfg, "pg1-path"), "/pg");
}

Test(conffile, an_empty_one_is_right)
{
	cr_expect_eq(read_text(""), 0);
	cr_expect_eq(read_text("[global]\n"), 0);
	cr_expect_eq(read_text("\n\n# nothing"), 0);
}

Test(conffile, what_has_several_values_is_repeated)
{
	cr_assert_eq(read_text("[global]\ntablespace-map=1=/a\n"
			       "tablespace-map=2=/b\n"
			       "annotation=one=1\n"
			       "[db]\nannotation=two=2\nannotation=three=3\n"),
	    0, "%s", err.text);
	cr_expect_str_eq(wa_config_get(cfg, "tablespace-map"), "1=/a\n2=/b");
	cr_expect_str_eq(wa_config_get(cfg, "annotation"), "two=2\nthree=3");
}

struct refusal {
	const char *text, *words;
};

Test(conffile, refusals_name_the_line_and_the_reason)
{
	static const struct refusal cases[] = {
		{ "[global]\nrepo1-pth=/x\n", "line 2: unknown setting" },
		{ "[other]\n\nrepo1-pth=/x\n", "line 3: unknown setting" },
		{ "[global:get]\nrepo1-pth=/x\n", "line 2: unknown setting" },
		{ "[global]\npg1-port=x\n", "line 2: invalid value" },
		{ "[other:check]\npg1-port=x\n", "line 2: invalid value" },
		{ "[global]\nstanza=a\nstanza=b\n",
		    "line 3: setting "
		    "\"stanza\" is given twice in section \"[global]\"" },
		{ "[global]\nrepo-path=/a\nrepo1-path=/a\n",
		    "line 3: setting \"repo1-path\" is given twice" },
		{ "[db]\npg1-port=1\n[global]\n[db]\npg1-port=1\n",
		    "line 5: setting \"pg1-port\" is given twice" },
		{ "stanza=db\n", "before the first section" },
		{ "[global:push-it]\nstanza=db\n", "names no command" },
		{ "[global]\nconfig=/x\n", "cannot stand in" },
		{ "[global]\nstanza\n", "line 2 is neither" },
		{ "[global\nstanza=x\n", "line 1" },
		{ "[global]\nrepo1-path=\n", "line 2: invalid value" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		wa_error none = WA_ERROR_INIT;

		err = none;
		cr_expect_eq(
		    read_text(cases[i].text), WA_EUSAGE, "%s", cases[i].text);
		cr_expect_not_null(strstr(err.text, cases[i].words),
		    "\"%s\": %s", cases[i].text, err.text);
		cr_expect_not_null(strstr(err.text, path_of("f")));
	}
}

Test(conffile, an_unknown_setting_names_the_nearest)
{
	cr_expect_eq(read_text("[global]\nstansa=x\n"), WA_EUSAGE);
	cr_expect_not_null(strstr(err.hint, "\"stanza\""));
}

Test(conffile, an_indented_line_continues_the_one_before)
{
	cr_expect_eq(
	    read_text("[global]\nstanza=a\n  pg1-port=1\n"), WA_EUSAGE);
	cr_expect_not_null(strstr(err.hint, "indented"));
}

Test(conffile, the_same_setting_may_stand_in_several_sections)
{
	cr_expect_eq(read_text("[global]\npg1-port=1\n[db]\npg1-port=2\n"
			       "[db:push]\npg1-port=3\n[other]\npg1-port=4\n"),
	    0, "%s", err.text);
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 3);
}

Test(conffile, pgbackrests_sections_are_understood)
{
	static const char text[] = "[global]\npg1-port=1\n"
				   "[global:archive-push]\npg1-port=2\n"
				   "[global:archive-get]\npg1-port=3\n";

	cr_assert_eq(read_as(text, strlen(text), "push"), 0, "%s", err.text);
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 2);
	cr_assert_eq(read_as(text, strlen(text), "get"), 0, "%s", err.text);
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 3);
}

Test(conffile, another_commands_sections_are_not_ours)
{
	static const char text[] = "[global]\npg1-port=1\n"
				   "[global:archive-push]\npg1-port=2\n";

	cr_assert_eq(read_as(text, strlen(text), "check"), 0, "%s", err.text);
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 1);
}

/* The stanza named in [global] decides which section counts, also when that
 * stands further up, and also when the name is longer or shorter. */
Test(conffile, the_stanza_may_be_named_by_the_file_itself)
{
	cr_assert_eq(read_text("[main]\npg1-port=2\n[mai]\npg1-port=3\n"
			       "[main2]\npg1-port=4\n[global]\nstanza=main\n"
			       "[main:push]\npg1-user=u\n"),
	    0, "%s", err.text);
	cr_expect_str_eq(wa_config_get(cfg, "stanza"), "main");
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 2);
	cr_expect_str_eq(wa_config_get(cfg, "pg1-user"), "u");
}

Test(conffile, a_stanza_called_glob_is_not_global)
{
	cr_assert_eq(wa_config_set(cfg, "stanza", "glob", &err), 0);
	cr_assert_eq(read_text("[glob]\npg1-port=2\n[globa]\npg1-user=x\n"), 0);
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 2);
	cr_expect_null(wa_config_get(cfg, "pg1-user"));
}

static void
check_line(size_t length, int right)
{
	char text[600] = "[global]\npg1-user=";
	size_t begin = strlen("[global]\n");
	int rc;

	memset(text + strlen(text), 'u', length - strlen("pg1-user="));
	text[begin + length] = '\0';
	strcat(text, "\n");
	cr_assert_eq(strlen(text), begin + length + 1);
	rc = read_text(text);
	cr_expect_eq(rc, right ? 0 : WA_EUSAGE, "%zu: %s", length, err.text);
	if (right)
		cr_expect_eq(strlen(wa_config_get(cfg, "pg1-user")),
		    length - strlen("pg1-user="), "%zu", length);
	else
		cr_expect_not_null(strstr(err.text, "line 2 is longer"));
}

/* libinih would read the rest of a longer line as another one. */
Test(conffile, a_line_that_is_too_long_is_refused_not_cut)
{
	size_t length;

	for (length = 190; length < 200; length++)
		check_line(length, 1);
	for (length = 200; length < 300; length++)
		check_line(length, 0);
}

Test(conffile, a_nul_is_refused)
{
	cr_expect_eq(read_as("[global]\nstanza=a\0b\n", 20, "push"), WA_EUSAGE);
	cr_expect_not_null(strstr(err.text, "NUL"));
}

Test(conffile, what_everybody_may_write_is_refused)
{
	file_put(path_of("f"), "[global]\n", 9);
	cr_assert_eq(chmod(path_of("f"), 0646), 0);
	cr_expect_eq(
	    wa_conffile_read(cfg, path_of("f"), "push", 0, &err), WA_EUSAGE);
	cr_expect_not_null(strstr(err.hint, "chmod o-w"));
	cr_assert_eq(chmod(path_of("f"), 0664), 0);
	cr_expect_eq(wa_conffile_read(cfg, path_of("f"), "push", 0, &err), 0);
}

Test(conffile, must_be_a_regular_file)
{
	cr_assert_eq(mkfifo(path_of("fifo"), 0600), 0);
	cr_expect_eq(wa_conffile_read(cfg, path_of("fifo"), "push", 0, &err),
	    WA_EUSAGE, "and a pipe without a writer does not block");
	cr_expect_lt(wa_conffile_read(cfg, folder(), "push", 0, &err), 0);
	cr_expect_lt(wa_conffile_read(cfg, folder(), "push", 1, &err), 0);
}

Test(conffile, a_missing_one_is_an_error_unless_optional)
{
	cr_expect_lt(wa_conffile_read(cfg, path_of("no"), "push", 0, &err), 0);
	cr_expect_eq(wa_conffile_read(cfg, path_of("no"), "push", 1, &err), 0);
}

Test(conffile, one_that_is_too_large_is_refused)
{
	char *text = malloc(2 * MB);

	memset(text, '\n', 2 * MB);
	cr_expect_lt(read_as(text, 2 * MB, "push"), 0);
	cr_expect_eq(read_as(text, MB, "push"), 0);
	free(text);
}
