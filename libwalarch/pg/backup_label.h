/*
 * backup_label.h - the text PostgreSQL writes about a base backup: the file
 * backup_label, and the .backup file in the archive (access/transam/
 * xlogbackup.c).
 */
#ifndef WA_PG_BACKUP_LABEL_H
#define WA_PG_BACKUP_LABEL_H

#include <stddef.h>

#include "pg/name.h"
#include "walarch.h"

/*
 * Is text what the .backup file called name should hold?  WA_ECORRUPT when
 * its first line does not give the position that is in the name.
 */
int wa_backup_label_check(
    const struct wa_name *name, const char *text, size_t size, wa_error *err);

/*
 * What the text of a .backup file, which ends with a NUL, says; its name is
 * left alone.  WA_ECORRUPT when a position is missing.
 */
int wa_backup_label_read(wa_backup *out, const char *text, wa_error *err);

#endif
