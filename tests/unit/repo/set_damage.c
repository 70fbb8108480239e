/* set_damage.c - a manifest with any byte changed, or an end that is missing,
 * is never read to its end as anything but what was written. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sets.h"

static struct store store;
static const char *label, *path;
static uint8_t *bytes;
static size_t size;
static char sound[WA_DIGEST_SIZE];
static wa_error err;

/* All that a reader of the set is told, as a digest: 0, or what is wrong. */
static int
digest_of(char text[WA_DIGEST_SIZE])
{
	wa_set_reader *r = NULL;
	wa_digest *d = NULL;
	wa_set_file f;
	int rc = wa_set_open(&r, store.repo, label, &err);

	cr_assert_eq(wa_digest_new(&d, NULL), 0);
	if (rc == 0)
		wa_digest_add(d, wa_set_facts(r), sizeof(wa_set));
	while (rc == 0 && (rc = wa_set_next(&f, r, &err)) == 1) {
		rc = 0;
		wa_digest_add(d, f.path, strlen(f.path));
		wa_digest_add(d, &f.kind, sizeof(f.kind));
		wa_digest_add(d, &f.mode, sizeof(f.mode));
		wa_digest_add(d, &f.size, sizeof(f.size));
		wa_digest_add(d, &f.mtime, sizeof(f.mtime));
		wa_digest_add(d, f.xxh128, sizeof(f.xxh128));
		wa_digest_add(d, &f.at, sizeof(f.at));
		wa_digest_add(d, f.frames, f.frame_count * sizeof(*f.frames));
	}
	wa_digest_format(d, text);
	wa_digest_free(d);
	wa_set_reader_close(r);
	return rc;
}

static void
begin(void)
{
	wa_set_writer *w;

	store_open(&store, "zstd", MB);
	w = set_writer(&store, WA_SET_FULL, "");
	set_put_folder(w, "global");
	set_put(&store, w, "global/pg_control", 8192);
	label = set_commit(w);
	path = set_path(label, "manifest");
	bytes = file_get(path, &size);
	cr_assert_eq(digest_of(sound), 0, "%s", err.text);
}

static void
end(void)
{
	free(bytes);
	store_close(&store);
	folder_remove();
}

TestSuite(set_damage, .init = begin, .fini = end, .timeout = 300);

static void
put(size_t length)
{
	(void)unlink(path);
	file_put(path, bytes, length);
}

static void
ask(const char *what, size_t at)
{
	char text[WA_DIGEST_SIZE];
	int rc = digest_of(text);

	if (rc == 0)
		cr_expect_str_eq(text, sound, "%s %zu", what, at);
	else
		cr_expect(rc == WA_ECORRUPT || rc == WA_EUSAGE, "%s %zu: %d %s",
		    what, at, rc, err.text);
}

Test(set_damage, a_changed_byte_is_seen)
{
	size_t at;

	for (at = 0; at < size; at++) {
		bytes[at] ^= (uint8_t)(1u << at % 8);
		put(size);
		ask("byte", at);
		bytes[at] ^= (uint8_t)(1u << at % 8);
		/* Of the padding every 64th. */
		if (at > 1000 && at < 4000)
			at += 63;
	}
}

Test(set_damage, an_end_that_is_missing_is_seen)
{
	char text[WA_DIGEST_SIZE];
	size_t at;

	for (at = 0; at<size; at += at> 8 && at < 4096 ? 61 : 1) {
		put(at);
		cr_expect_eq(
		    digest_of(text), WA_ECORRUPT, "%zu: %s", at, err.text);
	}
}

Test(set_damage, what_was_added_is_seen)
{
	char text[WA_DIGEST_SIZE];
	FILE *f;

	put(size);
	f = fopen(path, "a");
	cr_assert_eq(fwrite(bytes + 4096, 1, size - 4096, f), size - 4096);
	(void)fclose(f);
	cr_expect_eq(digest_of(text), WA_ECORRUPT);
}
