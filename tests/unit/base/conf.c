/* conf.c - values, and who wins. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
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

TestSuite(conf, .init = begin, .fini = end);

static int
load(const char *text)
{
	text_put(path_of("walarch.conf"), text);
	cr_assert_eq(
	    wa_config_set(cfg, "config", path_of("walarch.conf"), &err), 0);
	return wa_config_load(cfg, "push", &err);
}

Test(conf, everything_is_at_its_default_first)
{
	size_t i;

	for (i = 0; wa_setting_at(i) != NULL; i++) {
		const wa_setting *s = wa_setting_at(i);
		const char *value = wa_config_get(cfg, s->name);

		cr_expect(s->initial == NULL ? value == NULL :
					       strcmp(value, s->initial) == 0,
		    "%s", s->name);
		cr_expect_str_eq(wa_config_source(cfg, s->name), "default");
	}
	cr_expect_str_eq(wa_config_get(cfg, "stanza"), "db");
	cr_expect_str_eq(wa_config_get(cfg, "compress-type"), "zstd");
	cr_expect_eq(wa_config_number(cfg, "archive-timeout"), 60000);
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 5432);
	cr_expect_eq(wa_config_number(cfg, "compress-level"), 0, "has none");
	cr_expect_null(wa_config_get(cfg, "no-such-setting"));
	cr_expect_eq(wa_config_number(cfg, "no-such-setting"), 0);
	wa_config_free(NULL);
}

Test(conf, a_value_that_is_set_is_the_value)
{
	cr_expect_eq(wa_config_set(cfg, "pg1-port", "5433", &err), 0);
	cr_expect_eq(wa_config_set(cfg, "stanza", "x", &err), 0);
	cr_expect_eq(wa_config_set(cfg, "stanza", "main", &err), 0);
	cr_expect_str_eq(wa_config_get(cfg, "stanza"), "main");
	cr_expect_str_eq(wa_config_source(cfg, "stanza"), "command line");
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 5433);
	cr_expect_eq(wa_config_set(cfg, "archive-timeout", "2m", NULL), 0);
	cr_expect_eq(wa_config_number(cfg, "archive-timeout"), 120000);
	cr_expect_eq(wa_config_set(cfg, "compress-type", "zst", NULL), 0);
	cr_expect_str_eq(wa_config_get(cfg, "compress-type"), "zstd");
}

Test(conf, repo_path_means_repo1_path)
{
	cr_expect_eq(wa_config_set(cfg, "repo-path", "/r", &err), 0);
	cr_expect_str_eq(wa_config_get(cfg, "repo1-path"), "/r");
	cr_expect_str_eq(wa_config_get(cfg, "repo-path"), "/r");
}

Test(conf, an_unknown_setting_names_the_nearest)
{
	cr_expect_eq(wa_config_set(cfg, "repo1-pth", "/r", &err), WA_EUSAGE);
	cr_expect_str_eq(err.text, "unknown setting \"repo1-pth\"");
	cr_expect_not_null(strstr(err.hint, "\"repo1-path\""));
	cr_expect_eq(wa_config_set(cfg, "repo1-pth", "/r", NULL), WA_EUSAGE);
}

Test(conf, a_wrong_value_is_told_what_is_right_and_changes_nothing)
{
	cr_expect_eq(wa_config_set(cfg, "pg1-port", "70000", &err), WA_EUSAGE);
	cr_expect_not_null(strstr(err.text, "\"70000\""));
	cr_expect_not_null(strstr(err.hint, "1 to 65535"));
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 5432);
	cr_expect_eq(
	    wa_config_set(cfg, "compress-type", "gz", &err), WA_EUSAGE);
	cr_expect_not_null(strstr(err.hint, "zstd|lz4|none"));
}

/* Each next one wins over those before it, in whatever order they come. */
Test(conf, command_line_over_environment_over_the_files_sections)
{
	static const char text[] =
	    "[db:push]\npg1-user=stanza-command\n"
	    "[global]\npg1-user=global\npg1-database=global\n"
	    "pg1-socket-path=global\nstanza=db\npg1-path=global\n"
	    "repo1-path=/global\noutput=json\n"
	    "[db]\npg1-user=stanza\npg1-database=stanza\n"
	    "pg1-socket-path=stanza\n"
	    "[global:push]\npg1-user=global-command\n"
	    "pg1-database=global-command\npg1-socket-path=x\n"
	    "pg1-path=global-command\n"
	    "[other]\npg1-user=other\n[other:push]\npg1-user=other\n"
	    "[db:get]\npg1-user=get\n[global:get]\npg1-path=get\n";

	setenv("WALARCH_PG1_SOCKET_PATH", "environment", 1);
	setenv("WALARCH_REPO1_PATH", "/environment", 1);
	cr_assert_eq(wa_config_set(cfg, "repo1-path", "/line", &err), 0);
	cr_assert_eq(load(text), 0, "%s", err.text);
	cr_expect_str_eq(wa_config_get(cfg, "pg1-user"), "stanza-command");
	cr_expect_str_eq(wa_config_get(cfg, "pg1-database"), "stanza");
	cr_expect_str_eq(wa_config_get(cfg, "pg1-path"), "global-command");
	cr_expect_str_eq(wa_config_get(cfg, "output"), "json");
	cr_expect_str_eq(wa_config_get(cfg, "pg1-socket-path"), "environment");
	cr_expect_str_eq(wa_config_get(cfg, "repo1-path"), "/line");
	cr_expect_str_eq(
	    wa_config_source(cfg, "pg1-user"), path_of("walarch.conf"));
	cr_expect_str_eq(
	    wa_config_source(cfg, "pg1-socket-path"), "environment");
	cr_expect_str_eq(wa_config_source(cfg, "repo1-path"), "command line");
	cr_expect_str_eq(wa_config_source(cfg, "archive-timeout"), "default");
}

