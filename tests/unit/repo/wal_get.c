/* wal_get.c - files come back whole and verified, or not at all. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "repo/key.h"
#include "repo/wal_object.h"
#include "storage/storage.h"
#include "stream/codec.h"
#include "support.h"

static struct store store;
static wa_error err;
static struct wal w = WAL_INIT;

static void
begin(void)
{
	store_open(&store, "zstd", MB);
	cr_assert_eq(mkdir(path_of("to"), 0700), 0);
}

static void
end(void)
{
	wa_sys_hook = NULL;
	store_close(&store);
	folder_remove();
}

TestSuite(wal_get, .init = begin, .fini = end);

static int
get(const char *name, unsigned flags)
{
	return wa_wal_get(
	    store.repo, SYSTEM, name, path_of("to/file"), flags, &err);
}

static int
got_is(const struct wal *of)
{
	uint8_t *data = wal_make(of);
	int is = file_holds(path_of("to/file"), data, of->size);

	free(data);
	return is && entries(path_of("to")) == 1;
}

Test(wal_get, gives_what_was_pushed)
{
	static const char *const types[] = { "zstd", "lz4", "none" };
	size_t i;

	for (i = 0; i < 3; i++) {
		w.number = 5 + i;
		cr_assert_eq(
		    wa_config_set(store.cfg, "compress-type", types[i], &err),
		    0);
		push_wal(&store, &w, "");
		cr_assert_eq(get(wal_name(&w), 0), 0, "%s", err.text);
		cr_expect(got_is(&w), "%s", types[i]);
	}
}

Test(wal_get, replaces_the_file_that_was_there_before)
{
	push_wal(&store, &w, "");
	text_put(path_of("to/file"), "old");
	cr_assert_eq(get(wal_name(&w), 0), 0, "%s", err.text);
	cr_expect(got_is(&w));
}

Test(wal_get, replaces_nothing_but_a_file)
{
	push_wal(&store, &w, "");
	cr_assert_eq(mkdir(path_of("to/file"), 0700), 0);
	cr_expect_eq(get(wal_name(&w), 0), WA_EUSAGE);
	cr_assert_eq(rmdir(path_of("to/file")), 0);
	text_put(path_of("target"), "target");
	cr_assert_eq(symlink("../target", path_of("to/file")), 0);
	cr_expect_eq(get(wal_name(&w), 0), WA_EUSAGE);
	cr_expect(file_holds(path_of("target"), "target", 6));
}

static int
appears(const char *call)
{
	if (strcmp(call, "linkat") == 0)
		text_put(path_of("to/file"), "a new server's");
	return 0;
}

Test(wal_get, spares_a_file_that_appears_meanwhile)
{
	push_wal(&store, &w, "");
	wa_sys_hook = appears;
	cr_expect_eq(get(wal_name(&w), 0), WA_EEXIST);
	wa_sys_hook = NULL;
	cr_expect(file_holds(path_of("to/file"), "a new server's", 14));
	cr_expect_eq(entries(path_of("to")), 1);
}

Test(wal_get, works_where_the_path_has_no_folder)
{
	push_wal(&store, &w, "");
	cr_assert_eq(chdir(path_of("to")), 0);
	cr_expect_eq(
	    wa_wal_get(store.repo, SYSTEM, wal_name(&w), "file", 0, &err), 0,
	    "%s", err.text);
	cr_expect(got_is(&w));
}

Test(wal_get, a_path_that_cannot_be_is_never_an_absence)
{
	push_wal(&store, &w, "");
	cr_expect_eq(wa_wal_get(store.repo, SYSTEM, wal_name(&w),
			 path_of("none/file"), 0, &err),
	    WA_EUSAGE);
	cr_expect_eq(wa_wal_get(store.repo, SYSTEM, wal_name(&w),
			 path_of("to/"), 0, &err),
	    WA_EUSAGE);
	cr_expect_eq(wa_wal_get(store.repo, SYSTEM, wal_name(&w), "", 0, &err),
	    WA_EUSAGE);
}

Test(wal_get, a_name_that_is_none_is_refused)
{
	static const char *const names[] = { "", "RECOVERYXLOG", "../x",
		"000000010000000A000000ff", "000000010000000A000000FF.gz" };
	size_t i;

	for (i = 0; i < 5; i++)
		cr_expect_eq(
		    get(names[i], WA_GET_PARTIAL), WA_EUSAGE, "%s", names[i]);
}

Test(wal_get, of_another_system_is_a_mismatch_not_an_absence)
{
	cr_expect_eq(wa_wal_get(store.repo, 4711, wal_name(&w),
			 path_of("to/file"), 0, &err),
	    WA_EMISMATCH);
}

Test(wal_get, what_is_absent_leaves_the_old_file_alone)
{
	text_put(path_of("to/file"), "old");
	cr_expect_eq(get(wal_name(&w), 0), WA_ENOENT);
	cr_expect(file_holds(path_of("to/file"), "old", 3));
}

Test(wal_get, a_partial_one_answers_only_when_it_may)
{
	push_wal(&store, &w, ".partial");
	cr_expect_eq(get(wal_name(&w), 0), WA_ENOENT);
	cr_expect_eq(entries(path_of("to")), 0);
	cr_expect_eq(get(wal_name(&w), WA_GET_PARTIAL), 1, "%s", err.text);
	cr_expect(got_is(&w));
}

Test(wal_get, a_partial_one_never_answers_for_a_whole_one)
{
	struct wal other = w;

	other.seed = 77;
	push_wal(&store, &other, ".partial");
	push_wal(&store, &w, "");
	cr_expect_eq(get(wal_name(&w), WA_GET_PARTIAL), 0);
	cr_expect(got_is(&w));
}

Test(wal_get, a_partial_one_never_fills_a_hole)
{
	push_wal(&store, &w, ".partial");
	w.number++;
	push_wal(&store, &w, "");
	w.number--;
	cr_expect_eq(get(wal_name(&w), WA_GET_PARTIAL), WA_EHOLE);
	cr_expect_eq(entries(path_of("to")), 0);
}

Test(wal_get, a_partial_one_can_be_asked_for_by_name)
{
	char name[64];

	push_wal(&store, &w, ".partial");
	snprintf(name, sizeof(name), "%s.partial", wal_name(&w));
	cr_expect_eq(get(name, 0), 0);
	cr_expect(got_is(&w));
}

/* One bit in each part of an object. */
Test(wal_get, a_damaged_object_is_corrupt_and_leaves_nothing)
{
	static const size_t places[] = { 0, 4, 20, 100, 1000, 4095, 4096, 4100,
		4110, 6000, 100000 };
	const char *object;
	size_t i, size;
	char *data;

	push_wal(&store, &w, "");
	object = object_path(SYSTEM, wal_name(&w));
	data = file_get(object, &size);
	text_put(path_of("to/file"), "old");
	for (i = 0; i <= sizeof(places) / sizeof(places[0]); i++) {
		size_t at = i == sizeof(places) / sizeof(places[0]) ? size - 1 :
								      places[i];

		data[at] ^= 2;
		file_put(path_of("damaged"), data, size);
		cr_assert_eq(rename(path_of("damaged"), object), 0);
		data[at] ^= 2;
		cr_expect(get(wal_name(&w), WA_GET_PARTIAL) == WA_ECORRUPT ||
			(at < 20 && err.code == WA_EUSAGE),
		    "byte %zu: %s", at, err.text);
		cr_expect(file_holds(path_of("to/file"), "old", 3));
		cr_expect_eq(entries(path_of("to")), 1);
	}
	free(data);
}

