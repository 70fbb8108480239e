/* moment.h - from positions in the WAL to times. */
#ifndef WA_REPO_MOMENT_H
#define WA_REPO_MOMENT_H

#include "repo/path.h"

/* The latest time of a commit or abort in front of a position, which the
 * nearest segment that has any tells; WA_NO_TIME when none is stored. */
int wa_moment_before(int64_t *time, const struct wa_path *path,
    const struct wa_stretch *stretch, uint64_t lsn, wa_error *err);

/*
 * What is at lsn, on the way of a recovery from backup, has all that ended
 * until this time, which is the first that can be asked for: that of the last
 * commit before it or, where none is stored, of the backup's checkpoint.
 */
int wa_moment_first(int64_t *time, const struct wa_path *path,
    const struct wa_stretch *stretch, const wa_backup *backup, uint64_t lsn,
    wa_error *err);

#endif
