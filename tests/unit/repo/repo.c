/* repo.c - a repository is made, opened, and told from other folders. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "support.h"

static wa_config *cfg;
static wa_repo *repo;
static wa_error err;

static void
begin(void)
{
	cr_assert_eq(wa_config_new(&cfg, &err), 0);
	cr_assert_eq(
	    wa_config_set(cfg, "repo1-path", path_of("repo"), &err), 0);
}

static void
end(void)
{
	wa_sys_hook = NULL;
	wa_repo_close(repo);
	wa_config_free(cfg);
	folder_remove();
}

TestSuite(repo, .init = begin, .fini = end);

Test(repo, is_made_once_and_keeps_its_id)
{
	char id[33];

	cr_assert_eq(wa_repo_create(cfg, &err), 0, "%s", err.text);
	cr_assert_eq(wa_repo_open(&repo, cfg, &err), 0, "%s", err.text);
	cr_expect_eq(strlen(wa_repo_id(repo)), 32);
	cr_expect_eq(strspn(wa_repo_id(repo), "0123456789abcdef"), 32);
	strcpy(id, wa_repo_id(repo));
	wa_repo_close(repo);
	cr_expect_eq(wa_repo_create(cfg, &err), 1);
	cr_assert_eq(wa_repo_open(&repo, cfg, &err), 0);
	cr_expect_str_eq(wa_repo_id(repo), id);
	cr_expect_eq(entries(path_of("repo")), 1);
	wa_repo_close(NULL);
}

Test(repo, two_have_different_ids)
{
	char id[33];

	cr_assert_eq(wa_repo_create(cfg, &err), 0);
	cr_assert_eq(wa_repo_open(&repo, cfg, &err), 0);
	strcpy(id, wa_repo_id(repo));
	wa_repo_close(repo);
	repo = NULL;
	cr_assert_eq(
	    wa_config_set(cfg, "repo1-path", path_of("other"), &err), 0);
	cr_assert_eq(wa_repo_create(cfg, &err), 0);
	cr_assert_eq(wa_repo_open(&repo, cfg, &err), 0);
	cr_expect_str_neq(wa_repo_id(repo), id);
}

Test(repo, an_empty_folder_becomes_one)
{
	cr_assert_eq(mkdir(path_of("repo"), 0700), 0);
	cr_expect_eq(wa_repo_create(cfg, &err), 0);
}

Test(repo, a_new_file_system_becomes_one)
{
	cr_assert_eq(mkdir(path_of("repo"), 0700), 0);
	cr_assert_eq(mkdir(path_of("repo/lost+found"), 0700), 0);
	cr_expect_eq(wa_repo_create(cfg, &err), 0);
}

Test(repo, a_folder_with_anything_else_is_refused_and_left_alone)
{
	cr_assert_eq(mkdir(path_of("repo"), 0700), 0);
	text_put(path_of("repo/PG_VERSION"), "15\n");
	cr_expect_eq(wa_repo_create(cfg, &err), WA_EUSAGE);
	cr_expect_not_null(strstr(err.text, "not empty"));
	cr_expect_eq(entries(path_of("repo")), 1);
	cr_assert_eq(mkdir(path_of("repo/lost+found"), 0700), 0);
	cr_expect_eq(wa_repo_create(cfg, &err), WA_EUSAGE);
}

Test(repo, its_parent_must_be_there)
{
	cr_assert_eq(
	    wa_config_set(cfg, "repo1-path", path_of("no/repo"), &err), 0);
	cr_expect_eq(wa_repo_create(cfg, &err), WA_ESYSTEM);
	cr_expect_not_null(strstr(err.hint, "parent"));
	cr_expect(!file_exists(path_of("no")));
}

/* An empty mount point must not pass for a repository without WAL. */
Test(repo, none_there_is_an_error_and_never_an_absence)
{
	int rc = wa_repo_open(&repo, cfg, &err);

	cr_expect(rc < 0 && rc != WA_ENOENT);
	cr_assert_eq(mkdir(path_of("repo"), 0700), 0);
	rc = wa_repo_open(&repo, cfg, &err);
	cr_expect(rc == WA_ETRYAGAIN || rc == WA_ESYSTEM, "%d", rc);
	cr_expect_not_null(strstr(err.hint, "mounted"));
	cr_expect_null(repo);
}

static void
spoil(const char *text)
{
	cr_assert_eq(mkdir(path_of("repo"), 0700), 0);
	text_put(path_of("repo/walarch.repo"), text);
	cr_expect_eq(wa_repo_open(&repo, cfg, &err), WA_ECORRUPT, "%s", text);
	cr_expect_eq(wa_repo_create(cfg, &err), WA_ECORRUPT, "%s", text);
	cr_assert_eq(unlink(path_of("repo/walarch.repo")), 0);
	cr_assert_eq(rmdir(path_of("repo")), 0);
}

Test(repo, a_damaged_mark_is_no_repository_and_no_empty_folder)
{
	spoil("");
	spoil("walarch 1\n");
	spoil("walarch 1\nkind repository\nformat 1\n"
	      "id 0123456789abcdef0123456789abcdef\ncheck 00000000\n");
}

Test(repo, another_stanza_of_it_is_opened_alike)
{
	cr_assert_eq(wa_repo_create(cfg, &err), 0);
	cr_assert_eq(wa_config_set(cfg, "stanza", "new", &err), 0);
	cr_expect_eq(wa_repo_open(&repo, cfg, &err), 0);
}

Test(repo, a_probe_leaves_no_trace)
{
	cr_assert_eq(wa_repo_create(cfg, &err), 0);
	cr_assert_eq(wa_repo_open(&repo, cfg, &err), 0);
	cr_expect_eq(wa_repo_probe(repo, &err), 0);
	cr_expect_eq(entries(path_of("repo")), 1);
}

static int syncs;

static int
count_fsync(const char *call)
{
	syncs += strcmp(call, "fsync") == 0;
	return 0;
}

/* Whoever made it may have died before it was durable. */
Test(repo, one_that_was_there_is_made_durable)
{
	cr_assert_eq(wa_repo_create(cfg, &err), 0);
	wa_sys_hook = count_fsync;
	cr_expect_eq(wa_repo_create(cfg, &err), 1);
	cr_expect_geq(syncs, 2);
}

Test(repo, the_library_says_its_version)
{
	cr_expect_eq(wa_version_number(), WALARCH_VERSION_NUMBER);
}
