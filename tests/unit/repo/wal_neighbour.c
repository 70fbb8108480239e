/* wal_neighbour.c - the record that spans into a segment. */
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
static wa_wal_facts facts;

/* Three segments: a record spans from the first to the second, and one commit
 * is in each. */
static void
make_three(size_t spanning)
{
	uint64_t n;

	for (n = 0; n < 3; n++) {
		chain_to(&c, c.start + (n + 1) * MB - 20000);
		chain_commit(&c, 700 + (uint32_t)n, NOON);
		chain_to(&c, c.start + (n + 1) * MB - 104);
		if (n == 0)
			chain_noise(&c, spanning);
		else
			chain_finish(&c);
	}
}

static void
begin(void)
{
	struct wal w = WAL_INIT;

	store_open(&store, "zstd", MB);
	cr_assert_eq(wa_config_set(store.cfg, "wal-check", "full", &err), 0);
	chain_begin(&c, &w);
}

static void
end(void)
{
	store_close(&store);
	chain_free(&c);
	folder_remove();
}

TestSuite(wal_neighbour, .init = begin, .fini = end);

static int
push(const char *path)
{
	return wa_wal_push(store.repo, SYSTEM, path, NULL, &err);
}

/* What the label of the segment says of its records. */
static const wa_wal_records *
label(uint64_t number)
{
	cr_assert_eq(wa_wal_stat(&facts, store.repo, SYSTEM,
			 chain_name(&c, number), &err),
	    0, "%s", err.text);
	return &facts.records;
}

static uint64_t
push_alone(uint64_t number, int remove_others)
{
	const char *path = chain_file(&c, number, "");
	uint64_t count;

	cr_assert_eq(push(path), 0, "%s", err.text);
	count = label(number)->count;
	if (remove_others)
		cr_assert_eq(unlink(path), 0);
	return count;
}

static void
forget(uint64_t number)
{
	cr_assert_eq(unlink(object_path(SYSTEM, chain_name(&c, number))), 0);
}

Test(wal_neighbour, the_beginning_comes_from_the_file_beside)
{
	uint64_t without, with;

	make_three(500);
	without = push_alone(FIRST + 1, 0);
	cr_expect_eq(label(FIRST + 1)->cut, 1, "there is none");
	forget(FIRST + 1);
	(void)chain_file(&c, FIRST, "");
	with = push_alone(FIRST + 1, 0);
	cr_expect_eq(label(FIRST + 1)->cut, 0);
	cr_expect_eq(with, without + 1);
	cr_expect_eq(label(FIRST + 1)->commits, 1, "and no other is counted");
}

Test(wal_neighbour, or_else_from_the_repository)
{
	uint64_t first;

	make_three(500);
	first = push_alone(FIRST, 1);
	cr_expect_eq(label(FIRST)->open, c.start + MB - 104);
	cr_expect_eq(label(FIRST)->commits, 1);
	push_alone(FIRST + 1, 1);
	cr_expect_eq(label(FIRST + 1)->cut, 0);
	cr_expect_eq(label(FIRST + 1)->commits, 1);
	push_alone(FIRST + 2, 1);
	cr_expect_eq(label(FIRST + 2)->cut, 0);
	cr_expect_gt(first, 100);
}

/* What is beside it may be anything; then the repository is asked. */
Test(wal_neighbour, a_neighbour_that_does_not_fit_is_not_believed)
{
	const char *beside;
	uint8_t *data;
	size_t size;

	make_three(500);
	push_alone(FIRST, 1);
	beside = chain_file(&c, FIRST, "");
	data = file_get(beside, &size);
	data[MB - 104 + 30] ^= 1;
	file_put(beside, data, MB);
	cr_assert_eq(push(chain_file(&c, FIRST + 1, "")), 2,
	    "beside it is a damaged one, with its beginning: %s", err.text);
	cr_assert_eq(
	    unlink(object_path(SYSTEM, "000000010000000000000006.damaged")), 0);
	memset(data + MB - 8192, 0, 8192);
	file_put(beside, data, MB);
	push_alone(FIRST + 1, 0);
	cr_expect_eq(label(FIRST + 1)->cut, 0, "zeros");
	forget(FIRST + 1);
	file_put(beside, data, MB / 2);
	push_alone(FIRST + 1, 0);
	cr_expect_eq(label(FIRST + 1)->cut, 0, "half of it");
	forget(FIRST + 1);
	text_put(beside, "rubbish");
	push_alone(FIRST + 1, 0);
	cr_expect_eq(label(FIRST + 1)->cut, 0, "rubbish");
	forget(FIRST + 1);
	forget(FIRST);
	push_alone(FIRST + 1, 0);
	cr_expect_eq(label(FIRST + 1)->cut, 1, "nor is it stored");
	free(data);
}

