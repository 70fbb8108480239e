/* restore_words.h - what a restore will do, and what to do after it. */
#ifndef RESTORE_WORDS_H
#define RESTORE_WORDS_H

#include "restore_job.h"

void restore_print_plan(const struct restore_job *job);

/* How to go on; of a cluster in the folder root. */
void restore_print_next(const char *root, uint32_t version,
    enum recovery_kind kind, const wa_target *target, const char *action);

#endif