/* An object that is right in every bit, but whose label says this. */
static void
store_saying(const char *named, uint64_t system_id, uint64_t size,
    const char *xxh128, size_t bytes)
{
	wa_writer *sink = NULL, *labelled = NULL, *encoder = NULL;
	uint8_t *data = wal_make(&w);
	static wa_label label;
	wa_storage *s = NULL;
	struct wa_name name;
	wa_key key;

	wa_name_parse(&name, named);
	wa_wal_label(&label, &name, named, system_id, size, xxh128);
	wa_key_wal(key, "db", SYSTEM, wal_name(&w));
	cr_assert_eq(wa_posix_open(&s, path_of("repo"), &err), 0);
	cr_assert_eq(wa_storage_put(&sink, s, key, &err), 0, "%s", err.text);
	cr_assert_eq(wa_label_writer(&labelled, sink, &label, &err), 0);
	cr_assert_eq(wa_encoder(&encoder, labelled, "zstd", 1, bytes, &err), 0);
	cr_assert_eq(wa_writer_write(encoder, data, bytes, &err), 0);
	cr_assert_eq(wa_writer_finish(encoder, &err), 0);
	wa_writer_close(encoder);
	wa_storage_close(s);
	free(data);
}

static int
get_saying(const char *named, uint64_t system_id, uint64_t size,
    const char *xxh128, size_t bytes)
{
	int rc;

	store_saying(named, system_id, size, xxh128, bytes);
	rc = get(wal_name(&w), WA_GET_PARTIAL);
	cr_assert_eq(unlink(object_path(SYSTEM, wal_name(&w))), 0);
	cr_expect_eq(entries(path_of("to")), rc == 0);
	(void)unlink(path_of("to/file"));
	return rc;
}

