/* restore_database.h - some databases only. */
#ifndef RESTORE_DATABASE_H
#define RESTORE_DATABASE_H

#include <stddef.h>
#include <walarch.h>

/*
 * The OIDs of the databases that names (lines) say, by the set's own list of
 * databases.  *out is for free(), NULL when names is.  WA_EUSAGE when one is
 * not there.
 */
int restore_databases(uint32_t **out, size_t *count, const char *names,
    wa_repo *repo, const char *set, wa_error *err);

/* Is the file of a database that is not among them?  Those that initdb made
 * are always in. */
int restore_database_left_out(
    const char *path, const uint32_t *databases, size_t count);

#endif
