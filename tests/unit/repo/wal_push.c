/* wal_push.c - what is stored, and what is refused. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "repo/wal_object.h"
#include "support.h"

static struct store store;
static wa_error err;
static struct wal w = WAL_INIT;

static void
begin(void)
{
	store_open(&store, "zstd", MB);
}

static void
end(void)
{
	wa_sys_hook = NULL;
	store_close(&store);
	folder_remove();
}

TestSuite(wal_push, .init = begin, .fini = end);

static int
push(const char *path)
{
	return wa_wal_push(store.repo, SYSTEM, path, NULL, &err);
}

/* Is what is stored the file at path? */
static int
stored_is(const char *name, const char *path)
{
	char *data;
	size_t size;
	int same;

	if (wa_wal_get(store.repo, SYSTEM, name, path_of("got"), 0, &err) < 0)
		return 0;
	data = file_get(path, &size);
	same = file_holds(path_of("got"), data, size);
	free(data);
	return same;
}

Test(wal_push, stores_once_and_confirms_afterwards)
{
	const char *path = wal_file(&w, "");

	cr_assert_eq(push(path), 0, "%s", err.text);
	cr_expect(stored_is(wal_name(&w), path));
	cr_expect_eq(push(path), 1, "%s", err.text);
	cr_expect_eq(wa_wal_push(store.repo, 0, path, NULL, &err), 1,
	    "the segment's own word");
	cr_expect_eq(entries(path_of("repo/db/wal/7431170312345678901/"
				     "0000000100000000")),
	    1);
}

Test(wal_push, partial_segments_keep_their_suffix)
{
	const char *path = wal_file(&w, ".partial");
	wa_wal_facts facts;
	char name[64];

	cr_assert_eq(push(path), 0, "%s", err.text);
	snprintf(name, sizeof(name), "%s.partial", wal_name(&w));
	cr_expect(file_exists(object_path(SYSTEM, name)));
	cr_expect(!file_exists(object_path(SYSTEM, wal_name(&w))));
	cr_expect_eq(
	    wa_wal_stat(&facts, store.repo, SYSTEM, wal_name(&w), &err),
	    WA_ENOENT);
	cr_expect(stored_is(name, path));
	cr_expect_eq(push(wal_file(&w, "")), 0, "the whole one is another");
}

Test(wal_push, takes_another_name_when_told)
{
	const char *path = path_of("RECOVERYXLOG");
	uint8_t *data = wal_make(&w);

	file_put(path, data, w.size);
	free(data);
	cr_expect_eq(
	    wa_wal_push(store.repo, SYSTEM, path, NULL, &err), WA_EUSAGE);
	cr_expect_eq(wa_wal_push(store.repo, SYSTEM, path, wal_name(&w), &err),
	    0, "%s", err.text);
	cr_expect(stored_is(wal_name(&w), path));
}

Test(wal_push, the_label_says_what_it_is)
{
	const char *path = wal_file(&w, "");
	struct wa_wal_object *o = NULL;
	char buf[64], sum[WA_DIGEST_SIZE], *data;
	wa_wal_facts facts;
	wa_digest *d = NULL;
	struct stat st;
	size_t size;

	cr_assert_eq(push(path), 0);
	data = file_get(path, &size);
	cr_assert_eq(wa_digest_new(&d, NULL), 0);
	wa_digest_add(d, data, size);
	wa_digest_format(d, sum);
	wa_digest_free(d);
	free(data);
	cr_assert_eq(
	    wa_wal_stat(&facts, store.repo, SYSTEM, wal_name(&w), &err), 0);
	cr_expect_eq(facts.size, MB);
	cr_expect_eq(facts.version, 15);
	cr_expect_str_eq(facts.xxh128, sum);
	cr_assert_eq(stat(object_path(SYSTEM, wal_name(&w)), &st), 0);
	cr_expect_eq(facts.stored, (uint64_t)st.st_size);
	cr_assert_eq(
	    wa_wal_object_open(&o, store.repo, SYSTEM, wal_name(&w), &err), 0);
	cr_expect_str_eq(wa_label_get(&o->label, "kind", buf, 64), "segment");
	cr_expect_str_eq(
	    wa_label_get(&o->label, "name", buf, 64), wal_name(&w));
	cr_expect_str_eq(
	    wa_label_get(&o->label, "system", buf, 64), "7431170312345678901");
	cr_expect_str_eq(wa_label_get(&o->label, "size", buf, 64), "1048576");
	cr_expect_str_eq(wa_label_get(&o->label, "pg", buf, 64), "15");
	cr_expect_str_eq(wa_label_get(&o->label, "start", buf, 64), "0/500000");
	wa_wal_object_close(o);
}

