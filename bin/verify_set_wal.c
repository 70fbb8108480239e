/* verify_set_wal.c - is the WAL there that a backup needs? */
#include "config.h"

#include "verify_set_wal.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

struct needed {
	uint64_t first, last;
	unsigned char *there; /* of each */
};

/* A timeline that left the set's has the segment in which it did; a standby may
 * have gone over to one while it was backed up. */
static int
counts(const wa_set *set, const wa_timeline *timelines, size_t n,
    const wa_wal_range *range, uint64_t number)
{
	size_t i;

	if (range->timeline == set->timeline)
		return 1;
	for (i = 0; i < n && range->timeline > set->timeline; i++)
		if (timelines[i].timeline == range->timeline)
			return set->standby ||
			    timelines[i].begin / set->segment_size == number;
	return 0;
}

static int
look(struct needed *needed, wa_wal_list *list, const wa_set *set, wa_error *err)
{
	const wa_timeline *timelines;
	wa_wal_range range;
	uint64_t i;
	size_t n;
	int rc;

	timelines = wa_wal_list_timelines(list, &n);
	while ((rc = wa_wal_list_next(&range, list, err)) > 0) {
		if (range.missing || range.last < needed->first ||
		    range.first > needed->last)
			continue;
		for (i = needed->first; i <= needed->last; i++)
			if (i >= range.first && i <= range.last &&
			    counts(set, timelines, n, &range, i))
				needed->there[i - needed->first] = 1;
	}
	return rc;
}

static int
tell(struct verify_missing *out, const struct needed *needed, const wa_set *set,
    wa_error *err)
{
	uint64_t n = needed->last - needed->first + 1, i;
	wa_wal_range *r = NULL;

	out->count = 0;
	out->ranges = calloc(n / 2 + 1, sizeof(*out->ranges));
	if (out->ranges == NULL)
		return out_of_memory(err);
	for (i = 0; i < n; i++) {
		if (needed->there[i]) {
			r = NULL;
			continue;
		}
		if (r == NULL) {
			r = &out->ranges[out->count++];
			r->timeline = set->timeline;
			r->missing = 1;
			r->first = needed->first + i;
		}
		r->last = needed->first + i;
	}
	return 0;
}

int
verify_set_wal(
    struct verify_missing *out, wa_repo *repo, const wa_set *set, wa_error *err)
{
	uint64_t stop = set->stop > set->redo ? set->stop - 1 : set->redo;
	struct needed needed = { set->redo / set->segment_size,
		stop / set->segment_size, NULL };
	wa_wal_list *list = NULL;
	int rc;

	needed.there = calloc(needed.last - needed.first + 1, 1);
	if (needed.there == NULL)
		return out_of_memory(err);
	rc = wa_wal_list_open(&list, repo, set->system_id, err);
	if (rc == 0)
		rc = look(&needed, list, set, err);
	if (rc == 0)
		rc = tell(out, &needed, set, err);
	wa_wal_list_close(list);
	free(needed.there);
	return rc;
}
