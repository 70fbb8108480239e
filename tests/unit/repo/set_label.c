/* set_label.c - what sets are called, and what a manifest's label says. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/names.h"
#include "repo/set_label.h"
#include "sets.h"

static struct store store;
static wa_error err;

static void
begin(void)
{
	store_open(&store, "zstd", MB);
}

static void
end(void)
{
	store_close(&store);
	folder_remove();
}

TestSuite(set_label, .init = begin, .fini = end);

static const struct name {
	const char *label;
	int valid;
	int64_t time;
} names[] = {
	{ "20261121T031500ZF", 1, 1795230900 },
	{ "20261121T031500ZF_20261122T031500ZD", 1, 1795317300 },
	{ "20261121T031500ZF_20261122T031501ZI", 1, 1795317301 },
	{ "19700101T000000ZF", 1, 0 },
	{ "20240229T235959ZF", 1, 1709251199 },
	{ "20230229T235959ZF", 0, 0 },
	{ "20261321T031500ZF", 0, 0 },
	{ "20260021T031500ZF", 0, 0 },
	{ "20261100T031500ZF", 0, 0 },
	{ "20261121T241500ZF", 0, 0 },
	{ "20261121T036000ZF", 0, 0 },
	{ "20261121T031560ZF", 0, 0 },
	{ "99999999T999999ZF", 0, 0 },
	{ "20261121T031500ZF_99999999T999999ZD", 0, 0 },
	{ "", 0, 0 },
	{ "20261121T031500Z", 0, 0 },
	{ "20261121T031500ZD", 0, 0 },
	{ "20261121T031500ZI", 0, 0 },
	{ "20261121T031500Zf", 0, 0 },
	{ "20261121T031500ZFF", 0, 0 },
	{ "20261121T031500ZF_", 0, 0 },
	{ "20261121T031500ZF_20261122T031500ZF", 0, 0 },
	{ "20261121T031500ZD_20261122T031500ZI", 0, 0 },
	{ "20261121T031500ZF-20261122T031500ZD", 0, 0 },
	{ "20261121T031500ZF_20261122T031500ZDx", 0, 0 },
	{ "20261121t031500ZF", 0, 0 },
	{ "2026112 T031500ZF", 0, 0 },
	{ "+0261121T031500ZF", 0, 0 },
	{ "../../../../../xF", 0, 0 },
};

Test(set_label, is_a_time_and_a_letter)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct name *n = &names[i];

		cr_expect_eq(
		    wa_set_label_valid(n->label), n->valid, "%s", n->label);
		if (n->valid)
			cr_expect_eq(wa_set_label_time(n->label), n->time, "%s",
			    n->label);
	}
}

Test(set_label, is_made_as_it_is_read)
{
	char full[WA_SET_LABEL_SIZE], incr[WA_SET_LABEL_SIZE],
	    diff[WA_SET_LABEL_SIZE];

	wa_set_label_make(full, WA_SET_FULL, "", 1795230900);
	cr_expect_str_eq(full, "20261121T031500ZF");
	wa_set_label_make(diff, WA_SET_DIFF, full, 1795317300);
	cr_expect_str_eq(diff, "20261121T031500ZF_20261122T031500ZD");
	wa_set_label_make(incr, WA_SET_INCR, diff, 1795317301);
	cr_expect_str_eq(incr, "20261121T031500ZF_20261122T031501ZI",
	    "the full's own time first, whatever it is upon");
	cr_expect(wa_set_label_valid(incr));
}

/* No two bytes the same. */
static wa_set
any_set(void)
{
	wa_set s = { .label = "20261121T031500ZF_20261122T031500ZD",
		.prior = "20261121T031500ZF",
		.resumed = "20261121T031500ZF_20261122T021500ZD",
		.type = WA_SET_DIFF,
		.version = 15,
		.system_id = UINT64_C(17431170312345678901),
		.segment_size = 64 << 20,
		.timeline = 0xFFFFFFFE,
		.redo = UINT64_C(0xFFFFFFFF00000028),
		.checkpoint = 0x5000028,
		.stop = UINT64_C(0xFFFFFFFF00000138),
		.start_time = 1795230900000001,
		.stop_time = 1795230960000002,
		.files = 10,
		.size = UINT64_MAX,
		.copied = 12,
		.stored = 13,
		.parts = 14,
		.standby = 1,
		.checksums = 1,
		.bad_pages = 17 };

	return s;
}