Test(conf, the_environment_is_upper_case_with_underscores)
{
	setenv("WALARCH_PG1_PORT", "5555", 1);
	setenv("WALARCH_STANZA", "main", 1);
	setenv("walarch_pg1_user", "nobody", 1);
	setenv("PG1_USER", "nobody", 1);
	setenv("WALARCH_SOMETHING_ELSE", "nobody", 1);
	cr_assert_eq(load(""), 0, "%s", err.text);
	cr_expect_eq(wa_config_number(cfg, "pg1-port"), 5555);
	cr_expect_str_eq(wa_config_get(cfg, "stanza"), "main");
	cr_expect_null(wa_config_get(cfg, "pg1-user"));
}

Test(conf, a_mistyped_setting_in_the_environment_is_an_error)
{
	setenv("WALARCH_REPO1_PTH", "/r", 1);
	cr_expect_eq(load(""), WA_EUSAGE);
	cr_expect_not_null(strstr(err.hint, "\"repo1-path\""));
}

Test(conf, a_wrong_value_in_the_environment_is_an_error)
{
	setenv("WALARCH_PG1_PORT", "x", 1);
	cr_expect_eq(load(""), WA_EUSAGE);
	cr_expect(
	    strncmp(err.text, "in the environment: ", 20) == 0, "%s", err.text);
}

Test(conf, the_environment_can_name_the_file)
{
	static const char text[] = "[global]\nstanza=main\n";

	text_put(path_of("f"), text);
	setenv("WALARCH_CONFIG", path_of("f"), 1);
	cr_assert_eq(wa_config_load(cfg, "push", &err), 0, "%s", err.text);
	cr_expect_str_eq(wa_config_get(cfg, "stanza"), "main");
}

Test(conf, a_missing_file_matters_only_when_it_was_named)
{
	if (file_exists(wa_config_get(cfg, "config")))
		cr_skip_test("there is a configuration file");
	cr_expect_eq(wa_config_load(cfg, "push", &err), 0, "%s", err.text);
	cr_assert_eq(wa_config_set(cfg, "config", path_of("none"), &err), 0);
	cr_expect_lt(wa_config_load(cfg, "push", &err), 0);
	cr_expect_not_null(strstr(err.text, path_of("none")));
}

Test(conf, the_interrupt_flag_is_looked_at)
{
	volatile int flag = 0;

	cr_expect_eq(wa_config_interrupted(cfg, &err), 0);
	wa_config_interrupt(cfg, &flag);
	cr_expect_eq(wa_config_interrupted(cfg, &err), 0);
	flag = 1;
	cr_expect_eq(wa_config_interrupted(cfg, &err), WA_EINTERRUPTED);
	wa_config_interrupt(cfg, NULL);
	cr_expect_eq(wa_config_interrupted(cfg, &err), 0);
}

/* A file of the command line's own, and what it says. */
static const char *
lists(const char *file)
{
	static char text[100];

	cr_assert_eq(load(file), 0, "%s", err.text);
	(void)snprintf(text, sizeof(text), "%s",
	    wa_config_get(cfg, "annotation") == NULL ?
		"-" :
		wa_config_get(cfg, "annotation"));
	return text;
}

Test(conf, lists_add_up_within_one_source)
{
	cr_expect_null(wa_config_get(cfg, "annotation"));
	cr_assert_eq(wa_config_set(cfg, "annotation", "a=1", &err), 0);
	cr_expect_str_eq(wa_config_get(cfg, "annotation"), "a=1");
	cr_assert_eq(wa_config_set(cfg, "annotation", "b=2", &err), 0);
	cr_assert_eq(wa_config_set(cfg, "annotation", "a=1", &err), 0);
	cr_expect_str_eq(wa_config_get(cfg, "annotation"), "a=1\nb=2\na=1");
	cr_expect_str_eq(lists("[global]\nannotation=c=3\n"), "a=1\nb=2\na=1",
	    "the command line replaces the file");
}

Test(conf, a_list_of_a_higher_source_replaces)
{
	cr_expect_str_eq(lists("[global]\nannotation=a=1\nannotation=b=2\n"
			       "[db]\nannotation=c=3\n"),
	    "c=3", "the stanza's section, those of all");
	cr_assert_eq(wa_config_set(cfg, "annotation", "d=4", &err), 0);
	cr_expect_str_eq(wa_config_get(cfg, "annotation"), "d=4");
}

Test(conf, a_list_of_a_file_adds_up)
{
	cr_expect_str_eq(
	    lists("[global]\nannotation=a=1\nannotation=b=2\n"), "a=1\nb=2");
}

Test(conf, a_list_of_the_environment_replaces_the_file)
{
	(void)setenv("WALARCH_ANNOTATION", "e=5", 1);
	cr_expect_str_eq(lists("[global]\nannotation=a=1\n"), "e=5");
	(void)unsetenv("WALARCH_ANNOTATION");
}