Test(wal_get, an_object_whose_label_lies_is_corrupt)
{
	static const char zeros[] = "00000000000000000000000000000000";
	char sum[WA_DIGEST_SIZE], partial[64];
	uint8_t *data = wal_make(&w);
	struct wal other = w;
	wa_digest *d = NULL;

	cr_assert_eq(wa_digest_new(&d, &err), 0);
	wa_digest_add(d, data, MB);
	wa_digest_format(d, sum);
	snprintf(partial, sizeof(partial), "%s.partial", wal_name(&w));
	other.number++;
	push_wal(&store, &w, "");
	cr_assert_eq(unlink(object_path(SYSTEM, wal_name(&w))), 0);
	cr_expect_eq(
	    get_saying(wal_name(&w), SYSTEM, MB, sum, MB), 0, "%s", err.text);
	cr_expect_eq(get_saying(wal_name(&w), SYSTEM, MB, zeros, MB),
	    WA_ECORRUPT, "of the digest");
	cr_expect_eq(get_saying(wal_name(&w), SYSTEM, MB - 1, sum, MB),
	    WA_ECORRUPT, "of the size");
	cr_expect_eq(get_saying(wal_name(&w), SYSTEM, MB + 1, sum, MB),
	    WA_ECORRUPT, "of the size");
	cr_expect_eq(get_saying(wal_name(&w), SYSTEM + 1, MB, sum, MB),
	    WA_ECORRUPT, "of the system");
	cr_expect_eq(get_saying(wal_name(&other), SYSTEM, MB, sum, MB),
	    WA_ECORRUPT, "of the name");
	cr_expect_eq(get_saying(partial, SYSTEM, MB, sum, MB), WA_ECORRUPT,
	    "of the kind");
	wa_digest_reset(d);
	wa_digest_add(d, data, MB / 2);
	wa_digest_format(d, sum);
	cr_expect_eq(get_saying(wal_name(&w), SYSTEM, MB / 2, sum, MB / 2),
	    WA_ECORRUPT, "all true, but half a segment");
	wa_digest_free(d);
	free(data);
}

Test(wal_get, an_object_under_another_name_is_corrupt)
{
	struct wal other = w;

	push_wal(&store, &w, "");
	other.number++;
	cr_assert_eq(rename(object_path(SYSTEM, wal_name(&w)),
			 object_path(SYSTEM, wal_name(&other))),
	    0);
	cr_expect_eq(get(wal_name(&other), 0), WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, wal_name(&w)), "%s", err.text);
}

