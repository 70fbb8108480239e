/* cluster.c - the working directory's cluster, or that of pg1-path. */
#include "cluster.h"

#include <unistd.h>

int
cluster_find(wa_cluster *out, const wa_config *config, wa_error *err)
{
	const char *path = wa_config_get(config, "pg1-path");

	if (access("global/pg_control", F_OK) == 0)
		return wa_cluster_read(out, ".", err);
	return path == NULL ? 1 : wa_cluster_read(out, path, err);
}