Test(wal_push, the_ordinary_tools_decode_what_is_stored)
{
	static const char *const types[][2] = { { "zstd", "zstd" },
		{ "lz4", "lz4" }, { "none", "zstd" } };
	size_t i;

	for (i = 0; i < 3; i++) {
		const char *path;
		char *said;

		if (!has_program(types[i][1]))
			continue;
		w.number = 10 + i;
		path = wal_file(&w, "");
		cr_assert_eq(wa_config_set(
				 store.cfg, "compress-type", types[i][0], &err),
		    0);
		cr_assert_eq(push(path), 0, "%s", err.text);
		said = output_of("%s -dc <%s | cmp - %s", types[i][1],
		    object_path(SYSTEM, wal_name(&w)), path);
		cr_expect_not_null(said, "%s", types[i][0]);
		free(said);
	}
}

Test(wal_push, another_compression_is_the_same_content)
{
	const char *path = wal_file(&w, "");

	cr_assert_eq(push(path), 0);
	cr_assert_eq(wa_config_set(store.cfg, "compress-type", "lz4", &err), 0);
	cr_expect_eq(push(path), 1, "%s", err.text);
}

static char *
digest_of_file(const char *path, char sum[WA_DIGEST_SIZE])
{
	wa_digest *d = NULL;
	size_t size;
	char *data = file_get(path, &size);

	cr_assert_eq(wa_digest_new(&d, NULL), 0);
	wa_digest_add(d, data, size);
	wa_digest_format(d, sum);
	wa_digest_free(d);
	free(data);
	return sum;
}

Test(wal_push, other_content_is_refused_with_both_digests)
{
	char one[WA_DIGEST_SIZE], two[WA_DIGEST_SIZE];
	const char *path = wal_file(&w, "");
	size_t size;
	char *before, *data;

	cr_assert_eq(push(path), 0);
	digest_of_file(path, one);
	before = file_get(object_path(SYSTEM, wal_name(&w)), &size);
	data = file_get(path, &size);
	data[MB - 1] ^= 1;
	file_put(path, data, MB);
	free(data);
	digest_of_file(path, two);
	cr_expect_eq(push(path), WA_EEXIST);
	cr_expect_not_null(strstr(err.text, one), "%s", err.text);
	cr_expect_not_null(strstr(err.text, two), "%s", err.text);
	data = file_get(object_path(SYSTEM, wal_name(&w)), &size);
	cr_expect_eq(memcmp(data, before, size), 0, "nothing was changed");
	free(data);
	free(before);
}

Test(wal_push, a_difference_anywhere_is_found)
{
	static const size_t places[] = { 41, 8191, 8192 + 24, 256u << 10,
		(256u << 10) - 1, 512u << 10, MB - 1 };
	const char *path = wal_file(&w, "");
	size_t i, size;

	cr_assert_eq(push(path), 0);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char *data = file_get(path, &size);

		/* Headers at page starts stay right. */
		data[places[i] % 8192 < 24 ? places[i] + 30 : places[i]] ^= 4;
		file_put(path_of("changed"), data, size);
		free(data);
		cr_expect_eq(wa_wal_push(store.repo, SYSTEM, path_of("changed"),
				 wal_name(&w), &err),
		    WA_EEXIST, "%zu", places[i]);
	}
}

Test(wal_push, a_wrong_file_is_told_before_the_stored_one)
{
	const char *path = wal_file(&w, "");

	cr_assert_eq(push(path), 0);
	cr_assert_eq(truncate(path, MB / 2), 0);
	cr_expect_eq(push(path), WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, "524288"), "%s", err.text);
}

Test(wal_push, a_damaged_stored_object_is_told_with_what_to_do)
{
	const char *path = wal_file(&w, ""), *object;
	size_t size;
	char *data;

	cr_assert_eq(push(path), 0);
	object = object_path(SYSTEM, wal_name(&w));
	data = file_get(object, &size);
	data[size / 2] ^= 0x10;
	file_put(object, data, size);
	free(data);
	cr_expect_eq(push(path), WA_ECORRUPT);
	cr_expect_not_null(
	    strstr(err.hint, "out of the repository"), "%s", err.hint);
	cr_assert_eq(unlink(object), 0);
	cr_expect_eq(push(path), 0, "and then it is stored anew");
}

