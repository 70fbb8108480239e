/* restore_database.c - some databases only. */
#include "config.h"

#include "restore_database.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"

#define FIRST_NORMAL 16384 /* FirstNormalObjectId, access/transam.h */

static int
find(uint32_t *out, const json_t *list, const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *own =
		    json_string_value(json_object_get(one, "name"));

		if (own != NULL && strlen(own) == length &&
		    strncmp(own, name, length) == 0) {
			*out = (uint32_t)json_integer_value(
			    json_object_get(one, "oid"));
			return 0;
		}
	}
	return -1;
}

static int
find_all(uint32_t **out, size_t *count, const char *names, const json_t *list,
    wa_error *err)
{
	uint32_t *oids = calloc(strlen(names) + 1, sizeof(*oids));
	size_t n = 0;

	if (oids == NULL)
		return out_of_memory(err);
	while (*names != '\0') {
		size_t length = strcspn(names, "\n");

		if (find(&oids[n++], list, names, length) < 0) {
			free(oids);
			return error_set(err, WA_EUSAGE,
			    "the backup set has no database \"%.*s\"",
			    (int)length, names);
		}
		names += length + (names[length] == '\n');
	}
	*out = oids;
	*count = n;
	return 0;
}

int
restore_databases(uint32_t **out, size_t *count, const char *names,
    wa_repo *repo, const char *set, wa_error *err)
{
	wa_set_reader *reader = NULL;
	const char *text;
	json_t *list;
	int rc;

	*out = NULL;
	*count = 0;
	if (names == NULL)
		return 0;
	rc = wa_set_open(&reader, repo, set, err);
	if (rc < 0)
		return rc;
	text = wa_set_header(reader, "databases");
	list = text == NULL ? NULL : json_loads(text, 0, NULL);
	rc = find_all(out, count, names, list, err);
	json_decref(list);
	wa_set_reader_close(reader);
	return rc;
}

/* base/OID/... or pg_tblspc/N/PG_.../OID/... */
static uint32_t
database_of(const char *path, const char **file)
{
	unsigned oid, tablespace;
	int at = 0;

	if (sscanf(path, "base/%u/%n", &oid, &at) == 1 && at > 0) {
		*file = path + at;
		return oid;
	}
	if (sscanf(path, "pg_tblspc/%u/%*[^/]/%u/%n", &tablespace, &oid, &at) ==
		2 &&
	    at > 0) {
		*file = path + at;
		return oid;
	}
	return 0;
}

int
restore_database_left_out(
    const char *path, const uint32_t *databases, size_t count)
{
	const char *file = "";
	uint32_t oid;
	size_t i;

	if (databases == NULL)
		return 0;
	oid = database_of(path, &file);
	if (oid < FIRST_NORMAL || strcmp(file, "PG_VERSION") == 0)
		return 0;
	for (i = 0; i < count; i++)
		if (databases[i] == oid)
			return 0;
	return 1;
}
