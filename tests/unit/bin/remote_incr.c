/* remote_incr.c - whole files out of what changed, beside a flow and a prior
 * that are made up. */
#include "config.h"

#include "remote_incr.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backup_check.h"
#include "remote_pages.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define MAGIC 0xd3ae1f0du
#define PAGE REMOTE_PAGE
#define MOST 12 /* pages */

static struct world {
	uint32_t prior; /* pages of the prior's file */
	uint64_t size;  /* of the file that was begun */
	uint8_t out[MOST * PAGE];
	size_t used;
	int begun, refers;
} world;

static struct backup_item item;

struct backup_item *
backup_item_new(enum backup_way way, const wa_set_file *file, wa_error *err)
{
	(void)err;
	item.way = way;
	item.file = *file;
	return &item;
}

struct backup_item *
backup_refer(struct backup_item *to, const wa_set_file *known, wa_error *err)
{
	(void)known;
	(void)err;
	return to;
}

int
backup_flow_put(
    struct backup_flow *flow, struct backup_item *put, wa_error *err)
{
	(void)flow;
	(void)err;
	world.refers += put->way == BACKUP_REFER;
	return 0;
}

int
backup_flow_begin(
    struct backup_flow *flow, struct backup_item *begun, wa_error *err)
{
	(void)flow;
	(void)err;
	world.begun++;
	world.size = begun->file.size;
	return 0;
}

int
backup_flow_bytes(
    struct backup_flow *flow, const void *buf, size_t size, wa_error *err)
{
	(void)flow;
	(void)err;
	cr_assert_leq(world.used + size, world.size);
	memcpy(world.out + world.used, buf, size);
	world.used += size;
	return 0;
}

int
remote_prior_find(wa_set_file *out, struct remote_prior *prior,
    const char *path, wa_error *err)
{
	(void)prior;
	(void)err;
	memset(out, 0, sizeof(*out));
	out->size = (uint64_t)world.prior * PAGE;
	return strcmp(path, "base/1/2") == 0;
}

int
remote_pages_open(struct remote_pages **out, wa_repo *repo, wa_error *err)
{
	(void)out;
	(void)repo;
	(void)err;
	return 0;
}

void
remote_pages_close(struct remote_pages *pages)
{
	(void)pages;
}

void
remote_pages_of(struct remote_pages *pages, const wa_set_file *file)
{
	(void)pages;
	(void)file;
}

int
remote_pages_get(const void **page, struct remote_pages *pages, uint32_t block,
    wa_error *err)
{
	static uint8_t bytes[PAGE];

	(void)pages;
	(void)err;
	memset(bytes, block < world.prior ? 'p' : 0, PAGE);
	*page = bytes;
	return 0;
}

struct file_case {
	const char *changed; /* digits: the blocks that come */
	uint32_t kept, prior;
	const char *want; /* a letter a page: of prior, tar, or zeros */
};

static const struct file_case cases[] = {
	{ "", 3, 3, "refers" },
	{ "", 0, 0, "refers" },
	{ "", 2, 3, "pp" },
	{ "", 4, 3, "ppp0" },
	{ "", 0, 3, "" },
	{ "0", 1, 1, "t" },
	{ "0", 3, 3, "tpp" },
	{ "2", 3, 3, "ppt" },
	{ "1", 3, 3, "ptp" },
	{ "02", 4, 4, "tptp" },
	{ "34", 3, 3, "ppptt" },
	{ "5", 3, 3, "ppp00t" },
	{ "4", 2, 8, "pp00t" },
	{ "4", 6, 2, "pp00t0" },
	{ "0123", 4, 4, "tttt" },
};

static uint8_t *
add_number(uint8_t *to, uint32_t n)
{
	size_t i;

	for (i = 0; i < 4; i++)
		*to++ = (uint8_t)(n >> 8 * i);
	return to;
}

/* As a server sends it. */
static size_t
make(uint8_t *to, const struct file_case *c)
{
	size_t n = strlen(c->changed), i;
	uint8_t *p = add_number(to, MAGIC);

	p = add_number(add_number(p, (uint32_t)n), c->kept);
	for (i = 0; i < n; i++)
		p = add_number(p, (uint32_t)(c->changed[i] - '0'));
	if (n == 0)
		return (size_t)(p - to);
	memset(p, 0, (size_t)(to + PAGE - p));
	memset(to + PAGE, 't', n * PAGE);
	return PAGE + n * PAGE;
}

/* In pieces of so many bytes. */
static int
feed(struct remote_incr *incr, const uint8_t *bytes, size_t size, size_t piece,
    wa_error *err)
{
	wa_set_file file = { .path = "base/1/2" };
	size_t at, n;
	int rc = remote_incr_begin(incr, &file, size, err);

	for (at = 0; rc == 0 && at < size; at += n) {
		n = size - at < piece ? size - at : piece;
		rc = remote_incr_bytes(incr, bytes + at, n, err);
	}
	return rc < 0 ? rc : remote_incr_end(incr, err);
}

/* A letter a page, all of whose bytes are the same. */
static void
describe(char *text)
{
	size_t i, k;

	for (i = 0; i * PAGE < world.used; i++) {
		const uint8_t *page = world.out + i * PAGE;

		text[i] = page[0] == 0 ? '0' : (char)page[0];
		for (k = 0; k < PAGE; k++)
			if (page[k] != page[0])
				text[i] = '?';
	}
	(void)strcpy(text + i, world.refers ? "refers" : "");
}

