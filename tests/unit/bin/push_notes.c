/* push_notes.c - notes that wait for the repository. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "push_notes.h"
#include "support.h"

#define NOTES path_of("spool/push.dropped")

static struct store store;
static struct spool spool;
static wa_error err;

static void
begin(void)
{
	store_open(&store, "zstd", MB);
	cr_assert_eq(mkdir(path_of("spool"), 0700), 0);
	spool.system_id = SYSTEM;
	spool.folder = open(path_of("spool"), O_RDONLY | O_DIRECTORY);
	message_level("off");
}

static void
end(void)
{
	(void)close(spool.folder);
	store_close(&store);
	folder_remove();
}

TestSuite(push_notes, .init = begin, .fini = end);

static const char *
name_of(unsigned number)
{
	static char name[WA_SEGMENT_NAME_SIZE];

	wa_segment_format(name, 1, number, MB);
	return name;
}

static void
keep(unsigned number)
{
	wa_drop d = { .when = 1000000, .waiting = number * MB, .limit = 1 };

	(void)snprintf(d.name, sizeof(d.name), "%s", name_of(number));
	cr_assert_eq(notes_keep(&spool, &d), 0);
}

static int
is_noted(unsigned number)
{
	wa_drop d;

	return wa_wal_dropped(&d, store.repo, SYSTEM, name_of(number), &err) ==
	    0 &&
	    d.waiting == number * MB && d.when == 1000000 && d.limit == 1;
}

Test(push_notes, what_is_kept_is_written)
{
	cr_expect(!notes_wait(&spool));
	cr_expect_eq(notes_write(&spool, store.repo, &err), 0, "there is none");
	keep(5);
	keep(6);
	cr_expect(notes_wait(&spool));
	cr_expect_eq(notes_write(&spool, store.repo, &err), 0, "%s", err.text);
	cr_expect(is_noted(5));
	cr_expect(is_noted(6));
	cr_expect(!notes_wait(&spool));
	keep(7);
	cr_expect_eq(notes_write(&spool, store.repo, &err), 0, "%s", err.text);
	cr_expect(is_noted(7));
}

Test(push_notes, they_wait_while_the_repository_takes_none)
{
	keep(5);
	cr_assert_eq(rename(path_of("repo/db"), path_of("db")), 0);
	cr_expect_lt(notes_write(&spool, store.repo, &err), 0);
	cr_expect(notes_wait(&spool));
	cr_assert_eq(rename(path_of("db"), path_of("repo/db")), 0);
	cr_expect_eq(notes_write(&spool, store.repo, &err), 0);
	cr_expect(is_noted(5));
}

/* Cut off at each byte, a note costs none but itself, and the next one is
 * whole. */
Test(push_notes, a_note_cut_off_spoils_no_other)
{
	char *kept;
	size_t size, cut;

	keep(5);
	kept = file_get(NOTES, &size);
	for (cut = 0; cut < size; cut++) {
		file_put(NOTES, kept, cut);
		keep(6);
		cr_assert_eq(notes_write(&spool, store.repo, &err), 0);
		cr_assert(is_noted(6), "cut at %zu", cut);
		cr_assert(cut == size - 1 || !is_noted(5), "cut at %zu", cut);
		cr_assert_eq(unlink(object_path(
				 SYSTEM, "000000010000000000000006.dropped")),
		    0);
	}
	free(kept);
}

Test(push_notes, no_byte_may_change)
{
	char *kept;
	size_t size, at;

	keep(5);
	kept = file_get(NOTES, &size);
	for (at = 0; at < size - 1; at++) {
		kept[at] ^= 1;
		file_put(NOTES, kept, size);
		kept[at] ^= 1;
		cr_assert_eq(notes_write(&spool, store.repo, &err), 0);
		cr_assert_eq(wa_wal_dropped(&(wa_drop){ 0 }, store.repo, SYSTEM,
				 name_of(5), &err),
		    WA_ENOENT, "at %zu", at);
	}
	free(kept);
}
