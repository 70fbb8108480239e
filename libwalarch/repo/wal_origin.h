/* wal_origin.h - may these pages of older timelines be in this segment? */
#ifndef WA_REPO_WAL_ORIGIN_H
#define WA_REPO_WAL_ORIGIN_H

#include "pg/segment.h"
#include "repo/repo.h"

/*
 * The first segment of a timeline begins with pages of its ancestors, up to
 * where the timeline's history says it left them.  WA_ECORRUPT when a page
 * names another timeline than the history does for its place.  The history is
 * looked for in the repository, then beside path; without one there is
 * nothing to hold the pages against, and 0 is returned.
 */
int wa_wal_check_origin(wa_repo *repo, const struct wa_segment *segment,
    const char *path, wa_error *err);

#endif
