/* set_line.c - a file of a set as a line of JSON. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sys.h"
#include "sets.h"

#define SET "20261121T031500ZF"
#define OTHER "20261120T031500ZF"
#define XXH "00112233445566778899aabbccddeeff"

static struct wa_line_buffer buffer;
static struct wa_set_line line;
static wa_error err;

static void
end(void)
{
	wa_sys_hook = NULL;
	wa_line_buffer_free(&buffer);
	wa_set_line_clear(&line);
}

TestSuite(set_line, .fini = end);

static int
parse(const char *text)
{
	err.text[0] = '\0';
	return wa_set_line_parse(&line, text, strlen(text), SET, &err);
}

static int
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
round_trip(const wa_set_file *f)
{
	const wa_set_file *g = &line.file;

	cr_assert_eq(wa_set_line_format(&buffer, f, &err), 0);
	cr_assert_eq(buffer.text[buffer.used - 1], '\n');
	cr_assert_null(memchr(buffer.text, '\n', buffer.used - 1));
	cr_assert_eq(
	    wa_set_line_parse(&line, buffer.text, buffer.used - 1, SET, &err),
	    0, "%s", err.text);
	cr_expect_eq(g->kind, f->kind);
	cr_expect_eq(g->mode, f->mode);
	cr_expect_str_eq(g->path, f->path);
	cr_expect(same(g->to, f->to));
	cr_expect(same(g->user, f->user));
	cr_expect(same(g->group, f->group));
	cr_expect_eq(g->mtime, f->mtime, "%lld", (long long)g->mtime);
	if (f->kind != WA_FILE_REGULAR)
		return;
	cr_expect_eq(g->size, f->size);
	cr_expect_eq(g->ctime, f->ctime);
	cr_expect_eq(g->inode, f->ctime == 0 ? 0 : f->inode);
	cr_expect_str_eq(g->xxh128, f->xxh128);
	cr_expect_eq(g->crc32c, f->crc32c);
	cr_expect_str_eq(g->in, f->in == NULL ? SET : f->in);
	cr_expect_eq(g->part, f->part);
	cr_expect_eq(g->at, f->at);
	cr_expect_eq(g->bad_pages, f->bad_pages);
	cr_assert_eq(g->frame_count, f->frame_count);
	cr_expect_eq(
	    memcmp(g->frames, f->frames, f->frame_count * sizeof(*f->frames)),
	    0);
}

Test(set_line, tells_every_fact)
{
	static const uint32_t frames[] = { 1, 70000, (1 << 20) + 33000 };
	wa_set_file f = { .mode = 0640,
		.path = "base/1/\xC3\xA4 \"\\\b\n\x01",
		.to = "/else where/\xF0\x9F\x90\x98",
		.user = "postgres",
		.group = "\xC3\xA4",
		.size = 2 * WA_SET_CHUNK + 1,
		.mtime = INT64_C(1795230900123456789),
		.ctime = INT64_C(1795230900999999999),
		.inode = UINT64_C(0x7FFFFFFFFFFFFFFF),
		.xxh128 = XXH,
		.crc32c = 0xFFFFFFFF,
		.in = OTHER,
		.part = 99999,
		.at = UINT64_C(0x7FFFFFFFFFFFFFFF),
		.frames = frames,
		.frame_count = 3,
		.bad_pages = 7 };

	round_trip(&f);
	f.in = NULL;
	f.to = f.user = f.group = NULL;
	f.ctime = 0;
	f.bad_pages = 0;
	f.crc32c = 1;
	f.mode = 07777;
	round_trip(&f);
	f.mtime = -1;
	f.ctime = -1000000001;
	round_trip(&f);
	f.size = 0;
	f.frame_count = 1;
	round_trip(&f);
}

Test(set_line, tells_of_folders_and_links)
{
	wa_set_file f = { .kind = WA_FILE_FOLDER, .path = "pg_tblspc/5" };

	round_trip(&f);
	f.to = "/ts";
	f.mode = 0700;
	round_trip(&f);
	f.kind = WA_FILE_LINK;
	round_trip(&f);
}

Test(set_line, of_names_that_are_no_utf8)
{
	char every[256];
	wa_set_file f = { .kind = WA_FILE_LINK, .path = every, .to = "\xFF" };
	int i;

	for (i = 1; i < 256; i++)
		every[i - 1] = (char)(i == '/' ? 'x' : i);
	every[255] = '\0';
	round_trip(&f);
	cr_expect_not_null(strstr(buffer.text, "\"path-hex\":\"0102"));
	f.path = "\xC3\xA4\xC3";
	f.user = "l\xE4tin";
	cr_assert_eq(wa_set_line_format(&buffer, &f, &err), 0);
	cr_assert_eq(
	    wa_set_line_parse(&line, buffer.text, buffer.used - 1, SET, &err),
	    0);
	cr_expect_str_eq(line.file.path, f.path);
	cr_expect_null(line.file.user, "such an owner is not told");
}

/* An inode may have its highest bit set; the file is just looked at again. */
Test(set_line, of_an_inode_that_does_not_fit)
{
	static const uint32_t one = 1;
	wa_set_file f = { .path = "a",
		.xxh128 = XXH,
		.part = 1,
		.ctime = 5,
		.inode = UINT64_MAX,
		.frames = &one,
		.frame_count = 1 };

	cr_assert_eq(wa_set_line_format(&buffer, &f, &err), 0);
	cr_assert_eq(
	    wa_set_line_parse(&line, buffer.text, buffer.used - 1, SET, &err),
	    0);
	cr_expect_eq(line.file.ctime, 0);
}

