/* retention_line.h - which timelines can a set recover to? */
#ifndef WA_REPO_RETENTION_LINE_H
#define WA_REPO_RETENTION_LINE_H

#include "repo/retention.h"

enum wa_descent {
	WA_UNRELATED = 0,
	WA_DESCENDS = 1,
	WA_MAY_DESCEND = 2 /* a history is missing */
};

/* Does timeline come from ancestor, and where did its line leave that? */
enum wa_descent wa_line_descends(uint64_t *at, const struct wa_held *held,
    uint32_t timeline, uint32_t ancestor);

/* Can recovery from the set come to the timeline? */
enum wa_descent wa_line_reaches(
    const struct wa_held *held, const wa_set *set, uint32_t timeline);

/* Segments. */
struct wa_need {
	uint64_t first, last; /* both included */
};

/* What recovery from the set reads of the timeline, in doubt too: 1, or 0:
 * nothing.  on: not just to its stop, but as far as there is WAL. */
int wa_line_need(struct wa_need *out, const struct wa_held *held,
    const wa_set *set, int on, uint32_t timeline);

#endif
