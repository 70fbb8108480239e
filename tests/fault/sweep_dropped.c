/* sweep_dropped.c - notes of dropped WAL, for the sweep. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "sweep.h"

#define NAME "000000010000000100000077"

static const wa_drop drop = { .system_id = SYSTEM,
	.name = NAME,
	.when = 1000000,
	.waiting = 3 * MB,
	.limit = 2 * MB };

static void
prepare_drop(void)
{
	remove_all(path_of("repo/db/wal/7431170312345678901/"
			   "0000000100000001"));
	open_again();
}

static int
run_drop(wa_error *err)
{
	return wa_wal_drop(repo, &drop, err);
}

/* Without faults: 0 when it is noted, and rightly. */
static int
noted(void)
{
	wa_drop found;
	int rc = wa_wal_dropped(&found, repo, SYSTEM, NAME, NULL);

	if (rc == 0 &&
	    (found.when != drop.when || found.waiting != drop.waiting ||
		found.limit != drop.limit))
		return WA_ECORRUPT;
	return rc;
}

static void
judge_drop(int rc, const wa_error *err)
{
	int found = noted();

	if (rc >= 0 && found != 0)
		not_true("success without a note", found, err);
	if (found != 0 && found != WA_ENOENT)
		not_true("a torn note is seen", found, err);
	if (run_drop(NULL) < 0 || noted() != 0)
		not_true("the next try fails", rc, NULL);
}

static void
prepare_dropped(void)
{
	prepare_drop();
	if (run_drop(NULL) < 0)
		abort();
	open_again();
	remove_all(path_of("to/file"));
}

static int
run_dropped(wa_error *err)
{
	return wa_wal_get(
	    repo, SYSTEM, NAME, path_of("to/file"), WA_GET_PARTIAL, err);
}

static void
judge_dropped(int rc, const wa_error *err)
{
	if (rc >= 0 || file_exists(path_of("to/file")))
		not_true("a file out of nothing", rc, err);
	if (rc == WA_ENOENT)
		not_true("what was dropped is called an absence", rc, err);
	if (rc == WA_ECORRUPT)
		not_true("damage that is none", rc, err);
	if (run_dropped(NULL) != WA_EHOLE)
		not_true("the next try gives another answer", rc, NULL);
}

const struct operation drop_operations[DROP_OPERATIONS] = {
	{ "note what is dropped", prepare_drop, run_drop, judge_drop },
	{ "get what was dropped", prepare_dropped, run_dropped, judge_dropped },
};