Test(set_label, tells_all_facts_of_a_set)
{
	wa_set s = any_set(), got;
	static wa_label label;

	wa_set_to_label(&label, &s);
	cr_assert_eq(wa_label_seal(&label, &err), 0);
	cr_assert_eq(
	    wa_set_of_label(&got, &label, s.label, &err), 0, "%s", err.text);
	cr_expect_str_eq(got.label, s.label);
	cr_expect_str_eq(got.prior, s.prior);
	cr_expect_str_eq(got.resumed, s.resumed);
	cr_expect_eq(got.type, s.type);
	cr_expect_eq(got.version, s.version);
	cr_expect_eq(got.system_id, s.system_id);
	cr_expect_eq(got.segment_size, s.segment_size);
	cr_expect_eq(got.timeline, s.timeline);
	cr_expect_eq(got.redo, s.redo);
	cr_expect_eq(got.checkpoint, s.checkpoint);
	cr_expect_eq(got.stop, s.stop);
	cr_expect_eq(got.start_time, s.start_time);
	cr_expect_eq(got.stop_time, s.stop_time);
	cr_expect_eq(got.files, s.files);
	cr_expect_eq(got.size, s.size);
	cr_expect_eq(got.copied, s.copied);
	cr_expect_eq(got.stored, s.stored);
	cr_expect_eq(got.parts, s.parts);
	cr_expect_eq(got.standby, s.standby);
	cr_expect_eq(got.checksums, s.checksums);
	cr_expect_eq(got.bad_pages, s.bad_pages);
}

Test(set_label, of_another_set_is_corrupt)
{
	wa_set s = any_set(), got = { .files = 99 };
	static wa_label label;

	wa_set_to_label(&label, &s);
	cr_expect_eq(wa_set_of_label(&got, &label,
			 "20261121T031500ZF_20261122T031501ZD", &err),
	    WA_ECORRUPT);
	wa_label_begin(&label, "part");
	cr_expect_eq(wa_set_of_label(&got, &label, s.label, &err), WA_ECORRUPT);
	cr_expect_eq(got.files, 99);
}

/* What a restore divides by, and counts with. */
Test(set_label, of_values_that_cannot_be_is_corrupt)
{
	static const struct {
		uint32_t segment_size, version, timeline, standby;
	} bad[] = { { 0, 15, 1, 0 }, { 1, 15, 1, 0 }, { 3 << 20, 15, 1, 0 },
		{ 1u << 31, 15, 1, 0 }, { MB, 0, 1, 0 }, { MB, 15, 0, 0 } };
	static wa_label label;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		wa_set s = any_set(), got;

		s.segment_size = bad[i].segment_size;
		s.version = bad[i].version;
		s.timeline = bad[i].timeline;
		wa_set_to_label(&label, &s);
		cr_expect_eq(wa_set_of_label(&got, &label, s.label, &err),
		    WA_ECORRUPT, "%zu", i);
	}
}

/* Without any one of its lines but the optional ones. */
Test(set_label, that_lacks_a_line_is_corrupt)
{
	static const char *const needed[] = { "kind", "name", "prior", "system",
		"pg", "segment-size", "timeline", "redo", "checkpoint", "stop",
		"start-time", "stop-time", "files", "size", "copied", "stored",
		"parts", "standby", "checksums", "bad-pages" };
	wa_set s = any_set(), got;
	static wa_label label;
	char key[40];
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		char *line;

		wa_set_to_label(&label, &s);
		(void)snprintf(key, sizeof(key), "\n%s ", needed[i]);
		line = strstr(label.text, key);
		cr_assert_not_null(line, "%s", needed[i]);
		line[1] = '?';
		cr_expect_eq(wa_set_of_label(&got, &label, s.label, &err),
		    WA_ECORRUPT, "%s", needed[i]);
		cr_expect_neq(err.text[0], '\0');
	}
}

Test(set_label, other_folders_are_no_sets)
{
	wa_names *out = NULL;

	(void)mkdir(path_of("repo/db/backup"), 0700);
	(void)mkdir(path_of("repo/db/backup/20261121T031500ZF"), 0700);
	(void)mkdir(path_of("repo/db/backup/20261120T031500ZF"), 0700);
	(void)mkdir(path_of("repo/db/backup/99999999T999999ZF"), 0700);
	(void)mkdir(path_of("repo/db/backup/lost+found"), 0700);
	text_put(path_of("repo/db/backup/20261119T031500ZF"), "a file");
	cr_assert_eq(wa_names_new(&out, &err), 0);
	cr_assert_eq(wa_set_names(out, store.repo, &err), 0);
	cr_assert_eq(wa_names_count(out), 2);
	cr_expect_str_eq(wa_names_at(out, 0), "20261120T031500ZF");
	cr_expect_str_eq(wa_names_at(out, 1), "20261121T031500ZF");
	wa_names_free(out);
}