Test(wal_push, what_is_no_right_segment_is_refused_and_not_stored)
{
	const char *path = wal_file(&w, "");
	struct wal other = w;
	uint8_t *data;

	cr_assert_eq(truncate(path, 0), 0);
	cr_expect_eq(push(path), WA_ECORRUPT, "empty");
	cr_assert_eq(truncate(path, MB), 0);
	cr_expect_eq(push(path), WA_ECORRUPT, "zeros");
	path = wal_file(&w, "");
	cr_assert_eq(truncate(path, MB - 8192), 0);
	cr_expect_eq(push(path), WA_ECORRUPT, "short");
	path = wal_file(&w, "");
	cr_assert_eq(truncate(path, MB + 8192), 0);
	cr_expect_eq(push(path), WA_ECORRUPT, "long");
	other.number++;
	path = wal_file(&w, "");
	cr_expect_eq(
	    wa_wal_push(store.repo, SYSTEM, path, wal_name(&other), &err),
	    WA_ECORRUPT, "another one");
	data = wal_make(&w);
	wal_page(data, &other, 100, 1);
	file_put(path, data, MB);
	free(data);
	cr_expect_eq(push(path), WA_ECORRUPT, "a recycled page");
	cr_expect_eq(wa_wal_stat(&(wa_wal_facts){ 0 }, store.repo, SYSTEM,
			 wal_name(&w), &err),
	    WA_ENOENT);
}

Test(wal_push, another_clusters_segment_is_refused)
{
	const char *path;

	w.system = SYSTEM + 1;
	path = wal_file(&w, "");
	cr_expect_eq(wa_wal_push(store.repo, SYSTEM, path, NULL, &err),
	    WA_EMISMATCH, "not the caller's");
	cr_expect_eq(wa_wal_push(store.repo, SYSTEM + 1, path, NULL, &err),
	    WA_EMISMATCH, "not registered");
	cr_expect_eq(wa_wal_push(store.repo, 0, path, NULL, &err), WA_EMISMATCH,
	    "not registered");
	cr_expect(!file_exists(object_path(SYSTEM + 1, wal_name(&w))));
}

Test(wal_push, the_path_must_lead_to_a_file)
{
	cr_expect_eq(push(path_of(wal_name(&w))), WA_ESYSTEM);
	cr_expect_not_null(strstr(err.hint, "%p"));
	cr_assert_eq(mkdir(path_of(wal_name(&w)), 0700), 0);
	cr_expect_eq(push(path_of(wal_name(&w))), WA_EUSAGE);
	cr_assert_eq(rmdir(path_of(wal_name(&w))), 0);
	cr_assert_eq(mkfifo(path_of(wal_name(&w)), 0600), 0);
	cr_expect_eq(push(path_of(wal_name(&w))), WA_EUSAGE,
	    "and a pipe does not block");
	cr_expect_eq(push(path_of("backup_label")), WA_EUSAGE);
	cr_expect_eq(wa_wal_push(store.repo, SYSTEM, path_of("x"),
			 "../../000000010000000A000000FF", &err),
	    WA_EUSAGE);
}

Test(wal_push, history_and_backup_files_are_stored)
{
	static const char history[] = "1\t0/3000000\tno recovery target\n";
	static const char backup[] =
	    "START WAL LOCATION: 0/500028 "
	    "(file 000000010000000000000005)\nSTOP WAL LOCATION: x\n";
	static const char name[] = "000000010000000000000005.00000028.backup";

	text_put(path_of("00000002.history"), history);
	text_put(path_of(name), backup);
	cr_expect_eq(push(path_of("00000002.history")), 0, "%s", err.text);
	cr_expect_eq(push(path_of(name)), 0, "%s", err.text);
	cr_expect_eq(push(path_of("00000002.history")), 1);
	cr_expect_eq(push(path_of(name)), 1);
	cr_expect(stored_is("00000002.history", path_of("00000002.history")));
	cr_expect(stored_is(name, path_of(name)));
	cr_expect_eq(wa_wal_push(store.repo, 0, path_of(name), NULL, &err),
	    WA_EUSAGE, "they do not say of which cluster they are");
}

Test(wal_push, wrong_history_and_backup_files_are_refused)
{
	static const char name[] = "000000010000000000000005.00000028.backup";
	size_t size = WA_TEXT_MAX + 1;
	char *large = malloc(size);

	text_put(path_of("00000002.history"), "2\t0/3000000\tx\n");
	cr_expect_eq(push(path_of("00000002.history")), WA_ECORRUPT);
	text_put(path_of("00000002.history"), "");
	cr_expect_eq(push(path_of("00000002.history")), WA_ECORRUPT);
	text_put(path_of(name),
	    "START WAL LOCATION: 0/600028 "
	    "(file 000000010000000000000006)\n");
	cr_expect_eq(push(path_of(name)), WA_ECORRUPT);
	memset(large, '\n', size);
	memcpy(large, "1\t0/3000000\tx\n", 14);
	file_put(path_of("00000002.history"), large, size);
	cr_expect_eq(push(path_of("00000002.history")), WA_ECORRUPT);
	free(large);
}

