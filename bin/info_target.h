/* info_target.h - can a target be reached? */
#ifndef INFO_TARGET_H
#define INFO_TARGET_H

#include <walarch.h>

/* Was a target asked for, by type or by target? */
int info_target_asked(const wa_config *config);

/* Answer for the current system of the stanza of repo, on standard output: the
 * exit status, 0 when it can be reached. */
int info_target_run(wa_repo *repo, const wa_config *config);

#endif