static struct remote_incr *
begin(uint32_t prior)
{
	struct remote_incr *incr = NULL;
	wa_error err = WA_ERROR_INIT;

	memset(&world, 0, sizeof(world));
	world.prior = prior;
	cr_assert_eq(remote_incr_open(&incr, NULL, NULL, NULL, &err), 0);
	return incr;
}

Test(remote_incr, makes_a_file_whole)
{
	static const size_t pieces[] = { 1, 7, 512, 8192, 10000, 1 << 20 };
	static uint8_t bytes[(MOST + 1) * PAGE];
	size_t i, k;

	for (i = 0; i < COUNT(cases); i++)
		for (k = 0; k < COUNT(pieces); k++) {
			struct remote_incr *incr = begin(cases[i].prior);
			size_t size = make(bytes, &cases[i]);
			wa_error err = WA_ERROR_INIT;
			char got[MOST + 8];
			int rc = feed(incr, bytes, size, pieces[k], &err);

			describe(got);
			cr_expect_eq(rc, 0, "case %zu: %s", i, err.text);
			cr_expect_str_eq(got, cases[i].want,
			    "case %zu, pieces of %zu: %s", i, pieces[k], got);
			cr_expect_eq(world.used, world.size);
			cr_expect_eq(world.begun, !world.refers);
			remote_incr_close(incr);
		}
}

struct broken_case {
	uint32_t head[5]; /* magic, count, kept, two numbers */
	size_t size;
};

static const struct broken_case broken[] = {
	{ { MAGIC + 1, 0, 1 }, 12 },
	{ { MAGIC, 0, 1 }, 8 },
	{ { MAGIC, 0, 1 }, 0 },
	{ { MAGIC, 0, 1 }, 13 },
	{ { MAGIC, 0, 131073 }, 12 },
	{ { MAGIC, 0, UINT32_MAX }, 12 },
	{ { MAGIC, 1, 1, 0 }, PAGE },
	{ { MAGIC, 1, 1, 0 }, 3 * PAGE },
	{ { MAGIC, 1, 1, 0 }, 16 + PAGE },
	{ { MAGIC, 1, 1, 131072 }, 2 * PAGE },
	{ { MAGIC, 1, 1, UINT32_MAX }, 2 * PAGE },
	{ { MAGIC, UINT32_MAX, 1, 0 }, 2 * PAGE },
	{ { MAGIC, 131073, 1, 0 }, 2 * PAGE },
	{ { MAGIC, 2, 3, 1, 1 }, 3 * PAGE },
	{ { MAGIC, 2, 3, 2, 1 }, 3 * PAGE },
};

Test(remote_incr, takes_nothing_else)
{
	static uint8_t bytes[4 * PAGE];
	size_t i, k;

	for (i = 0; i < COUNT(broken); i++) {
		struct remote_incr *incr = begin(3);
		wa_error err = WA_ERROR_INIT;
		uint8_t *p = bytes;
		int rc;

		for (k = 0; k < COUNT(broken[i].head); k++)
			p = add_number(p, broken[i].head[k]);
		rc = feed(incr, bytes, broken[i].size, 512, &err);
		cr_expect_eq(rc, WA_ECORRUPT, "case %zu: %d", i, rc);
		cr_expect_eq(world.begun + world.refers, 0, "case %zu", i);
		remote_incr_close(incr);
	}
}

Test(remote_incr, is_of_a_file_that_the_prior_has)
{
	struct remote_incr *incr = begin(3);
	wa_set_file file = { .path = "base/1/3" };
	wa_error err = WA_ERROR_INIT;

	cr_expect_eq(remote_incr_begin(incr, &file, 12, &err), WA_ECORRUPT);
	remote_incr_close(incr);
}

Test(remote_incr, knows_its_files_by_their_names)
{
	static const struct {
		const char *path, *whole; /* NULL: none */
	} names[] = {
		{ "base/1/INCREMENTAL.2", "base/1/2" },
		{ "INCREMENTAL.a", "a" },
		{ "base/1/INCREMENTAL.2_vm", "base/1/2_vm" },
		{ "base/1/2", NULL },
		{ "base/INCREMENTAL.1/2", NULL },
		{ "base/1/INCREMENTAL.", NULL },
		{ "base/1/XINCREMENTAL.2", NULL },
		{ "INCREMENTAL", NULL },
	};
	char buf[64];
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		int found = remote_incr_path(buf, names[i].path);

		cr_expect_eq(found, names[i].whole != NULL, "case %zu", i);
		cr_expect(!found || strcmp(buf, names[i].whole) == 0);
	}
}

Test(remote_incr, makes_a_label_that_a_server_starts_from)
{
	char text[] = "START WAL LOCATION: 0/2000028\n"
		      "INCREMENTAL FROM LSN: 0/1000028\n"
		      "INCREMENTAL FROM TLI: 1\nLABEL: INCREMENTAL FROM a\n";

	remote_incr_label(text);
	cr_expect_str_eq(
	    text, "START WAL LOCATION: 0/2000028\nLABEL: INCREMENTAL FROM a\n");
}
