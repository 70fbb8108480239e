/* restore_choose.h - which set a restore begins from, and whether the target
 * can be reached from it. */
#ifndef RESTORE_CHOOSE_H
#define RESTORE_CHOOSE_H

#include "recovery_settings.h"

struct restore_choice {
	wa_set set;
	wa_system system;
	enum recovery_kind kind;
	wa_target target;
	int asked; /* answer is one */
	wa_answer answer;
	uint32_t elsewhere; /* as restore_elsewhere() */
};

/*
 * As set, type, target, target-timeline and target-exclusive say.  WA_EUSAGE
 * when there is no such set.  force: a target that cannot be reached is taken
 * all the same; else that is WA_ENOENT, with answer filled in.
 */
int restore_choose(struct restore_choice *out, wa_repo *repo,
    const wa_config *config, int force, wa_error *err);

/* What type, target and the others ask for, of a cluster of that version. */
int restore_target(enum recovery_kind *kind, wa_target *target,
    const wa_config *config, uint32_t version, wa_error *err);

/* What cannot be reached on the latest timeline: on which one it can be, when
 * each of the backups stays on its own; 0: none. */
uint32_t restore_elsewhere(wa_repo *repo, uint64_t system_id,
    const wa_target *target, const wa_backup *backups, size_t count);

/* The error for an answer that is no: WA_ENOENT. */
int
restore_unreachable(const wa_answer *answer, uint32_t elsewhere, wa_error *err);

#endif
