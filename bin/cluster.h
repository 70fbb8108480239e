/* cluster.h - whose command is this? */
#ifndef CLUSTER_H
#define CLUSTER_H

#include <walarch.h>

/*
 * The data directory: pg1-path from the command line; else the working
 * directory, in which PostgreSQL runs its commands; else pg1-path.  NULL when
 * there is none.
 */
const char *cluster_path(const wa_config *config);

/* Read it: 0, 1 when there is none (or pg1-path, of the file or environment,
 * does not exist), or a negative code. */
int cluster_find(wa_cluster *out, const wa_config *config, wa_error *err);

#endif
