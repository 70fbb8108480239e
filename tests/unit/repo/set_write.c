/* set_write.c - a set comes to exist whole, or not at all. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
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
	wa_sys_hook = NULL;
	store_close(&store);
	folder_remove();
}

TestSuite(set_write, .init = begin, .fini = end, .timeout = 120);

/* A folder of a set that many seconds from now. */
static const char *
reserve(int64_t from_now)
{
	static char label[WA_SET_LABEL_SIZE];
	char text[200];

	wa_set_label_make(
	    label, WA_SET_FULL, "", wa_sys_now() / 1000000 + from_now);
	(void)mkdir(path_of("repo/db/backup"), 0700);
	(void)snprintf(text, sizeof(text), "repo/db/backup/%s", label);
	cr_assert_eq(mkdir(path_of(text), 0700), 0);
	return label;
}

Test(set_write, labels_rise_and_are_unique)
{
	const char *before = set_make(&store, WA_SET_FULL, "");
	int i;

	for (i = 0; i < 5; i++) {
		const char *next =
		    set_make(&store, i % 2 == 0 ? WA_SET_DIFF : WA_SET_FULL,
			i % 2 == 0 ? before : "");

		cr_expect_gt(
		    wa_set_label_time(next), wa_set_label_time(before));
		before = next;
	}
	cr_expect_eq(entries(path_of("repo/db/backup")), 6);
}

Test(set_write, labels_rise_although_the_clock_goes_back)
{
	const char *ahead = reserve(1800), *label;

	label = set_make(&store, WA_SET_FULL, "");
	cr_expect_eq(wa_set_label_time(label), wa_set_label_time(ahead) + 1);
	label = set_make(&store, WA_SET_INCR, label);
	cr_expect_eq(wa_set_label_time(label), wa_set_label_time(ahead) + 2);
}

Test(set_write, a_clock_that_goes_far_back_is_an_error)
{
	wa_set facts = set_facts(WA_SET_FULL, "");
	wa_set_writer *w = NULL;

	(void)reserve(7200);
	cr_expect_eq(
	    wa_set_begin(&w, store.repo, &facts, 0, NULL, &err), WA_EUSAGE);
	cr_expect_null(w);
	cr_expect_neq(err.hint[0], '\0');
	cr_expect_eq(entries(path_of("repo/db/backup")), 1);
}

Test(set_write, two_writers_at_once_have_two_labels)
{
	wa_set_writer *a = set_writer(&store, WA_SET_FULL, "");
	wa_set_writer *b = set_writer(&store, WA_SET_FULL, "");

	cr_expect_str_neq(wa_set_writer_label(a), wa_set_writer_label(b));
	set_fill(&store, b);
	set_fill(&store, a);
	cr_expect_eq(set_read(&store, set_commit(b), &err), 10);
	cr_expect_eq(set_read(&store, set_commit(a), &err), 10);
}

Test(set_write, a_type_has_the_prior_it_must_have)
{
	static const struct {
		int type;
		const char *prior;
	} bad[] = { { WA_SET_DIFF, "" }, { WA_SET_INCR, "x" },
		{ WA_SET_INCR, "../20261121T031500ZF" },
		{ WA_SET_FULL, "20261121T031500ZF" }, { 'x', "" } };
	wa_set_writer *w = NULL;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		wa_set facts = set_facts(bad[i].type, bad[i].prior);

		cr_expect_eq(
		    wa_set_begin(&w, store.repo, &facts, 0, NULL, &err),
		    WA_EUSAGE, "%zu", i);
	}
	cr_expect_null(w);
	cr_expect_not(file_exists(path_of("repo/db/backup")));
}

Test(set_write, a_header_must_be_an_object)
{
	static const char *const bad[] = { "", "[1]", "5", "{", "x" };
	wa_set facts = set_facts(WA_SET_FULL, "");
	wa_set_writer *w = NULL;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_eq(
		    wa_set_begin(&w, store.repo, &facts, 0, bad[i], &err),
		    WA_EUSAGE, "%s", bad[i]);
	cr_expect_null(w);
}

