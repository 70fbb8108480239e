/* dropped.c - the WAL that was dropped, as ranges of segments. */
#include "config.h"

#include "dropped.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

/* A .partial that was dropped may come right behind its segment. */
static void
add(wa_wal_range *ranges, size_t *n, uint32_t timeline, uint64_t number)
{
	wa_wal_range *r = *n > 0 ? &ranges[*n - 1] : NULL;

	if (r != NULL && r->timeline == timeline &&
	    (number == r->last || number == r->last + 1)) {
		r->last = number;
		return;
	}
	r = &ranges[(*n)++];
	memset(r, 0, sizeof(*r));
	r->timeline = timeline;
	r->missing = 1;
	r->first = r->last = number;
}

int
dropped_ranges(wa_wal_range **out, size_t *count, const wa_wal_list *list,
    uint32_t segment_size, wa_error *err)
{
	wa_wal_range *ranges = NULL;
	const char *name;
	uint32_t timeline;
	uint64_t number;
	size_t names = 0, n = 0, i;

	while (wa_wal_list_dropped(list, names) != NULL)
		names++;
	if (names > 0 && (ranges = calloc(names, sizeof(*ranges))) == NULL)
		return out_of_memory(err);
	for (i = 0; i < names; i++) {
		name = wa_wal_list_dropped(list, i);
		if (wa_segment_parse(&timeline, &number, name, segment_size) ==
		    0)
			add(ranges, &n, timeline, number);
	}
	*out = ranges;
	*count = n;
	return 0;
}

int
dropped_read(wa_wal_range **out, size_t *count, wa_repo *repo,
    const wa_system *system, wa_error *err)
{
	wa_wal_list *list = NULL;
	wa_wal_range range;
	int rc = wa_wal_list_open(&list, repo, system->system_id, err);

	while (rc == 0 && (rc = wa_wal_list_next(&range, list, err)) > 0)
		rc = 0;
	if (rc == 0)
		rc =
		    dropped_ranges(out, count, list, system->segment_size, err);
	wa_wal_list_close(list);
	return rc;
}
