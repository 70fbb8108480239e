/* stanza.c - the systems of a stanza. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/sys.h"
#include "repo/stanza.h"
#include "support.h"

static struct store store;
static wa_error err;

static void
begin(void)
{
	store_open(&store, "zstd", 16 * MB);
}

static void
end(void)
{
	wa_sys_hook = NULL;
	store_close(&store);
	folder_remove();
}

TestSuite(stanza, .init = begin, .fini = end);

Test(stanza, comes_to_exist_with_its_first_system)
{
	wa_system *systems = NULL;
	size_t count = 0;

	cr_assert_eq(wa_stanza_systems(&systems, &count, store.repo, &err), 0);
	cr_assert_eq(count, 1);
	cr_expect_eq(systems[0].system_id, SYSTEM);
	cr_expect_eq(systems[0].number, 1);
	cr_expect_eq(systems[0].version, 15);
	cr_expect_eq(systems[0].segment_size, 16 * MB);
	cr_expect_lt(systems[0].since / 1000000 - time(NULL), 60);
	cr_expect_gt(systems[0].since / 1000000 - time(NULL), -60);
	wa_free(systems);
	wa_free(NULL);
}

Test(stanza, registering_again_is_success)
{
	wa_cluster c = store_cluster(SYSTEM, 16 * MB);

	cr_expect_eq(wa_stanza_register(store.repo, &c, 0, &err), 1);
	cr_expect_eq(
	    wa_stanza_register(store.repo, &c, WA_REGISTER_UPGRADE, &err), 1);
	cr_expect_eq(entries(path_of("repo/db/system")), 1);
}

Test(stanza, another_system_is_refused)
{
	wa_cluster c = store_cluster(SYSTEM + 1, 16 * MB);

	cr_expect_eq(wa_stanza_register(store.repo, &c, 0, &err), WA_EMISMATCH);
	cr_expect_not_null(strstr(err.text, "7431170312345678902"));
	cr_expect_not_null(strstr(err.text, "7431170312345678901"));
	cr_expect_not_null(strstr(err.hint, "--upgrade"));
	cr_expect_eq(entries(path_of("repo/db/system")), 1);
}

Test(stanza, an_upgrade_adds_a_system_and_the_newest_is_last)
{
	wa_cluster c = store_cluster(SYSTEM + 1, 64 * MB);
	wa_system *systems = NULL, one;
	size_t count = 0;

	c.version = 18;
	cr_assert_eq(
	    wa_stanza_register(store.repo, &c, WA_REGISTER_UPGRADE, &err), 0);
	/* Of a smaller identifier, which a listing gives first. */
	c.system_id = 5;
	cr_assert_eq(
	    wa_stanza_register(store.repo, &c, WA_REGISTER_UPGRADE, &err), 0);
	cr_assert_eq(wa_stanza_systems(&systems, &count, store.repo, &err), 0);
	cr_assert_eq(count, 3);
	cr_expect_eq(systems[0].system_id, SYSTEM);
	cr_expect_eq(systems[1].system_id, SYSTEM + 1);
	cr_expect_eq(systems[2].system_id, 5);
	cr_expect_eq(systems[2].number, 3);
	cr_expect_eq(systems[1].version, 18);
	wa_free(systems);
	cr_expect_eq(wa_stanza_system(&one, store.repo, SYSTEM + 1, &err), 0);
	cr_expect_eq(one.segment_size, 64 * MB);
	c.system_id = SYSTEM;
	c.segment_size = 16 * MB;
	cr_expect_eq(wa_stanza_register(store.repo, &c, 0, &err), 1,
	    "an older one is still registered");
}

Test(stanza, a_changed_segment_size_is_refused)
{
	wa_cluster c = store_cluster(SYSTEM, 64 * MB);

	cr_expect_eq(wa_stanza_register(store.repo, &c, 0, &err), WA_EMISMATCH);
	cr_expect_eq(
	    wa_stanza_register(store.repo, &c, WA_REGISTER_UPGRADE, &err),
	    WA_EMISMATCH);
}

