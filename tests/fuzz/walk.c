/*
 * walk.c - the walk over records, through pages of any bytes: records ascend
 * and lie inside of what was given, and it is the same in pieces.
 */
#include "config.h"

#include "base/bytes.h"
#include "fuzz.h"
#include "pg/page.h"
#include "walk_check.h"

/* Where the first page says that it is: links to the record before it count
 * from there. */
static void
set_start(struct wal *wal)
{
	uint64_t address;

	if (wal->size < WA_PAGE_SHORT)
		return;
	address = wa_le64(wal->bytes + 8) & (UINT64_MAX >> 1);
	wal->start = address - address % wal->block;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct wal wal = wal_from(&in);
	struct walked whole, pieces;

	wal.bytes = in.p;
	wal.size = in.left - in.left % wal.block;
	set_start(&wal);
	walk(&whole, &wal, 0);
	walk(&pieces, &wal, 1);
	must(whole.sum == pieces.sum && whole.count == pieces.count);
	if (wal.patience == 0)
		walk_facts(&wal, whole.count);
	free(whole.list);
	free(pieces.list);
	return 0;
}