Test(wal_get, an_object_of_another_system_is_corrupt)
{
	wa_cluster c = store_cluster(5, MB);

	cr_assert_eq(
	    wa_stanza_register(store.repo, &c, WA_REGISTER_UPGRADE, &err), 0);
	push_wal(&store, &w, "");
	cr_assert_eq(mkdir(path_of("repo/db/wal/5"), 0700), 0);
	cr_assert_eq(mkdir(path_of("repo/db/wal/5/0000000100000000"), 0700), 0);
	cr_assert_eq(rename(object_path(SYSTEM, wal_name(&w)),
			 object_path(5, wal_name(&w))),
	    0);
	cr_expect_eq(wa_wal_get(store.repo, 5, wal_name(&w), path_of("to/file"),
			 0, &err),
	    WA_ECORRUPT);
}

Test(wal_get, an_empty_object_is_corrupt_not_absent)
{
	push_wal(&store, &w, "");
	cr_assert_eq(truncate(object_path(SYSTEM, wal_name(&w)), 0), 0);
	cr_expect_eq(get(wal_name(&w), WA_GET_PARTIAL), WA_ECORRUPT);
}

Test(wal_get, histories_come_back)
{
	push_history(&store, 2, "1\t0/3000000\tx\n");
	cr_expect_eq(get("00000002.history", 0), 0);
	cr_expect(file_holds(path_of("to/file"), "1\t0/3000000\tx\n", 14));
	cr_expect_eq(get("00000003.history", 0), WA_ENOENT);
}

Test(wal_get, an_interrupt_leaves_nothing_behind)
{
	volatile int flag = 0;

	push_wal(&store, &w, "");
	wa_config_interrupt(store.cfg, &flag);
	flag = 1;
	cr_expect_eq(get(wal_name(&w), 0), WA_EINTERRUPTED);
	cr_expect_eq(entries(path_of("to")), 0);
}

Test(wal_get, writes_to_a_descriptor_after_all_is_verified)
{
	const char *object;
	uint8_t *data = wal_make(&w);
	char *stored;
	size_t size;
	int fd;

	push_wal(&store, &w, "");
	fd = open(path_of("to/file"), O_RDWR | O_CREAT, 0600);
	cr_expect_eq(wa_wal_write(store.repo, SYSTEM, wal_name(&w), fd, &err),
	    0, "%s", err.text);
	cr_expect(file_holds(path_of("to/file"), data, MB));
	cr_assert_eq(ftruncate(fd, 0), 0);
	object = object_path(SYSTEM, wal_name(&w));
	stored = file_get(object, &size);
	stored[size - 1] ^= 1;
	file_put(object, stored, size);
	cr_expect_eq(wa_wal_write(store.repo, SYSTEM, wal_name(&w), fd, &err),
	    WA_ECORRUPT);
	cr_expect(file_holds(path_of("to/file"), "", 0), "not one byte of it");
	w.number++;
	cr_expect_eq(wa_wal_write(store.repo, SYSTEM, wal_name(&w), fd, &err),
	    WA_ENOENT);
	cr_expect_eq(
	    wa_wal_write(store.repo, SYSTEM, "x", fd, &err), WA_EUSAGE);
	close(fd);
	free(stored);
	free(data);
}

Test(wal_get, stat_reads_the_label_only)
{
	wa_wal_facts facts;
	const char *object;

	push_wal(&store, &w, "");
	object = object_path(SYSTEM, wal_name(&w));
	cr_assert_eq(truncate(object, 8192), 0);
	cr_expect_eq(
	    wa_wal_stat(&facts, store.repo, SYSTEM, wal_name(&w), &err), 0,
	    "%s", err.text);
	cr_expect_eq(facts.size, MB);
	cr_expect_eq(facts.stored, 8192);
	cr_expect_eq(
	    wa_wal_stat(&facts, store.repo, SYSTEM, "x", &err), WA_EUSAGE);
}