Test(stanza, an_unknown_system_is_a_mismatch_an_unknown_stanza_is_usage)
{
	wa_system *systems = NULL, one;
	size_t count;

	cr_expect_eq(
	    wa_stanza_system(&one, store.repo, 4711, &err), WA_EMISMATCH);
	cr_assert_eq(wa_config_set(store.cfg, "stanza", "other", &err), 0);
	store_reopen(&store);
	cr_expect_eq(
	    wa_stanza_system(&one, store.repo, SYSTEM, &err), WA_EUSAGE);
	cr_expect_eq(
	    wa_stanza_systems(&systems, &count, store.repo, &err), WA_EUSAGE);
	cr_expect_null(systems);
	cr_expect_not_null(strstr(err.text, "\"other\""));
}

Test(stanza, stanzas_are_listed_in_order)
{
	static const char *const names[] = { "zebra", "a", "db-2" };
	wa_cluster c = store_cluster(9, 16 * MB);
	char **list = NULL;
	size_t count, i;

	for (i = 0; i < 3; i++) {
		cr_assert_eq(
		    wa_config_set(store.cfg, "stanza", names[i], &err), 0);
		store_reopen(&store);
		cr_assert_eq(wa_stanza_register(store.repo, &c, 0, &err), 0);
	}
	cr_assert_eq(mkdir(path_of("repo/lost+found"), 0700), 0);
	cr_assert_eq(mkdir(path_of("repo/.snapshot"), 0700), 0);
	cr_assert_eq(mkdir(path_of("repo/not-a-stanza"), 0700), 0);
	cr_assert_eq(wa_stanza_list(&list, &count, store.repo, &err), 0);
	cr_assert_eq(count, 4);
	cr_expect_str_eq(list[0], "a");
	cr_expect_str_eq(list[1], "db");
	cr_expect_str_eq(list[2], "db-2");
	cr_expect_str_eq(list[3], "zebra");
	wa_free(list);
}

Test(stanza, a_repository_may_have_none)
{
	char **list = NULL;
	size_t count = 42;
	wa_config *cfg = NULL;
	wa_repo *repo = NULL;

	cr_assert_eq(wa_config_new(&cfg, &err), 0);
	cr_assert_eq(
	    wa_config_set(cfg, "repo1-path", path_of("empty"), &err), 0);
	cr_assert_eq(wa_repo_create(cfg, &err), 0);
	cr_assert_eq(wa_repo_open(&repo, cfg, &err), 0);
	cr_expect_eq(wa_stanza_list(&list, &count, repo, &err), 0);
	cr_expect_eq(count, 0);
	wa_free(list);
	wa_repo_close(repo);
	wa_config_free(cfg);
}

Test(stanza, a_damaged_registration_is_an_error_not_an_absence)
{
	wa_cluster c = store_cluster(SYSTEM, 16 * MB);
	wa_system one;

	text_put(path_of("repo/db/system/7431170312345678901"),
	    "walarch 1\nsystem 1\ncheck 00000000\n");
	cr_expect_eq(
	    wa_stanza_system(&one, store.repo, SYSTEM, &err), WA_ECORRUPT);
	cr_expect_eq(wa_stanza_register(store.repo, &c, 0, &err), WA_ECORRUPT);
	text_put(path_of("repo/db/system/x"), "x");
	cr_expect_eq(wa_stanza_register(store.repo, &c, 0, &err), WA_ECORRUPT);
}

static int syncs;

static int
count_fsync(const char *call)
{
	syncs += strcmp(call, "fsync") == 0;
	return 0;
}

Test(stanza, registering_again_makes_it_durable)
{
	wa_cluster c = store_cluster(SYSTEM, 16 * MB);

	wa_sys_hook = count_fsync;
	cr_expect_eq(wa_stanza_register(store.repo, &c, 0, &err), 1);
	cr_expect_geq(syncs, 4, "the object and three folders");
}
