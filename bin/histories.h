/* histories.h - timelines that are older than the repository. */
#ifndef HISTORIES_H
#define HISTORIES_H

#include <walarch.h>

/*
 * Store the timeline history files of the cluster's pg_wal.  PostgreSQL
 * archives a history once, when the timeline begins; a repository made later
 * would not have it, and could not tell where the timeline came from.
 */
int histories_push(wa_repo *repo, const wa_cluster *cluster,
    const wa_config *config, wa_error *err);

#endif
