/*
 * find_begin.c - where the transactions of DROP DATABASE began.
 *
 * DROP DATABASE deletes the row of pg_database, waits for a checkpoint, and then
 * writes its record.  So the transaction has records in front of the redo of
 * the last checkpoint, all close together; between them and the record may be
 * many segments.
 *
 * Before the first of them releases since 2023 mark the row as invalid, in
 * place and for good: a Heap record of no transaction.  VACUUM writes such ones,
 * too, so that only one close by is taken for it.
 */
#include "config.h"

#include "find_begin.h"

#include <stdlib.h>
#include <string.h>

#include "find_archive.h"
#include "find_parallel.h"
#include "message.h"

#define CLOSE 65536 /* bytes of WAL */

#define KINDS                                                                  \
	(WA_EVENT_BIT(WA_EVENT_CHECKPOINT) | WA_EVENT_BIT(WA_EVENT_RECORD))

struct begin {
	struct find_archive *archive;
	struct find_hits *hits;
};

struct walk {
	const struct find_hit *hit;
	uint64_t first; /* LSN of the transaction's first record here, or 0 */
	uint64_t mark;  /* of the last change in place before it, or 0 */
	uint64_t redo;  /* of the last checkpoint here, or 0 */
};

static int
on_record(void *arg, const wa_event *event)
{
	struct walk *w = arg;

	if (event->lsn >= w->hit->event.lsn)
		return 1;
	if (event->kind == WA_EVENT_CHECKPOINT)
		w->redo = event->other;
	else if (event->xid == w->hit->event.xid && w->first == 0)
		w->first = event->lsn;
	else if (event->xid == 0 && w->first == 0 &&
	    strcmp(event->name, "Heap") == 0)
		w->mark = event->lsn;
	return 0;
}

static int
scan(struct walk *w, const struct begin *b, wa_repo *repo, size_t file,
    wa_error *err)
{
	char name[FIND_NAME_SIZE];
	wa_wal_records records;

	w->first = w->mark = w->redo = 0;
	find_archive_name(name, b->archive, file);
	return wa_wal_scan(&records, repo, b->archive->system.system_id, name,
	    KINDS, on_record, w, err);
}

/* Back until the transaction's records before the checkpoint have ended. */
static int
look(void *arg, wa_repo *repo, size_t i, wa_error *err)
{
	const struct begin *b = arg;
	struct find_hit *hit = &b->hits->at[i];
	struct walk w = { hit, 0, 0, 0 };
	uint64_t begin = 0, mark = 0, redo = 0;
	size_t file = hit->file;
	int rc = 0;

	while (file != FIND_NONE && rc == 0) {
		rc = scan(&w, b, repo, file, err);
		if (w.first != 0 || mark == 0)
			mark = w.mark;
		if (w.first == 0 && redo != 0 && begin != 0 && begin < redo)
			break;
		begin = w.first != 0 ? w.first : begin;
		redo = redo == 0 ? w.redo : redo;
		file = find_archive_before(b->archive, file);
	}
	if (rc == 0 && redo != 0 && begin < redo)
		hit->begin = mark != 0 && begin - mark <= CLOSE ? mark : begin;
	return rc;
}

int
find_begin(struct find_hits *hits, struct find_archive *archive, wa_error *err)
{
	struct begin b = { archive, hits };
	size_t *drops = calloc(hits->count + 1, sizeof(*drops));
	size_t i, count = 0;
	int rc;

	if (drops == NULL)
		return out_of_memory(err);
	for (i = 0; i < hits->count; i++)
		if (hits->at[i].event.kind == WA_EVENT_DROP_DATABASE)
			drops[count++] = i;
	rc = find_parallel(archive, drops, count, look, &b, err);
	free(drops);
	return rc;
}
