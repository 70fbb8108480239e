/* backup_prior.h - what earlier sets hold already. */
#ifndef BACKUP_PRIOR_H
#define BACKUP_PRIOR_H

#include <walarch.h>

struct backup_prior;

/*
 * Look into a set, or NULL, and into an interrupted one, or NULL, as they are
 * read: in the order of paths.  An interrupted one's parts are read first, and
 * it is left alone when one is damaged.
 */
int backup_prior_open(struct backup_prior **out, wa_repo *repo, const char *set,
    const char *begun, wa_error *err);

/*
 * What is known of the path, which comes after all that were asked for before:
 * how many of out[2] were filled in, the interrupted set's last, with its
 * ctime 0, for it proves nothing.  Borrowed until the next call.
 */
int backup_prior_find(wa_set_file out[2], struct backup_prior *prior,
    const char *path, wa_error *err);
void backup_prior_close(struct backup_prior *prior);

#endif