static const struct path {
	const char *path;
	int valid;
} paths[] = { { "a", 1 }, { "a/b", 1 }, { "...", 1 }, { "..a/b.", 1 },
	{ ".a", 1 }, { "a b", 1 }, { "", 0 }, { "/", 0 }, { "/a", 0 },
	{ "a/", 0 }, { "a//b", 0 }, { ".", 0 }, { "..", 0 }, { "./a", 0 },
	{ "a/.", 0 }, { "../a", 0 }, { "a/..", 0 }, { "a/../b", 0 },
	{ "a/./b", 0 }, { "//", 0 } };

Test(set_line, a_path_stays_below_its_folder)
{
	char *text = malloc(5000);
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		cr_expect_eq(wa_set_path_valid(paths[i].path), paths[i].valid,
		    "%s", paths[i].path);
	memset(text, 'a', 5000);
	for (i = 100; i < 5000; i += 100)
		text[i] = '/';
	text[4095] = '\0';
	cr_expect(wa_set_path_valid(text));
	text[4095] = 'a';
	text[4096] = '\0';
	cr_expect_not(wa_set_path_valid(text), "PATH_MAX has its NUL");
	free(text);
}

/* A good line; each of the following changes one member of it. */
#define PATH "\"path\":\"base/1\""
#define MTIME "\"mtime\":[5,7]"
#define MODE "\"mode\":\"0600\""
#define SIZE "\"size\":5"
#define SUMS "\"xxh128\":\"" XXH "\",\"crc32c\":\"0000000a\""
#define PART "\"part\":1"
#define AT "\"at\":4096"
#define FRAMES "\"frames\":[20]"
#define GOOD                                                                   \
	"{" PATH "," MTIME "," MODE "," SIZE "," SUMS "," PART "," AT          \
	"," FRAMES "}"

