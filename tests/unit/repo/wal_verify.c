/* wal_verify.c - stored files, held against their labels and names. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "walmaker.h"

#define NOON INT64_C(1795262400000000)
#define FIRST 5

static struct store store;
static struct chain c;
static wa_error err;
static wa_verify *verify;
static wa_wal_facts facts;

static int
push(const char *path)
{
	return wa_wal_push(store.repo, SYSTEM, path, NULL, &err);
}

/* Segments 5 to 7, with records that span from one to the next. */
static void
begin(void)
{
	struct wal w = WAL_INIT;
	uint64_t n;

	store_open(&store, "zstd", MB);
	cr_assert_eq(wa_config_set(store.cfg, "wal-check", "full", &err), 0);
	chain_begin(&c, &w);
	for (n = 1; n <= 3; n++) {
		chain_to(&c, c.start + n * MB - 20000);
		chain_commit(&c, 700 + (uint32_t)n, NOON);
		if (n < 3)
			chain_noise(&c, 30000);
	}
	chain_finish(&c);
	cr_assert_eq(wa_verify_open(&verify, store.repo, SYSTEM, &err), 0);
}

static void
end(void)
{
	wa_verify_close(verify);
	store_close(&store);
	chain_free(&c);
	folder_remove();
}

TestSuite(wal_verify, .init = begin, .fini = end);

static void
push_all(void)
{
	uint64_t n;

	for (n = FIRST; n < FIRST + 3; n++)
		cr_assert_geq(push(chain_file(&c, n, "")), 0, "%s", err.text);
}

static int
check(const char *name)
{
	memset(&facts, 0, sizeof(facts));
	memset(&err, 0, sizeof(err));
	return wa_verify_file(&facts, verify, name, &err);
}

Test(wal_verify, what_is_right_is_right_in_any_order)
{
	static const uint64_t order[] = { 5, 6, 7, 7, 5, 7, 6, 6, 7 };
	size_t i;

	push_all();
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		cr_expect_eq(
		    check(chain_name(&c, order[i])), 0, "%s", err.text);
		cr_expect_eq(facts.records.walked, WA_WALKED);
		cr_expect_eq(facts.records.commits, 1);
		cr_expect_eq(facts.records.cut, 0);
		cr_expect_eq(facts.records.event_count, 0);
	}
	cr_expect_eq(check(chain_name(&c, 8)), WA_ENOENT);
}

Test(wal_verify, a_damaged_record_is_told_with_its_place)
{
	uint64_t lsn;

	chain_free(&c);
	chain_begin(&c, &(struct wal)WAL_INIT);
	chain_noise(&c, 5000);
	lsn = chain_noise(&c, 5000);
	chain_finish(&c);
	chain_byte(&c, lsn + 100)[0] ^= 1;
	cr_assert_eq(push(chain_file(&c, FIRST, "")), 2);
	cr_expect_eq(check("000000010000000000000005.damaged"), WA_ECORRUPT);
	cr_assert_eq(facts.records.event_count, 1);
	cr_expect_eq(facts.records.events[0].kind, WA_EVENT_DAMAGE);
	cr_expect_eq(facts.records.events[0].lsn, lsn);
	cr_expect_not_null(strstr(err.text, "damaged record"), "%s", err.text);
}

Test(wal_verify, a_damaged_object_is_told_without_one)
{
	const char *object;
	size_t size;
	char *data;

	push_all();
	object = object_path(SYSTEM, chain_name(&c, 6));
	data = file_get(object, &size);
	data[size / 2] ^= 4;
	file_put(object, data, size);
	free(data);
	cr_expect_eq(check(chain_name(&c, 5)), 0);
	cr_expect_eq(check(chain_name(&c, 6)), WA_ECORRUPT);
	cr_expect_eq(facts.records.event_count, 0);
	cr_expect_eq(check(chain_name(&c, 7)), 0, "%s", err.text);
}

/* What was stored by another, with headers checked only, is walked now. */
Test(wal_verify, records_that_were_not_looked_at_are_now)
{
	c.data[MB + 500000] ^= 1;
	cr_assert_eq(wa_config_set(store.cfg, "wal-check", "header", &err), 0);
	push_all();
	cr_expect_eq(check(chain_name(&c, 5)), 0, "%s", err.text);
	cr_expect_eq(check(chain_name(&c, 6)), WA_ECORRUPT, "%s", err.text);
	cr_assert_eq(facts.records.event_count, 1);
	cr_expect_leq(facts.records.events[0].lsn, c.start + MB + 500000);
}

/* Segment 6 of another life of the cluster: its bytes are right, its records
 * follow on no record of segment 5. */
Test(wal_verify, a_segment_must_follow_on_the_one_before)
{
	struct wal w = WAL_INIT;
	struct chain other;

	cr_assert_eq(push(chain_file(&c, 5, "")), 0);
	cr_assert_eq(unlink(path_of("pg_wal/000000010000000000000005")), 0);
	w.number = 6;
	w.seed = 99;
	chain_begin(&other, &w);
	chain_noise(&other, 1000);
	chain_finish(&other);
	cr_assert_eq(push(chain_file(&other, 6, "")), 0, "%s", err.text);
	chain_free(&other);
	cr_expect_eq(check(chain_name(&c, 5)), 0, "%s", err.text);
	cr_expect_eq(check(chain_name(&c, 6)), WA_ECORRUPT);
}

Test(wal_verify, histories_and_backup_files_are_read)
{
	static const char name[] = "000000010000000000000005.00000028.backup";

	push_history(&store, 2, "1\t0/527000\tx\n");
	text_put(path_of(name),
	    "START WAL LOCATION: 0/500028 "
	    "(file 000000010000000000000005)\n");
	cr_assert_eq(push(path_of(name)), 0, "%s", err.text);
	cr_expect_eq(check("00000002.history"), 0, "%s", err.text);
	cr_expect_eq(check(name), 0, "%s", err.text);
}

/* Wal_scan. */

static size_t visits;

static int
stop_at_second(void *arg, const wa_event *event)
{
	(void)arg;
	cr_expect_eq(event->kind, WA_EVENT_RECORD);
	return ++visits == 2;
}

Test(wal_verify, a_scan_may_be_ended)
{
	wa_wal_records *r = malloc(sizeof(*r));

	push_all();
	cr_assert_eq(wa_wal_scan(r, store.repo, SYSTEM, chain_name(&c, 5), ~0u,
			 stop_at_second, NULL, &err),
	    0, "%s", err.text);
	cr_expect_eq(visits, 2);
	cr_expect_eq(wa_wal_scan(r, store.repo, SYSTEM, "00000002.history", 0,
			 NULL, NULL, &err),
	    WA_EUSAGE);
	cr_expect_eq(wa_wal_scan(r, store.repo, SYSTEM, chain_name(&c, 99), 0,
			 NULL, NULL, &err),
	    WA_ENOENT);
	free(r);
}
