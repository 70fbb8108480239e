/* sweep_sets.c - backup sets are made whole or not at all, and are read whole or
 * with an error. */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "sweep.h"

#define LINES 5
#define GIB (UINT64_C(1) << 30)

static char prior[WA_SET_LABEL_SIZE];

static int
put(wa_set_writer *w, const char *path, uint64_t plain, wa_error *err)
{
	static const uint32_t length = 5;
	wa_set_file f = { .path = path,
		.mode = 0600,
		.size = 5,
		.xxh128 = "00112233445566778899aabbccddeeff",
		.frames = &length,
		.frame_count = 1 };
	int rc = wa_set_append(
	    &f.part, &f.at, w, "frame", 5, plain, WA_SET_NEW_FILE, err);

	return rc < 0 ? rc : wa_set_add(w, &f, err);
}

static int
put_other(wa_set_writer *w, int kind, const char *path, wa_error *err)
{
	wa_set_file f = { .kind = kind, .path = path, .to = "\xFE" };

	return wa_set_add(w, &f, err);
}

/* Of two parts, with names that are no UTF-8. */
static int
fill(wa_set_writer *w, wa_error *err)
{
	int rc = put_other(w, WA_FILE_FOLDER, "global", err);

	if (rc == 0)
		rc = put(w, "global/1", GIB, err);
	if (rc == 0)
		rc = put_other(w, WA_FILE_LINK, "link\xFF", err);
	if (rc == 0)
		rc = put(w, "x\xFF", 5, err);
	return rc < 0 ? rc : put(w, "global/pg_control", 5, err);
}

static int
make(int type, wa_set *made, wa_error *err)
{
	wa_set facts = { .type = type,
		.system_id = SYSTEM,
		.version = 15,
		.segment_size = MB,
		.timeline = 1 };
	wa_set_writer *w = NULL;
	int rc;

	if (type != WA_SET_FULL)
		(void)strcpy(facts.prior, prior);
	rc = wa_set_begin(&w, repo, &facts, 10, NULL, err);
	if (rc == 0)
		rc = fill(w, err);
	if (rc == 0)
		rc = wa_set_commit(made, w, &facts, "a=b", err);
	wa_set_writer_close(w);
	return rc;
}

/* Read all of it: how many lines, or what went wrong. */
static int
read_set(const char *label, wa_error *err)
{
	wa_set_reader *r = NULL;
	wa_set_file f;
	int rc = wa_set_open(&r, repo, label, err), lines = 0;

	while (rc == 0 && (rc = wa_set_next(&f, r, err)) == 1) {
		lines++;
		rc = 0;
	}
	wa_set_reader_close(r);
	return rc < 0 ? rc : lines;
}

static int
read_part(const char *label, wa_error *err)
{
	wa_part *part = NULL;
	char buf[5];
	int rc = wa_part_open(&part, repo, label, 1, err);

	if (rc == 0)
		rc = wa_part_read(part, buf, 5, wa_part_size(part) - 5, err);
	wa_part_close(part);
	if (rc == 0 && memcmp(buf, "frame", 5) != 0)
		abort();
	if (rc == 0)
		rc = wa_part_check(repo, label, 1, err);
	return rc < 0 ? rc : wa_part_check(repo, label, 2, err);
}

static int
is_whole(const char *label)
{
	return read_set(label, NULL) == LINES && read_part(label, NULL) == 0;
}

/* How many sets there are beside the prior, each of them whole. */
static int
count_sets(void)
{
	wa_set *sets = NULL;
	size_t count = 0, i;
	int whole = 0, rc = wa_set_list(&sets, &count, repo, NULL);

	if (rc < 0)
		not_true("the sets cannot be listed", rc, NULL);
	for (i = 0; i < count; i++)
		if (!is_whole(sets[i].label))
			not_true("a set that is not whole", rc, NULL);
		else
			whole++;
	wa_free(sets);
	return whole - 1;
}

/* Only the prior is there. */
static void
prepare_make(void)
{
	const char *folder_path = path_of("repo/db/backup");
	struct dirent *entry;
	char path[1000];
	wa_set made;
	DIR *dir;

	open_again();
	if (prior[0] == '\0') {
		if (make(WA_SET_FULL, &made, NULL) < 0)
			abort();
		(void)strcpy(prior, made.label);
	}
	dir = opendir(folder_path);
	while ((entry = readdir(dir)) != NULL) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", folder_path, entry->d_name);
		if (entry->d_name[0] != '.' &&
		    strcmp(entry->d_name, prior) != 0)
			remove_all(path);
	}
	(void)closedir(dir);
}

static int
run_make(wa_error *err)
{
	wa_set made;

	return make(WA_SET_INCR, &made, err);
}

static void
judge_make(int rc, const wa_error *err)
{
	int count = count_sets();

	if (rc == 0 && count != 1)
		not_true("success without a set", rc, err);
	if (count < 0 || count > 1)
		not_true("as many sets", count, NULL);
	if (rc == WA_ENOENT)
		not_true("its prior is called gone", rc, err);
	if (rc == WA_ECORRUPT)
		not_true("damage that is none", rc, err);
	if (run_make(NULL) != 0 || count_sets() != count + 1)
		not_true("the next try fails", rc, NULL);
}

static void
prepare_read(void)
{
	open_again();
	if (!is_whole(prior))
		abort();
}

static int
run_read(wa_error *err)
{
	int rc = read_set(prior, err);

	return rc == LINES ? read_part(prior, err) : rc;
}

static void
judge_read(int rc, const wa_error *err)
{
	if (rc > 0)
		not_true("fewer lines", rc, err);
	if (rc == WA_ENOENT)
		not_true("an absence", rc, err);
	if (rc == WA_ECORRUPT)
		not_true("damage that is none", rc, err);
	if (!is_whole(prior))
		not_true("the next try fails", rc, NULL);
}

static size_t sets_seen, begun_seen;

static int
run_lists(wa_error *err)
{
	wa_set_begun *begun = NULL;
	wa_set *sets = NULL;
	int rc;

	sets_seen = begun_seen = 0;
	rc = wa_set_list(&sets, &sets_seen, repo, err);
	if (rc == 0)
		rc = wa_set_begun_list(&begun, &begun_seen, repo, err);
	wa_free(sets);
	wa_free(begun);
	return rc;
}

static void
judge_lists(int rc, const wa_error *err)
{
	if (rc == 0 && (sets_seen == 0 || begun_seen != 0))
		not_true("lists that are wrong", rc, err);
	if (rc == WA_ENOENT || rc == WA_ECORRUPT)
		not_true("a loss that is none", rc, err);
	if (run_lists(NULL) != 0)
		not_true("the next try fails", rc, NULL);
}

const struct operation set_operations[SET_OPERATIONS] = {
	{ "make a set", prepare_make, run_make, judge_make },
	{ "read a set", prepare_read, run_read, judge_read },
	{ "list sets", prepare_read, run_lists, judge_lists },
};