/* Beside it is a segment 5 of another life, in the middle of another record. */
Test(wal_neighbour, a_record_that_does_not_go_on_is_damage)
{
	struct wal w = WAL_INIT;
	struct chain other;

	make_three(500);
	w.seed = 99;
	chain_begin(&other, &w);
	chain_to(&other, other.start + MB - 104);
	chain_noise(&other, 700);
	(void)chain_file(&other, FIRST, "");
	cr_expect_eq(push(chain_file(&c, FIRST + 1, "")), 2, "another length");
	chain_free(&other);
	chain_begin(&other, &w);
	chain_to(&other, other.start + MB - 104);
	chain_noise(&other, 104);
	(void)chain_file(&other, FIRST, "");
	cr_expect_eq(push(chain_file(&c, FIRST + 1, "")), 2, "none at all");
	cr_expect_not_null(
	    strstr(err.text, "damaged record at"), "%s", err.text);
	chain_free(&other);
}

Test(wal_neighbour, pages_are_gone_back_until_a_record_begins)
{
	chain_to(&c, c.start + MB - 50000);
	chain_commit(&c, 700, NOON);
	chain_noise(&c, 100000);
	chain_commit(&c, 701, NOON);
	chain_finish(&c);
	(void)chain_file(&c, FIRST, "");
	push_alone(FIRST + 1, 0);
	cr_expect_eq(label(FIRST + 1)->cut, 0);
	cr_expect_eq(label(FIRST + 1)->commits, 1);
	cr_expect_eq(label(FIRST + 1)->first_xid, 701);
}

Test(wal_neighbour, a_record_may_be_larger_than_a_segment)
{
	chain_to(&c, c.start + MB - 50000);
	chain_noise(&c, 2 * MB);
	chain_commit(&c, 701, NOON);
	chain_finish(&c);
	(void)chain_file(&c, FIRST, "");
	(void)chain_file(&c, FIRST + 1, "");
	push_alone(FIRST + 2, 0);
	cr_expect_eq(label(FIRST + 2)->cut, 0, "from the files beside");
	cr_expect_gt(label(FIRST + 2)->count, 1);
	push_alone(FIRST + 1, 0);
	cr_expect_eq(label(FIRST + 1)->count, 0);
	cr_expect_lt(label(FIRST + 1)->open, c.start + MB);
	cr_expect_gt(label(FIRST + 1)->open, c.start);
	cr_expect_eq(label(FIRST + 1)->walked, WA_WALKED);
}

/* The damage is in the first half: it is told with the segment where the record
 * ends. */
Test(wal_neighbour, a_spanning_record_is_checked_as_a_whole)
{
	make_three(500);
	c.data[MB - 104 + 40] ^= 1;
	cr_assert_eq(push(chain_file(&c, FIRST, "")), 0, "%s", err.text);
	cr_assert_eq(push(chain_file(&c, FIRST + 1, "")), 2, "%s", err.text);
	cr_expect_eq(err.code, WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, "0/5FFF98"), "%s", err.text);
}

static const char *
scanned_is_label(const char *name)
{
	wa_wal_records *scanned = malloc(sizeof(*scanned));
	const wa_wal_records *r = &facts.records;
	const char *why = NULL;

	cr_assert_eq(
	    wa_wal_scan(scanned, store.repo, SYSTEM, name, 0, NULL, NULL, &err),
	    0, "%s", err.text);
	if (scanned->count != r->count || scanned->commits != r->commits)
		why = "counts";
	else if (scanned->end != r->end || scanned->open != r->open)
		why = "positions";
	else if (scanned->cut != r->cut || scanned->walked != r->walked)
		why = "walks";
	free(scanned);
	return why;
}

Test(wal_neighbour, a_scan_finds_what_the_label_says)
{
	uint64_t n;

	make_three(3000);
	for (n = FIRST; n < FIRST + 3; n++) {
		push_alone(n, 1);
		cr_expect_null(scanned_is_label(chain_name(&c, n)), "%d: %s",
		    (int)n, scanned_is_label(chain_name(&c, n)));
	}
}
