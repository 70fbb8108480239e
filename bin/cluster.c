/* cluster.c - the working directory's cluster, or that of pg1-path. */
#include "cluster.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What keeps us from looking is told by the one who reads it. */
static int
is_working_directory(void)
{
	return access("global/pg_control", F_OK) == 0 ||
	    (errno != ENOENT && errno != ENOTDIR && errno != EACCES);
}

const char *
cluster_path(const wa_config *config)
{
	const char *path = wa_config_get(config, "pg1-path");

	if (path != NULL &&
	    strcmp(wa_config_source(config, "pg1-path"), "command line") == 0)
		return path;
	return is_working_directory() ? "." : path;
}

int
cluster_find(wa_cluster *out, const wa_config *config, wa_error *err)
{
	const char *path = cluster_path(config);

	/* On another host the directory in the file may well not be there. */
	if (path != NULL &&
	    strcmp(wa_config_source(config, "pg1-path"), "command line") != 0 &&
	    access(path, F_OK) < 0 && errno == ENOENT)
		return 1;
	return path == NULL ? 1 : wa_cluster_read(out, path, err);
}
