/* stanza.h - the systems a stanza holds WAL of. */
#ifndef WA_REPO_STANZA_H
#define WA_REPO_STANZA_H

#include "repo/repo.h"

/*
 * The registration of the system.  WA_EMISMATCH when the stanza has none of
 * it; WA_EUSAGE when there is no such stanza.
 */
int wa_stanza_system(
    wa_system *out, wa_repo *repo, uint64_t system_id, wa_error *err);

#endif