static const struct change {
	const char *was, *is;
} bad[] = {
	{ PATH ",", "" },
	{ PATH, "\"path\":5" },
	{ PATH, "\"path\":null" },
	{ PATH, "\"path\":\"\"" },
	{ PATH, "\"path\":\"/etc/passwd\"" },
	{ PATH, "\"path\":\"..\"" },
	{ PATH, "\"path\":\"../x\"" },
	{ PATH, "\"path\":\"a/../../x\"" },
	{ PATH, "\"path\":\"a/..\"" },
	{ PATH, "\"path\":\"a/\"" },
	{ PATH, "\"path\":\"a//b\"" },
	{ PATH, "\"path\":\".\"" },
	{ PATH, "\"path\":\"a\\u0000b\"" },
	{ PATH, "\"path\":\"\\u0000\"" },
	{ PATH, "\"path\":\"\xFF\"" },
	{ PATH, "\"path\":\"\\ud800\"" },
	{ PATH, "\"path-hex\":\"\"" },
	{ PATH, "\"path-hex\":\"6\"" },
	{ PATH, "\"path-hex\":\"6g\"" },
	{ PATH, "\"path-hex\":\"610062\"" },
	{ PATH, "\"path-hex\":\"2e2e\"" },
	{ PATH, "\"path-hex\":\"2f61\"" },
	{ PATH, "\"path-hex\":\"612f2e2e2f62\"" },
	{ PATH, "\"path-hex\":\" 161\"" },
	{ PATH, "\"path-hex\":\"+161\"" },
	{ PATH, "\"path-hex\":[\"61\"]" },
	{ PATH, PATH ",\"type\":\"device\"" },
	{ PATH, PATH ",\"type\":\"fifo\"" },
	{ PATH, PATH ",\"type\":\"file\"" },
	{ PATH, PATH ",\"type\":\"\"" },
	{ PATH, PATH ",\"type\":7" },
	{ PATH, PATH ",\"type\":\"link\"" },
	{ PATH, PATH ",\"type\":\"link\",\"to\":5" },
	{ PATH, PATH ",\"type\":\"link\",\"to\":\"a\\u0000b\"" },
	{ PATH, PATH ",\"type\":\"link\",\"to-hex\":\"00\"" },
	{ MTIME ",", "" },
	{ MTIME, "\"mtime\":5" },
	{ MTIME, "\"mtime\":[5]" },
	{ MTIME, "\"mtime\":[5,6,7]" },
	{ MTIME, "\"mtime\":[5,-1]" },
	{ MTIME, "\"mtime\":[5,1000000000]" },
	{ MTIME, "\"mtime\":[9223372036854775807,0]" },
	{ MTIME, "\"mtime\":[-9223372036854775807,0]" },
	{ MTIME, "\"mtime\":[\"5\",\"7\"]" },
	{ MTIME, "\"mtime\":[5.5,7]" },
	{ MODE ",", "" },
	{ MODE, "\"mode\":384" },
	{ MODE, "\"mode\":\"600\"" },
	{ MODE, "\"mode\":\"00600\"" },
	{ MODE, "\"mode\":\"0800\"" },
	{ SIZE ",", "" },
	{ SIZE, "\"size\":-1" },
	{ SIZE, "\"size\":5.0" },
	{ SIZE, "\"size\":\"5\"" },
	{ SIZE, "\"size\":9223372036854775808" },
	{ SIZE, "\"size\":4611686018427387904" },
	{ SIZE, "\"size\":9223372036854775807" },
	{ SIZE, "\"size\":1048577" },
	{ SUMS ",", "" },
	{ "\"xxh128\":\"0", "\"xxh128\":\"A" },
	{ "\"xxh128\":\"0", "\"xxh128\":\"" },
	{ "\"xxh128\":\"0", "\"xxh128\":\"00" },
	{ "\"crc32c\":\"0", "\"crc32c\":\"" },
	{ "\"crc32c\":\"0", "\"crc32c\":\"x" },
	{ "\"crc32c\":\"0", "\"crc32c\":\"00" },
	{ PART ",", "" },
	{ PART, "\"part\":0" },
	{ PART, "\"part\":-1" },
	{ PART, "\"part\":100000" },
	{ PART, "\"part\":4294967297" },
	{ PART, "\"part\":\"1\"" },
	{ AT ",", "" },
	{ AT, "\"at\":-1" },
	{ AT, "\"at\":null" },
	{ "," FRAMES, "" },
	{ FRAMES, "\"frames\":20" },
	{ FRAMES, "\"frames\":[]" },
	{ FRAMES, "\"frames\":[20,20]" },
	{ FRAMES, "\"frames\":[0]" },
	{ FRAMES, "\"frames\":[-1]" },
	{ FRAMES, "\"frames\":[\"20\"]" },
	{ FRAMES, "\"frames\":[20.5]" },
	{ FRAMES, "\"frames\":[2000000]" },
	{ FRAMES, "\"frames\":[4294967316]" },
	{ FRAMES, FRAMES ",\"in\":\"\"" },
	{ FRAMES, FRAMES ",\"in\":\"../../etc\"" },
	{ FRAMES, FRAMES ",\"in\":\"20261121T031500ZD\"" },
	{ FRAMES, FRAMES ",\"in\":5" },
	{ FRAMES, FRAMES ",\"in\":null" },
	{ FRAMES, FRAMES ",\"bad-pages\":-1" },
	{ FRAMES, FRAMES ",\"bad-pages\":4294967296" },
	{ FRAMES, FRAMES "," FRAMES },
	{ FRAMES, FRAMES ",\"size\":6" },
	{ "}", "},{}" },
	{ "}", "" },
	{ "}", "}}" },
	{ "{", "[" },
	{ "{", "" },
};