Test(set_write, uncommitted_leaves_no_manifest)
{
	wa_set_writer *w = set_writer(&store, WA_SET_FULL, "");
	char label[WA_SET_LABEL_SIZE];

	(void)strcpy(label, wa_set_writer_label(w));
	set_fill(&store, w);
	cr_expect_eq(set_read(&store, label, &err), WA_ENOENT, "not yet");
	wa_set_writer_close(w);
	wa_set_writer_close(NULL);
	cr_expect_eq(set_read(&store, label, &err), WA_ENOENT);
	cr_expect(file_exists(set_path(label, "start")));
	cr_expect_eq(entries(set_path(label, "")), 1, "nor an unfinished part");
}

Test(set_write, is_refused_when_its_prior_went)
{
	const char *full = set_make(&store, WA_SET_FULL, "");
	wa_set_writer *w = set_writer(&store, WA_SET_INCR, full);
	wa_set facts = set_facts(WA_SET_INCR, full), made = { .files = 99 };
	char label[WA_SET_LABEL_SIZE];

	(void)strcpy(label, wa_set_writer_label(w));
	set_fill(&store, w);
	cr_assert_eq(unlink(set_path(full, "manifest")), 0);
	cr_expect_eq(wa_set_commit(&made, w, &facts, NULL, &err), WA_ENOENT);
	cr_expect_not_null(strstr(err.text, full));
	cr_expect_eq(made.files, 99);
	wa_set_writer_close(w);
	cr_expect_eq(set_read(&store, label, &err), WA_ENOENT);
	cr_expect(file_exists(set_path(label, "part-00001")), "%s", label);
}

Test(set_write, says_what_it_is)
{
	wa_set_writer *w = set_writer(&store, WA_SET_FULL, "");
	wa_set facts = set_facts(WA_SET_FULL, ""), made;
	struct stat st;

	facts.bad_pages = 3;
	facts.timeline = 7;
	set_fill(&store, w);
	cr_assert_eq(
	    wa_set_commit(&made, w, &facts, "a=b\nc=d e=f\n", &err), 0);
	wa_set_writer_close(w);
	cr_expect_eq(made.files, 6);
	cr_expect_eq(
	    made.size, 3 + 3 * WA_SET_CHUNK / 2 + 0 + 100 + 8192 + 200);
	cr_expect_eq(made.copied, made.size);
	cr_expect_eq(made.parts, 1);
	cr_expect_eq(made.bad_pages, 3);
	cr_expect_eq(made.timeline, 7);
	cr_assert_eq(stat(set_path(made.label, "part-00001"), &st), 0);
	cr_expect_eq(made.stored, (uint64_t)st.st_size);
}

/* Of what lies in another set only the line is written. */
Test(set_write, files_of_other_sets_are_not_its_own)
{
	const char *full = set_make(&store, WA_SET_FULL, "");
	wa_set_writer *w = set_writer(&store, WA_SET_INCR, full);
	wa_set facts = set_facts(WA_SET_INCR, full), made;
	wa_set_reader *r = NULL;
	wa_set_file f;

	cr_assert_eq(wa_set_open(&r, store.repo, full, &err), 0);
	while (wa_set_next(&f, r, &err) == 1)
		cr_assert_eq(wa_set_add(w, &f, &err), 0, "%s", err.text);
	wa_set_reader_close(r);
	cr_assert_eq(wa_set_commit(&made, w, &facts, NULL, &err), 0);
	wa_set_writer_close(w);
	cr_expect_eq(made.files, 6);
	cr_expect_eq(made.copied, 0);
	cr_expect_eq(made.stored, 0);
	cr_expect_eq(made.parts, 0);
	cr_expect_eq(set_read(&store, made.label, &err), 10);
	cr_expect_eq(entries(set_path(made.label, "")), 2);
}

