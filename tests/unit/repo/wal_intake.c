/* wal_intake.c - what a push sees in the records, and what it does then. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "repo/wal_object.h"
#include "walmaker.h"

#define NOON INT64_C(1795262400000000) /* 2026-11-21T12:00:00Z */
#define FIRST 5                        /* the number of the first segment */

static struct store store;
static struct chain c;
static wa_error err;
static wa_wal_facts facts;

static void
set(const char *name, const char *value)
{
	cr_assert_eq(wa_config_set(store.cfg, name, value, &err), 0);
}

static void
begin(void)
{
	struct wal w = WAL_INIT;

	store_open(&store, "zstd", MB);
	set("wal-check", "full");
	chain_begin(&c, &w);
}

static void
end(void)
{
	wa_sys_hook = NULL;
	store_close(&store);
	chain_free(&c);
	folder_remove();
}

TestSuite(wal_intake, .init = begin, .fini = end);

static int
push(const char *path)
{
	memset(&err, 0, sizeof(err));
	return wa_wal_push(store.repo, SYSTEM, path, NULL, &err);
}

static int
get(const char *name)
{
	memset(&err, 0, sizeof(err));
	return wa_wal_get(
	    store.repo, SYSTEM, name, path_of("got"), WA_GET_PARTIAL, &err);
}

static const char *
damaged_name(void)
{
	static char name[64];

	(void)snprintf(name, sizeof(name), "%s.damaged", chain_name(&c, FIRST));
	return name;
}

static int
got_is(const char *name, const char *path)
{
	size_t size;
	void *data;
	int same;

	if (get(name) != 0)
		return 0;
	data = file_get(path, &size);
	same = file_holds(path_of("got"), data, size);
	free(data);
	return same;
}

static int
label_of(const char *name)
{
	memset(&facts, 0xAA, sizeof(facts));
	return wa_wal_stat(&facts, store.repo, SYSTEM, name, &err);
}

/* Segment FIRST, in which the record at *lsn can be spoilt. */
static const char *
make_one(uint64_t *lsn)
{
	chain_to(&c, c.start + MB / 2);
	chain_commit(&c, 700, NOON);
	*lsn = chain_noise(&c, 1000);
	chain_commit(&c, 701, NOON + 1);
	chain_finish(&c);
	return chain_file(&c, FIRST, "");
}

static const char *
spoil(uint64_t lsn, uint8_t mask)
{
	chain_byte(&c, lsn + 100)[0] ^= mask;
	return chain_file(&c, FIRST, "");
}

static int
says_where(const char *text, uint64_t lsn)
{
	char where[WA_LSN_SIZE];

	wa_lsn_format(where, lsn);
	return strstr(text, where) != NULL;
}

Test(wal_intake, the_label_tells_what_the_records_say)
{
	chain_to(&c, c.start + MB / 2);
	chain_commit(&c, 700, NOON);
	chain_abort(&c, 705, NOON + 5);
	chain_point(&c, "odd \\ name\n", NOON + 6);
	chain_commit(&c, 702, NOON + 9);
	chain_finish(&c);
	cr_assert_eq(push(chain_file(&c, FIRST, "")), 0, "%s", err.text);
	cr_assert_eq(label_of(chain_name(&c, FIRST)), 0, "%s", err.text);
	cr_expect_eq(facts.records.walked, WA_WALKED);
	cr_expect_eq(facts.records.cut, 0);
	cr_expect_eq(facts.records.commits, 2);
	cr_expect_eq(facts.records.aborts, 1);
	cr_expect_eq(facts.records.first_commit, NOON);
	cr_expect_eq(facts.records.last_commit, NOON + 9);
	cr_expect_eq(facts.records.first_xid, 700);
	cr_expect_eq(facts.records.last_xid, 705);
	cr_expect_eq(facts.records.end, chain_end(&c));
	cr_expect_eq(facts.records.open, 0);
	cr_assert_eq(facts.records.event_count, 1);
	cr_expect_eq(facts.records.events[0].kind, WA_EVENT_RESTORE_POINT);
	cr_expect_str_eq(facts.records.events[0].name, "odd \\ name\n");
	cr_expect_eq(push(chain_file(&c, FIRST, "")), 1, "%s", err.text);
}

