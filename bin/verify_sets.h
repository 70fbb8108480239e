/* verify_sets.h - verify the base backups of a stanza. */
#ifndef VERIFY_SETS_H
#define VERIFY_SETS_H

#include "verify_system.h"

/* All of them, or the one that is called only; 0, or 1: interrupted. */
int verify_sets(struct verify *v, wa_repo *repo, const char *only);

#endif