static void
append(wa_set_writer *w, uint64_t plain, unsigned flags, uint32_t want)
{
	uint32_t part = 0;
	uint64_t at;

	cr_assert_eq(
	    wa_set_append(&part, &at, w, "frame", 5, plain, flags, &err), 0,
	    "%s", err.text);
	cr_expect_eq(part, want);
}

static void
add(wa_set_writer *w, const char *path, uint32_t part)
{
	static const uint32_t one = 5;
	wa_set_file f = { .path = path,
		.xxh128 = "00112233445566778899aabbccddeeff",
		.part = part,
		.at = 4096,
		.frames = &one,
		.frame_count = 1 };

	cr_assert_eq(wa_set_add(w, &f, &err), 0, "%s", err.text);
}

/* The lists tell what is in the parts that are finished. */
Test(set_write, a_part_ends_with_the_file_that_makes_it_a_gibibyte)
{
	wa_set_writer *w = set_writer(&store, WA_SET_FULL, "");
	wa_set_reader *r = NULL;
	char label[WA_SET_LABEL_SIZE];
	wa_set_file f;

	(void)strcpy(label, wa_set_writer_label(w));
	append(w, (1u << 30) - 1, WA_SET_NEW_FILE, 1);
	add(w, "a", 1);
	append(w, 1, WA_SET_NEW_FILE, 1);
	append(w, 1u << 30, 0, 1);
	append(w, 1, 0, 1);
	add(w, "b", 1);
	append(w, 1u << 30, WA_SET_NEW_FILE, 2);
	add(w, "c", 2);
	append(w, 1, WA_SET_NEW_FILE, 3);
	add(w, "d", 3);
	wa_set_writer_close(w);
	cr_expect(file_exists(set_path(label, "part-00002")));
	cr_expect_not(file_exists(set_path(label, "part-00003")));
	cr_assert_eq(wa_set_open_begun(&r, store.repo, label, &err), 0);
	cr_assert_eq(wa_set_next(&f, r, &err), 1, "%s", err.text);
	cr_expect_str_eq(f.path, "a");
	cr_assert_eq(wa_set_next(&f, r, &err), 1);
	cr_expect_str_eq(f.path, "b");
	cr_expect_eq(f.part, 1);
	cr_assert_eq(wa_set_next(&f, r, &err), 1);
	cr_expect_str_eq(f.path, "c");
	cr_expect_eq(f.part, 2);
	cr_expect_str_eq(f.in, label);
	cr_expect_eq(wa_set_next(&f, r, &err), 0, "d is in no finished part");
	wa_set_reader_close(r);
}

/* Such a list would promise what is not in its part. */
Test(set_write, a_file_is_listed_with_the_part_it_is_in)
{
	static const uint32_t one = 5;
	wa_set_writer *w = set_writer(&store, WA_SET_FULL, "");
	wa_set_file f = { .path = "a",
		.xxh128 = "00112233445566778899aabbccddeeff",
		.part = 1,
		.at = 4096,
		.frames = &one,
		.frame_count = 1 };

	cr_expect_eq(
	    wa_set_add(w, &f, &err), WA_EUSAGE, "nothing was appended");
	append(w, 1u << 30, WA_SET_NEW_FILE, 1);
	append(w, 1, WA_SET_NEW_FILE, 2);
	cr_expect_eq(wa_set_add(w, &f, &err), WA_EUSAGE, "of the part before");
	wa_set_writer_close(w);
}

/* A backup of hours must not fail at its end. */
Test(set_write, annotations_that_do_not_fit_are_an_error)
{
	static char text[8192];
	wa_set_writer *w = set_writer(&store, WA_SET_FULL, "");
	wa_set facts = set_facts(WA_SET_FULL, ""), made;
	char label[WA_SET_LABEL_SIZE];

	(void)strcpy(label, wa_set_writer_label(w));
	memset(text, 'a', sizeof(text) - 1);
	text[1] = '=';
	cr_expect_lt(wa_set_commit(&made, w, &facts, text, &err), 0);
	wa_set_writer_close(w);
	cr_expect_eq(set_read(&store, label, &err), WA_ENOENT);
}