static void
replace(char *out, size_t room, const struct change *c)
{
	const char *at = strstr(GOOD, c->was);

	cr_assert_not_null(at, "%s", c->was);
	(void)snprintf(out, room, "%.*s%s%s", (int)(at - GOOD), GOOD, c->is,
	    at + strlen(c->was));
}

Test(set_line, that_is_not_right_in_every_member_is_corrupt)
{
	char text[1000];
	size_t i;

	cr_assert_eq(parse(GOOD), 0, "%s", err.text);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		replace(text, sizeof(text), &bad[i]);
		cr_expect_eq(parse(text), WA_ECORRUPT, "%s", text);
		cr_expect_neq(err.text[0], '\0');
	}
}

static const struct change good[] = {
	{ PATH, "\"path-hex\":\"ff\"" },
	{ PATH, PATH ",\"to\":\"/x\"" },
	{ PATH, PATH ",\"more\":{\"of\":[\"later\"]}" },
	{ MTIME, "\"mtime\":[-5,999999999]" },
	{ SIZE, "\"size\":0" },
	{ SIZE, "\"size\":1048576" },
	{ PART, "\"part\":99999" },
	{ FRAMES, "\"frames\":[1]" },
	{ FRAMES, FRAMES ",\"in\":\"" OTHER "\"" },
	{ FRAMES, FRAMES ",\"ctime\":[5,7],\"inode\":7" },
	{ FRAMES, FRAMES ",\"ctime\":[5,-7],\"inode\":7" },
	{ FRAMES, FRAMES ",\"ctime\":7,\"inode\":-7" },
};

Test(set_line, that_is_right_or_says_more_is_taken)
{
	char text[1000];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		replace(text, sizeof(text), &good[i]);
		cr_expect_eq(parse(text), 0, "%s: %s", text, err.text);
	}
}

Test(set_line, that_is_no_json_is_corrupt)
{
	static const char *const texts[] = { "", " ", "null", "5", "\"x\"",
		"[]", "{", "{}", "{\"end\":{\"files\":1}}", "\xFF\xFE",
		"{\"path\"}" };
	char *deep = malloc(2000000);
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_expect_eq(parse(texts[i]), WA_ECORRUPT, "%s", texts[i]);
	memset(deep, '[', 1999999);
	deep[1999999] = '\0';
	cr_expect_eq(parse(deep), WA_ECORRUPT);
	for (i = 0; i + 5 < 1999999; i += 5)
		memcpy(deep + i, "{\"a\":", 5);
	cr_expect_eq(parse(deep), WA_ECORRUPT);
	cr_expect_eq(
	    wa_set_line_parse(&line, "{\"path\":\"a\0\"}", 13, SET, &err),
	    WA_ECORRUPT);
	free(deep);
}

static int
no_memory(const char *call)
{
	return strcmp(call, "malloc") == 0 ? ENOMEM : 0;
}

/* A line without its path would make the whole set unreadable. */
Test(set_line, is_not_made_when_there_is_no_memory)
{
	wa_set_file f = { .kind = WA_FILE_FOLDER, .path = "\xFF" };
	int rc;

	cr_assert_eq(wa_set_line_format(&buffer, &f, &err), 0);
	wa_sys_hook = no_memory;
	rc = wa_set_line_format(&buffer, &f, &err);
	cr_expect_eq(rc, WA_ENOMEM);
	rc = wa_set_line_parse(&line, buffer.text, buffer.used - 1, SET, &err);
	cr_expect_eq(rc, WA_ENOMEM);
	cr_expect_eq(parse(GOOD), WA_ENOMEM, "nor is it called damaged");
}