Test(wal_intake, a_damaged_one_is_stored_beside_its_name)
{
	const char *path, *name = chain_name(&c, FIRST);
	uint64_t lsn;

	(void)make_one(&lsn);
	path = spoil(lsn, 1);
	cr_assert_eq(push(path), 2, "%s", err.text);
	cr_expect_eq(err.code, WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, "damaged record"), "%s", err.text);
	cr_expect_not_null(strstr(err.text, damaged_name()), "%s", err.text);
	cr_expect(says_where(err.text, lsn), "%s", err.text);
	cr_expect_not_null(strstr(err.hint, "standby"), "%s", err.hint);
	cr_expect_not_null(strstr(err.hint, "base backup"), "%s", err.hint);
	cr_expect(!file_exists(object_path(SYSTEM, name)));
	cr_expect(file_exists(object_path(SYSTEM, damaged_name())));
	cr_expect_eq(entries(path_of("repo/db/wal/7431170312345678901/"
				     "0000000100000000")),
	    1, "and nothing else");
	cr_assert_eq(label_of(damaged_name()), 0, "%s", err.text);
	cr_expect_eq(facts.records.commits, 2);
	cr_assert_eq(facts.records.event_count, 1);
	cr_expect_eq(facts.records.events[0].kind, WA_EVENT_DAMAGE);
	cr_expect_eq(facts.records.events[0].lsn, lsn);
}

Test(wal_intake, a_get_of_a_damaged_one_is_no_absence)
{
	const char *path, *name = chain_name(&c, FIRST);
	uint64_t lsn;
	int fd;

	(void)make_one(&lsn);
	path = spoil(lsn, 1);
	cr_assert_eq(push(path), 2, "%s", err.text);
	cr_expect_eq(get(name), WA_ECORRUPT, "%s", err.text);
	cr_expect_not_null(strstr(err.text, "damaged records"));
	cr_expect_not_null(strstr(err.hint, damaged_name()), "%s", err.hint);
	cr_expect(!file_exists(path_of("got")));
	fd = open(path_of("descriptor"), O_CREAT | O_RDWR, 0600);
	cr_expect_eq(
	    wa_wal_write(store.repo, SYSTEM, name, fd, &err), WA_ECORRUPT);
	cr_expect_eq(lseek(fd, 0, SEEK_END), 0);
	close(fd);
	cr_expect(got_is(damaged_name(), path), "by its own name it is given");
}

/* Not even when a partial one could answer. */
Test(wal_intake, nor_is_a_partial_given_for_it)
{
	uint64_t lsn;

	(void)make_one(&lsn);
	cr_assert_eq(push(chain_file(&c, FIRST, ".partial")), 0);
	cr_assert_eq(get(chain_name(&c, FIRST)), 1, "as long as it is absent");
	cr_assert_eq(unlink(path_of("got")), 0);
	cr_assert_eq(push(spoil(lsn, 1)), 2, "%s", err.text);
	cr_expect_eq(get(chain_name(&c, FIRST)), WA_ECORRUPT, "%s", err.text);
	cr_expect(!file_exists(path_of("got")));
}

Test(wal_intake, a_sound_copy_heals_it)
{
	const char *path, *name = chain_name(&c, FIRST);
	uint64_t lsn;

	(void)make_one(&lsn);
	cr_assert_eq(push(spoil(lsn, 1)), 2, "%s", err.text);
	path = spoil(lsn, 1);
	cr_expect_eq(push(path), 0, "%s", err.text);
	cr_expect(got_is(name, path), "%s", err.text);
	cr_expect_eq(push(path), 1, "%s", err.text);
	path = spoil(lsn, 1);
	cr_expect_eq(push(path), 1, "the damaged is stored still");
	cr_expect(file_exists(object_path(SYSTEM, damaged_name())));
}

