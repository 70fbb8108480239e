/* find_dropped.c - where the WAL to search has gaps. */
#include "config.h"

#include "find_dropped.h"

#include "message.h"

static void
tell(const wa_wal_range *gap, uint32_t segment_size)
{
	char from[WA_LSN_SIZE], to[WA_LSN_SIZE];

	wa_lsn_format(from, gap->first * segment_size);
	wa_lsn_format(to, (gap->last + 1) * segment_size);
	say(LEVEL_WARN,
	    "the WAL of timeline %u from %s to %s was dropped before it was "
	    "stored: nothing is found in it",
	    gap->timeline, from, to);
}

void
find_dropped(const struct find_archive *archive)
{
	size_t i;

	for (i = 0; i < archive->dropped_count; i++)
		tell(&archive->dropped[i], archive->system.segment_size);
}
