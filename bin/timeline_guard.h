/* timeline_guard.h - would recovery leave WAL of the backup's own timeline
 * aside? */
#ifndef TIMELINE_GUARD_H
#define TIMELINE_GUARD_H

#include <walarch.h>

/*
 * Where the target's timeline is the latest one: another server, a copy that
 * was promoted perhaps, may have left the backup's timeline while that went
 * on.  answer is of wa_target_check(), or NULL.  1 when it is so: *warning says
 * it, with a hint, as say_error() takes it; 0 when it is not.
 */
int timeline_guard(wa_error *warning, wa_repo *repo, const wa_system *system,
    const wa_backup *backup, const wa_target *target, const wa_answer *answer,
    wa_error *err);

#endif