Test(wal_intake, a_damaged_one_is_stored_once)
{
	uint64_t lsn;
	size_t size;
	char *before;

	(void)make_one(&lsn);
	cr_assert_eq(push(spoil(lsn, 1)), 2, "%s", err.text);
	before = file_get(object_path(SYSTEM, damaged_name()), &size);
	cr_expect_eq(push(chain_file(&c, FIRST, "")), 2, "%s", err.text);
	cr_expect_eq(err.code, WA_ECORRUPT);
	cr_expect(says_where(err.text, lsn), "%s", err.text);
	cr_expect_eq(push(spoil(lsn, 2)), WA_EEXIST, "%s", err.text);
	cr_expect(
	    file_holds(object_path(SYSTEM, damaged_name()), before, size));
	cr_expect_eq(push(spoil(lsn, 2)), 2, "the first one, again");
	free(before);
}

Test(wal_intake, a_damaged_name_cannot_be_pushed)
{
	uint64_t lsn;

	(void)make_one(&lsn);
	cr_expect_eq(push(chain_file(&c, FIRST, ".damaged")), WA_EUSAGE);
	cr_expect_eq(wa_wal_push(store.repo, SYSTEM, chain_file(&c, FIRST, ""),
			 damaged_name(), &err),
	    WA_EUSAGE);
}

Test(wal_intake, a_damaged_partial_is_stored_as_it_is)
{
	uint64_t lsn;
	char name[64];

	(void)make_one(&lsn);
	(void)spoil(lsn, 1);
	cr_expect_eq(push(chain_file(&c, FIRST, ".partial")), 0,
	    "its tail is free: %s", err.text);
	(void)snprintf(name, sizeof(name), "%s.partial", chain_name(&c, FIRST));
	cr_assert_eq(label_of(name), 0);
	cr_expect_eq(facts.records.end, lsn, "WAL ends there");
	cr_expect_eq(facts.records.commits, 1);
}

Test(wal_intake, a_partial_ends_with_its_last_record)
{
	uint64_t lsn;
	char name[64];

	chain_to(&c, c.start + 300000 / 8 * 8);
	chain_commit(&c, 700, NOON);
	lsn = chain_end(&c);
	cr_expect_eq(
	    push(chain_file(&c, FIRST, ".partial")), 0, "%s", err.text);
	(void)snprintf(name, sizeof(name), "%s.partial", chain_name(&c, FIRST));
	cr_assert_eq(label_of(name), 0);
	cr_expect_eq(facts.records.walked, WA_WALKED);
	cr_expect_eq(facts.records.end, lsn);
	cr_expect_eq(facts.records.commits, 1);
	cr_expect_eq(facts.records.event_count, 0);
}

/* Read twice. */

static const char *victim;
static off_t place;
static int seeks;

/* What memory had wrong is read right from the disk; the times stay. */
static int
heal(const char *call)
{
	if (strcmp(call, "lseek") == 0 && ++seeks == 1) {
		int fd = open(victim, O_RDWR);
		uint8_t byte;

		cr_assert_eq(pread(fd, &byte, 1, place), 1);
		byte ^= 1;
		cr_assert_eq(pwrite(fd, &byte, 1, place), 1);
		close(fd);
	}
	return 0;
}

Test(wal_intake, one_that_changes_before_the_second_reading_is_not_stored)
{
	uint64_t lsn;

	(void)make_one(&lsn);
	victim = spoil(lsn, 1);
	place = (off_t)(lsn + 100 - c.start);
	wa_sys_hook = heal;
	cr_expect_eq(push(victim), WA_ETRYAGAIN, "%d %s", err.code, err.text);
	wa_sys_hook = NULL;
	cr_expect_eq(seeks, 1);
	cr_expect(!file_exists(object_path(SYSTEM, damaged_name())));
	cr_expect(!file_exists(object_path(SYSTEM, chain_name(&c, FIRST))));
	cr_expect_eq(
	    push(victim), 0, "and the next time it is right: %s", err.text);
}

static uint8_t *mapped;

/* The same, of which no time tells: memory that was wrong, and is no more. */
static int
heal_memory(const char *call)
{
	if (strcmp(call, "fadvise") == 0 && ++seeks == 1)
		mapped[place] ^= 1;
	return 0;
}

/* The segment as a file in memory, whose times do not tell of changes through
 * a mapping. */
