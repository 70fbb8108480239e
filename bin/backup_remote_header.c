/* backup_remote_header.c - tablespaces and databases of a server far away. */
#include "config.h"

#include <jansson.h>
#include <string.h>

#include "backup_remote.h"
#include "message.h"

static json_t *
tablespaces(const struct basebackup *server)
{
	const struct basebackup_tablespace *t;
	json_t *list = json_array();
	size_t count, i;

	t = basebackup_tablespaces(server, &count);
	for (i = 0; i < count; i++)
		if (t[i].oid != 0)
			(void)json_array_append_new(list,
			    json_pack("{s:I,s:s}", "oid", (json_int_t)t[i].oid,
				"path", t[i].path));
	return list;
}

static char *
by_protocol(const struct backup *b)
{
	const struct backup_remote *r = b->remote;
	json_t *header =
	    json_pack("{s:o,s:s,s:s}", "tablespaces", tablespaces(r->server),
		"pg-version", r->version, "backup-label", b->label);
	char *text = json_dumps(header, JSON_COMPACT);

	json_decref(header);
	return text;
}

char *
backup_remote_header(const struct backup *b)
{
	char *text = NULL;

	if (b->server.server != NULL) {
		text = backup_server_header(b->server.server, b->label);
		if (text != NULL)
			return text;
		say(LEVEL_INFO,
		    "the databases are not listed in the backup set: %s",
		    server_error(b->server.server));
	}
	return by_protocol(b);
}
