/* backup_header.c - what a manifest's header says of the data directory. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>

#include "backup_local.h"
#include "errors.h"
#include "message.h"
#include "owner.h"

int
backup_local_header(char **out, const struct backup_local *local,
    const char *server, wa_error *err)
{
	json_t *json = json_loads(server, 0, NULL);
	struct stat st;
	char mode[8];

	if (stat(local->path, &st) < 0) {
		json_decref(json);
		return error_system(err, "could not stat \"%s\"", local->path);
	}
	(void)snprintf(mode, sizeof(mode), "%04o", (unsigned)st.st_mode & 0777);
	(void)json_object_set_new(json, "pgdata",
	    json_pack("{s:s*,s:s,s:s*,s:s*}", "path", local->path, "mode", mode,
		"user", owner_user(st.st_uid), "group",
		owner_group(st.st_gid)));
	*out = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return *out == NULL ? out_of_memory(err) : 0;
}