static const char *
in_memory(void)
{
	static char path[40];
	int fd = memfd_create("segment", 0);

	cr_assert_geq(fd, 0);
	cr_assert_eq(ftruncate(fd, MB), 0);
	mapped = mmap(NULL, MB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	cr_assert_neq(mapped, MAP_FAILED);
	memcpy(mapped, c.data, MB);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

Test(wal_intake, one_that_is_read_differently_leaves_no_trace)
{
	const char *name = chain_name(&c, FIRST), *path;
	uint64_t lsn;

	(void)make_one(&lsn);
	(void)spoil(lsn, 1);
	path = in_memory();
	place = (off_t)(lsn + 100 - c.start);
	wa_sys_hook = heal_memory;
	cr_expect_eq(wa_wal_push(store.repo, SYSTEM, path, name, &err),
	    WA_ETRYAGAIN, "%s", err.text);
	wa_sys_hook = NULL;
	cr_expect_not_null(strstr(err.text, "the second time"), "%s", err.text);
	cr_expect_eq(seeks, 1);
	cr_expect(!file_exists(object_path(SYSTEM, damaged_name())));
	cr_expect(!file_exists(object_path(SYSTEM, name)));
	cr_expect_eq(wa_wal_push(store.repo, SYSTEM, path, name, &err), 0, "%s",
	    err.text);
	(void)munmap(mapped, MB);
}

static int
forget_neighbour(const char *call)
{
	if (strcmp(call, "fadvise") == 0 && ++seeks == 1)
		(void)unlink(victim);
	return 0;
}

/* Without the neighbour the second walk does not see the damage. */
Test(wal_intake, the_neighbour_may_go_between_the_readings)
{
	const char *path;
	char name[64];

	chain_to(&c, c.start + MB - 104);
	chain_noise(&c, 5000);
	chain_finish(&c);
	c.data[MB + 100] ^= 1;
	victim = chain_file(&c, FIRST, "");
	path = chain_file(&c, FIRST + 1, "");
	wa_sys_hook = forget_neighbour;
	cr_expect_eq(push(path), 2, "%s", err.text);
	wa_sys_hook = NULL;
	cr_expect_eq(seeks, 1);
	cr_expect(says_where(err.text, c.start + MB - 104), "%s", err.text);
	(void)snprintf(
	    name, sizeof(name), "%s.damaged", chain_name(&c, FIRST + 1));
	cr_expect(file_exists(object_path(SYSTEM, name)));
}

/* What cannot be read. */

static const char *
encrypted(void)
{
	size_t page;

	chain_noise(&c, 100);
	chain_finish(&c);
	for (page = 0; page < MB / 8192; page++) {
		size_t header = page == 0 ? 40 : 24;

		fill_random(c.data + page * 8192 + header, 8192 - header, page);
	}
	return chain_file(&c, FIRST, "");
}

Test(wal_intake, records_of_random_bytes_are_stored_with_a_warning)
{
	const char *path = encrypted(), *name = chain_name(&c, FIRST);

	cr_assert_eq(push(path), 2, "%s", err.text);
	cr_expect_eq(err.code, WA_EUSAGE);
	cr_expect_not_null(strstr(err.hint, "wal-check"), "%s", err.hint);
	cr_expect(got_is(name, path), "%s", err.text);
	cr_expect(!file_exists(object_path(SYSTEM, damaged_name())));
	cr_assert_eq(label_of(name), 0);
	cr_expect_eq(facts.records.walked, WA_UNREADABLE);
	cr_expect_eq(push(path), 1);
}

Test(wal_intake, with_headers_only_records_are_not_looked_at)
{
	const char *path = encrypted(), *name = chain_name(&c, FIRST);

	set("wal-check", "header");
	cr_assert_eq(push(path), 0, "%s", err.text);
	cr_assert_eq(label_of(name), 0);
	cr_expect_eq(facts.records.walked, WA_NOT_WALKED);
	cr_expect_eq(facts.version, 15);
	cr_expect(got_is(name, path));
	c.data[8192] ^= 1;
	cr_expect_eq(push(chain_file(&c, FIRST, "")), WA_ECORRUPT,
	    "but the headers are");
}

static void
verify_is(const char *name, int expected)
{
	wa_verify *v = NULL;
	wa_wal_facts found;

	cr_assert_eq(wa_verify_open(&v, store.repo, SYSTEM, &err), 0);
	cr_expect_eq(
	    wa_verify_file(&found, v, name, &err), expected, "%s", err.text);
	wa_verify_close(v);
}

Test(wal_intake, unseen_ones_need_a_cluster_and_its_size)
{
	const char *name = chain_name(&c, FIRST), *path;
	uint8_t *noise = malloc(MB);

	fill_random(noise, MB, 1);
	(void)mkdir(path_of("pg_wal"), 0700);
	path = path_of("pg_wal/000000010000000000000005");
	file_put(path, noise, MB);
	set("wal-check", "off");
	cr_expect_eq(wa_wal_push(store.repo, 0, path, NULL, &err), WA_EUSAGE);
	cr_expect_not_null(strstr(err.hint, "pg1-path"), "%s", err.hint);
	cr_assert_eq(truncate(path, MB / 2), 0);
	cr_expect_eq(push(path), WA_EMISMATCH, "%s", err.text);
	cr_expect(!file_exists(object_path(SYSTEM, name)));
	file_put(path, noise, MB);
	cr_assert_eq(push(path), 0, "%s", err.text);
	cr_expect_eq(push(path), 1, "%s", err.text);
	cr_expect(got_is(name, path), "%s", err.text);
	cr_assert_eq(label_of(name), 0);
	cr_expect_eq(facts.records.walked, WA_NOT_WALKED);
	verify_is(name, 0);
	set("wal-check", "full");
	cr_expect(got_is(name, path), "whatever the setting is by then");
	free(noise);
}

/* Lists and holes. */

/* Names of damaged ones, and the ranges: "5-6 !7-7". */
static const char *
listed(char names[200])
{
	static char text[200];
	wa_wal_list *l = NULL;
	wa_wal_range r;
	const char *name;
	size_t i;

	text[0] = names[0] = '\0';
	cr_assert_eq(wa_wal_list_open(&l, store.repo, SYSTEM, &err), 0);
	while (wa_wal_list_next(&r, l, &err) == 1)
		(void)snprintf(text + strlen(text), 40, "%s%llu-%llu ",
		    r.missing ? "!" : "", (unsigned long long)r.first,
		    (unsigned long long)r.last);
	for (i = 0; (name = wa_wal_list_damaged(l, i)) != NULL; i++)
		(void)snprintf(names + strlen(names), 40, "%s ", name + 22);
	wa_wal_list_close(l);
	return text;
}

/* Segments 5 to 9, of which those of the list are pushed damaged first. */
static void
push_five(const char *spoilt)
{
	uint64_t n;

	chain_noise(&c, 100);
	chain_to(&c, c.start + 5 * MB);
	for (n = 5; n < 10; n++) {
		uint8_t *byte = c.data + (n - 5) * MB + 9000;
		int is_spoilt = strchr(spoilt, (int)('0' + n)) != NULL;

		*byte ^= (uint8_t)is_spoilt;
		cr_assert_eq(push(chain_file(&c, n, "")), is_spoilt ? 2 : 0,
		    "%s", err.text);
		*byte ^= (uint8_t)is_spoilt;
	}
}

Test(wal_intake, lists_tell_of_damaged_ones)
{
	char names[200];

	push_five("79");
	cr_expect_str_eq(listed(names), "5-6 !7-7 8-8 !9-9 ");
	cr_expect_str_eq(names, "07.damaged 09.damaged ");
	cr_assert_eq(push(chain_file(&c, 7, "")), 0, "%s", err.text);
	cr_expect_str_eq(listed(names), "5-8 !9-9 ");
	cr_expect_str_eq(names, "09.damaged ", "the other is healed");
	cr_assert_eq(push(chain_file(&c, 9, "")), 0, "%s", err.text);
	cr_expect_str_eq(listed(names), "5-9 ");
	cr_expect_str_eq(names, "");
}

Test(wal_intake, a_later_damaged_one_makes_a_hole)
{
	push_five("9");
	cr_assert_eq(unlink(object_path(SYSTEM, chain_name(&c, 8))), 0);
	cr_expect_eq(get(chain_name(&c, 8)), WA_EHOLE, "%s", err.text);
	cr_expect_eq(get(chain_name(&c, 9)), WA_ECORRUPT);
	cr_expect_eq(get(chain_name(&c, 10)), WA_ENOENT);
}
