/* backup_upon.h - which set a backup builds on, and which interrupted one it
 * goes on from. */
#ifndef BACKUP_UPON_H
#define BACKUP_UPON_H

#include <walarch.h>

struct backup_upon {
	int type;             /* enum wa_set_type: what it will be */
	wa_set prior;         /* label "": none */
	wa_set_begun resumed; /* label "": none */
};

/* What is asked for: enum wa_set_type. */
int backup_upon_type(int *out, const wa_config *config, wa_error *err);

/* The prior, for a type that is not full; a full when there is none. */
int backup_upon_prior(struct backup_upon *out, wa_repo *repo,
    const wa_config *config, const wa_cluster *cluster, wa_error *err);

/* The prior, and what was interrupted. */
int backup_upon_choose(struct backup_upon *out, wa_repo *repo,
    const wa_config *config, const wa_cluster *cluster, wa_error *err);

#endif
