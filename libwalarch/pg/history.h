/* history.h - timeline history files (access/transam/timeline.c). */
#ifndef WA_PG_HISTORY_H
#define WA_PG_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "walarch.h"

/* A timeline's share of the way to the newest: [begin, end). */
struct wa_history_entry {
	uint32_t timeline;
	uint64_t begin, end;
};

typedef struct wa_history {
	uint32_t timeline;                /* whose history it is */
	size_t count;                     /* of its ancestors */
	struct wa_history_entry *entries; /* oldest first */
} wa_history;

/*
 * Parse the text of NNNNNNNN.history for timeline NNNNNNNN.  WA_ECORRUPT when
 * it is not one: lines of "PARENT<tab>LSN<tab>reason", parents ascending and
 * below timeline, LSNs not descending; "#" begins a comment.
 */
int wa_history_parse(wa_history **out, uint32_t timeline, const char *text,
    size_t size, wa_error *err);
void wa_history_free(wa_history *history);

/* Which timeline does the position belong to, on the way to this one? */
uint32_t wa_history_at(const wa_history *history, uint64_t lsn);

/* Where this timeline begins, and out of which. */
uint64_t wa_history_begin(const wa_history *history);
uint32_t wa_history_parent(const wa_history *history);

/* Where timeline ends on the way to this one; 0 when it is no ancestor. */
uint64_t wa_history_end_of(const wa_history *history, uint32_t timeline);

#endif
