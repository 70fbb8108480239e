/* backup_check.h - is the file what a set holds already?  By its digest. */
#ifndef BACKUP_CHECK_H
#define BACKUP_CHECK_H

#include "backup_flow.h"

struct backup_check;

/* In front of a flow, which is the caller's. */
int backup_check_open(struct backup_check **out, const wa_config *config,
    struct backup_flow *flow, wa_error *err);

/*
 * The item, which is taken over, goes on into the flow as it is, or as a
 * reference to the first of the count (at most 2) known files whose content it
 * has.  The order stays.  All known have the item's size.
 */
int backup_check_put(struct backup_check *check, struct backup_item *item,
    const wa_set_file *known, int count, wa_error *err);

/* Until all have gone on. */
int backup_check_drain(struct backup_check *check, wa_error *err);
void backup_check_close(struct backup_check *check);

/* item, which has been looked at, as a reference to known.  NULL: out of
 * memory.  item is freed. */
struct backup_item *
backup_refer(struct backup_item *item, const wa_set_file *known, wa_error *err);

#endif
