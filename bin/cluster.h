/* cluster.h - whose command is this? */
#ifndef CLUSTER_H
#define CLUSTER_H

#include <walarch.h>

/*
 * The cluster of the working directory, in which PostgreSQL runs its commands,
 * or else that of pg1-path.  0 when there is one, 1 when there is none, or a
 * negative code.
 */
int cluster_find(wa_cluster *out, const wa_config *config, wa_error *err);

#endif
