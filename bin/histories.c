/* histories.c - store the history files a cluster has already. */
#include "config.h"

#include "histories.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "cluster.h"
#include "message.h"

static int
is_history(const struct dirent *entry)
{
	return wa_name_kind(entry->d_name) == WA_HISTORY;
}

int
histories_push(wa_repo *repo, const wa_cluster *cluster,
    const wa_config *config, wa_error *err)
{
	char folder[2048], path[4096];
	struct dirent **list;
	int n, rc = 0;

	(void)snprintf(folder, sizeof(folder), "%s/%s", cluster_path(config),
	    cluster->version > 900 ? "pg_xlog" : "pg_wal");
	n = scandir(folder, &list, is_history, alphasort);
	if (n < 0)
		return 0; /* the server itself will complain */
	while (n-- > 0) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", folder, list[n]->d_name);
		if (rc >= 0)
			rc = wa_wal_push(
			    repo, cluster->system_id, path, NULL, err);
		if (rc == 0)
			say(LEVEL_INFO, "stored \"%s\"", list[n]->d_name);
		free(list[n]);
	}
	free(list);
	return rc < 0 ? rc : 0;
}
