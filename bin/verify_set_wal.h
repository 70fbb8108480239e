/* verify_set_wal.h - is the WAL there that a backup needs? */
#ifndef VERIFY_SET_WAL_H
#define VERIFY_SET_WAL_H

#include <stddef.h>
#include <walarch.h>

struct verify_missing {
	wa_wal_range *ranges; /* for free() */
	size_t count;
};

/* What is missing between its redo position and its stop. */
int verify_set_wal(struct verify_missing *out, wa_repo *repo, const wa_set *set,
    wa_error *err);

#endif