static const char *victim;
static int reads;

/* PostgreSQL recycles: the path leads to another file while it is read. */
static int
recycle(const char *call)
{
	if (strcmp(call, "read") == 0 && ++reads == 2) {
		uint8_t byte = 0x42;
		FILE *f = fopen(victim, "r+");

		(void)fseek(f, -1, SEEK_END);
		(void)fwrite(&byte, 1, 1, f);
		(void)fclose(f);
	}
	return 0;
}

Test(wal_push, a_file_that_changes_while_it_is_read_is_not_stored)
{
	struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

	victim = wal_file(&w, "");
	cr_assert_eq(utimensat(AT_FDCWD, victim, old, 0), 0);
	wa_sys_hook = recycle;
	cr_expect_eq(push(victim), WA_ETRYAGAIN, "%s", err.text);
	wa_sys_hook = NULL;
	cr_expect(!file_exists(object_path(SYSTEM, wal_name(&w))));
}

static int
rename_away(const char *call)
{
	if (strcmp(call, "read") == 0 && ++reads == 2) {
		(void)rename(victim, path_of("away"));
		text_put(victim, "another");
	}
	return 0;
}

Test(wal_push, a_path_that_leads_elsewhere_meanwhile_is_not_stored)
{
	victim = wal_file(&w, "");
	wa_sys_hook = rename_away;
	cr_expect_eq(push(victim), WA_ETRYAGAIN, "%s", err.text);
	wa_sys_hook = NULL;
	cr_expect(!file_exists(object_path(SYSTEM, wal_name(&w))));
}

Test(wal_push, an_interrupt_leaves_nothing_behind)
{
	volatile int flag = 1;

	wa_config_interrupt(store.cfg, &flag);
	cr_expect_eq(push(wal_file(&w, "")), WA_EINTERRUPTED);
	cr_expect(!file_exists(object_path(SYSTEM, wal_name(&w))));
	flag = 0;
	cr_expect_eq(push(wal_file(&w, "")), 0);
}

/* wal_origin: pages of ancestors, held against the history. */
static const char *
with_ancestors(uint32_t ancestor, size_t pages)
{
	const char *path;
	uint8_t *data;
	size_t n;

	w.timeline = 3;
	path = wal_file(&w, "");
	data = wal_make(&w);
	for (n = 0; n < pages; n++)
		wal_page(data, &w, n, ancestor);
	file_put(path, data, MB);
	free(data);
	return path;
}

Test(wal_push, pages_of_ancestors_agree_with_the_stored_history)
{
	const char *path = with_ancestors(1, 20);

	/* Segment 5 is 0/500000; the 20th page ends at 0/528000. */
	push_history(&store, 3, "1\t0/527000\tx\n");
	cr_expect_eq(push(path), 0, "%s", err.text);
}

Test(wal_push, pages_of_another_timeline_than_the_historys_are_refused)
{
	const char *path = with_ancestors(2, 20);

	push_history(&store, 3, "1\t0/527000\tx\n");
	cr_expect_eq(push(path), WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, "timeline 2"), "%s", err.text);
	path = with_ancestors(1, 21);
	cr_expect_eq(push(path), WA_ECORRUPT, "one page too many");
	path = with_ancestors(1, 10);
	cr_expect_eq(push(path), WA_ECORRUPT, "too few");
	cr_expect(!file_exists(object_path(SYSTEM, wal_name(&w))));
}

Test(wal_push, the_history_beside_the_file_serves_as_well)
{
	const char *path = with_ancestors(1, 20);
	static const char right[] = "1\t0/527000\tx\n",
			  wrong[] = "1\t0/400000\tx\n";

	text_put(path_of("pg_wal/00000003.history"), wrong);
	cr_expect_eq(push(path), WA_ECORRUPT);
	text_put(path_of("pg_wal/00000003.history"), right);
	cr_expect_eq(push(path), 0, "%s", err.text);
}

Test(wal_push, without_a_history_ancestors_are_believed)
{
	cr_expect_eq(push(with_ancestors(1, 20)), 0, "%s", err.text);
}

Test(wal_push, a_link_planted_in_the_repository_is_refused)
{
	cr_assert_eq(mkdir(path_of("outside"), 0700), 0);
	cr_assert_eq(symlink("../../outside", path_of("repo/db/wal")), 0);
	cr_expect_eq(push(wal_file(&w, "")), WA_ESYSTEM);
	cr_expect_eq(entries(path_of("outside")), 0);
}
