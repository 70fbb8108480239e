/* settings.c - the table, and what its kinds take. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/settings.h"

Test(settings, are_in_order_and_told_in_full)
{
	size_t i;

	for (i = 0; i < wa_settings_count; i++) {
		const wa_setting *s = wa_setting_at(i);

		cr_assert_not_null(s);
		cr_expect(s->name != NULL && s->name[0] != '\0');
		cr_expect(s->argument != NULL && s->argument[0] != '\0', "%s",
		    s->name);
		cr_expect(s->help != NULL && s->help[0] != '\0', "%s", s->name);
		cr_expect_eq(
		    strspn(s->name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
		    strlen(s->name));
		if (i > 0)
			cr_expect_lt(
			    strcmp(wa_setting_at(i - 1)->name, s->name), 0,
			    "%s", s->name);
	}
	cr_expect_null(wa_setting_at(wa_settings_count));
	cr_expect_null(wa_setting_at((size_t)-1));
}

Test(settings, every_default_is_a_value_of_its_kind)
{
	size_t i;

	for (i = 0; i < wa_settings_count; i++) {
		const wa_setting *s = wa_setting_at(i);
		int64_t n;

		if (s->initial != NULL)
			cr_expect_eq(wa_setting_check((int)i, s->initial, &n),
			    0, "%s", s->name);
	}
}

Test(settings, are_found_by_name_and_without_their_1)
{
	size_t i;

	for (i = 0; i < wa_settings_count; i++)
		cr_expect_eq(wa_setting_find(wa_setting_at(i)->name), (int)i);
	cr_expect_eq(
	    wa_setting_find("repo-path"), wa_setting_find("repo1-path"));
	cr_expect_eq(wa_setting_find("pg-path"), wa_setting_find("pg1-path"));
	cr_expect_eq(wa_setting_find("pg-socket-path"),
	    wa_setting_find("pg1-socket-path"));
	cr_expect_eq(wa_setting_find("repo2-path"), -1);
	cr_expect_eq(wa_setting_find("repo11-path"), -1);
	cr_expect_eq(wa_setting_find("repopath"), -1);
	cr_expect_eq(wa_setting_find("repo1-pat"), -1);
	cr_expect_eq(wa_setting_find("repo"), -1);
	cr_expect_eq(wa_setting_find("STANZA"), -1);
	cr_expect_eq(wa_setting_find(""), -1);
}

Test(settings, the_nearest_is_the_most_alike)
{
	static const char *const cases[][2] = {
		{ "repo1-pth", "repo1-path" },
		{ "repo1_path", "repo1-path" },
		{ "stanzas", "stanza" },
		{ "compress_type", "compress-type" },
		{ "archive-timout", "archive-timeout" },
		{ "log-level", "log-level-console" },
		{ "pg1-prt", "pg1-port" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strcmp(cases[i][0], "log-level") != 0)
			cr_expect_str_eq(
			    wa_setting_nearest(cases[i][0]), cases[i][1]);
	cr_expect_not_null(wa_setting_nearest(""));
}

struct value_case {
	const char *setting, *value;
	int rc;
	int64_t number;
};

static const struct value_case values[] = {
	{ "repo1-path", "/x", 0, 0 },
	{ "repo1-path", "", -1, 0 },
	{ "repo1-path", "x", -1, 0 },
	{ "repo1-path", "./x", -1, 0 },
	{ "stanza", "global", -1, 0 },
	{ "stanza", "walarch.repo", -1, 0 },
	{ "stanza", "db", 0, 0 },
	{ "stanza", "My_db-1.x", 0, 0 },
	{ "stanza", "", -1, 0 },
	{ "stanza", ".hidden", -1, 0 },
	{ "stanza", "-x", -1, 0 },
	{ "stanza", "a/b", -1, 0 },
	{ "stanza", "a b", -1, 0 },
	{ "stanza", "..", -1, 0 },
	{ "stanza", "d\xC3\xA4", -1, 0 },
	{ "stanza",
	    "0123456789012345678901234567890123456789"
	    "012345678901234567890123",
	    0, 0 },
	{ "stanza",
	    "0123456789012345678901234567890123456789"
	    "0123456789012345678901234",
	    -1, 0 },
	{ "compress-type", "zstd", 0, 0 },
	{ "compress-type", "lz4", 0, 0 },
	{ "compress-type", "none", 0, 0 },
	{ "compress-type", "gz", -1, 0 },
	{ "compress-type", "", -1, 0 },
	{ "compress-type", "zst", -1, 0 },
	{ "compress-type", "zstd|lz4", -1, 0 },
	{ "compress-type", "ZSTD", -1, 0 },
	{ "compress-level", "0", 0, 0 },
	{ "compress-level", "22", 0, 22 },
	{ "compress-level", "auto", 0, 0 },
	{ "compress-level", "Auto", -1, 0 },
	{ "compress-level", "auto1", -1, 0 },
	{ "compress-level", "23", -1, 0 },
	{ "compress-level", "-1", -1, 0 },
	{ "compress-level", "", -1, 0 },
	{ "compress-level", "3x", -1, 0 },
	{ "pg1-port", "1", 0, 1 },
	{ "pg1-port", "65535", 0, 65535 },
	{ "pg1-port", "0", -1, 0 },
	{ "pg1-port", "65536", -1, 0 },
	{ "archive-timeout", "60", 0, 60000 },
	{ "archive-timeout", "1d", 0, 86400000 },
	{ "archive-timeout", "86401", -1, 0 },
	{ "archive-timeout", "soon", -1, 0 },
	{ "pg1-database", "", 0, 0 },
	{ "pg1-database", "a b", 0, 0 },
};

Test(settings, take_what_is_of_their_kind_only)
{
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		int row = wa_setting_find(values[i].setting);
		int64_t n = 42;

		cr_assert_geq(row, 0, "%s", values[i].setting);
		cr_expect_eq(wa_setting_check(row, values[i].value, &n),
		    values[i].rc, "%s=%s", values[i].setting, values[i].value);
		cr_expect_eq(n, values[i].rc == 0 ? values[i].number : 42,
		    "%s=%s", values[i].setting, values[i].value);
	}
}

Test(settings, pgbackrests_zst_is_zstd)
{
	int row = wa_setting_find("compress-type");

	cr_expect_str_eq(wa_setting_word(row, "zst"), "zstd");
	cr_expect_str_eq(wa_setting_word(row, "lz4"), "lz4");
	cr_expect_str_eq(
	    wa_setting_word(wa_setting_find("stanza"), "zst"), "zst");
}

Test(settings, every_kind_says_what_it_expects)
{
	char text[128];
	size_t i;

	for (i = 0; i < wa_settings_count; i++) {
		text[0] = '\0';
		wa_setting_expects((int)i, text, sizeof(text));
		cr_expect_gt(strlen(text), 5, "%s", wa_setting_at(i)->name);
		cr_expect_lt(strlen(text), sizeof(text) - 1);
	}
	wa_setting_expects(
	    wa_setting_find("compress-level"), text, sizeof(text));
	cr_expect_str_eq(text, "a number from 0 to 22, or \"auto\"");
}
