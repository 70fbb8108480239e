/* timeline.h - the timelines of a system, as their histories tell them. */
#ifndef WA_REPO_TIMELINE_H
#define WA_REPO_TIMELINE_H

#include "pg/history.h"
#include "repo/repo.h"

typedef struct wa_timelines {
	size_t count;
	wa_history **histories; /* by timeline, ascending */
} wa_timelines;

/* Read a stored history by the name of its file. */
int wa_timeline_read(wa_history **out, wa_repo *repo, uint64_t system_id,
    const char *name, wa_error *err);

/* Read all histories stored.  A damaged one is an error. */
int wa_timelines_read(
    wa_timelines **out, wa_repo *repo, uint64_t system_id, wa_error *err);
void wa_timelines_free(wa_timelines *timelines);

/* NULL when the timeline's history is not stored (timeline 1 has none). */
const wa_history *
wa_timelines_find(const wa_timelines *timelines, uint32_t timeline);

/*
 * Where timeline must have gone on to, because another one left it there; 0
 * when none did.
 */
uint64_t wa_timelines_end(const wa_timelines *timelines, uint32_t timeline);

/* The highest timeline that has a history or is named in one; 0: none. */
uint32_t wa_timelines_last(const wa_timelines *timelines);

#endif
