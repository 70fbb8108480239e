/* restore_place.c - tablespaces, and what symbolic links led to. */
#include "config.h"

#include "restore_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"
#include "real_path.h"

#define TABLESPACES "pg_tblspc/"

/* Of the lines "KEY=VALUE" the value for one of the keys, for free(), or
 * NULL. */
static char *
look_up(const char *lines, const char *key, const char *other)
{
	while (lines != NULL && *lines != '\0') {
		size_t n = strcspn(lines, "\n"), k = strcspn(lines, "=");

		if (k < n &&
		    ((strlen(key) == k && strncmp(lines, key, k) == 0) ||
			(other != NULL && strlen(other) == k &&
			    strncmp(lines, other, k) == 0)))
			return strndup(lines + k + 1, n - k - 1);
		lines += n + (lines[n] == '\n');
	}
	return NULL;
}

/* pg_tblspc/OID; what else is reached there by a link is like other links. */
static int
is_tablespace(const wa_set_file *f)
{
	const char *oid = f->path + sizeof(TABLESPACES) - 1;

	return f->kind == WA_FILE_FOLDER &&
	    strncmp(f->path, TABLESPACES, sizeof(TABLESPACES) - 1) == 0 &&
	    *oid != '\0' && oid[strspn(oid, "0123456789")] == '\0';
}

static char *
tablespace_place(const struct restore_places *p, const wa_set_file *f)
{
	const char *oid = f->path + sizeof(TABLESPACES) - 1;
	const char *all = wa_config_get(p->config, "tablespace-map-all");
	char *to =
	    look_up(wa_config_get(p->config, "tablespace-map"), oid, f->to);

	if (to != NULL)
		return to;
	if (all == NULL)
		return strdup(f->to);
	return asprintf(&to, "%s/%s", all, oid) < 0 ? NULL : to;
}

static char *
link_place(const struct restore_places *p, const wa_set_file *f)
{
	char *to = look_up(wa_config_get(p->config, "link-map"), f->path, NULL);

	if (to == NULL && wa_config_number(p->config, "link-all"))
		return strdup(f->to);
	return to;
}

int
restore_place_add(
    struct restore_places *places, const wa_set_file *file, wa_error *err)
{
	int tablespace = is_tablespace(file);
	struct restore_place *more, *new;
	char *to = tablespace ? tablespace_place(places, file) :
				link_place(places, file);

	if (to == NULL && tablespace)
		return out_of_memory(err);
	if (to == NULL) {
		places->plain++;
		return 0;
	}
	more = realloc(places->list, (places->count + 1) * sizeof(*more));
	if (more == NULL) {
		free(to);
		return out_of_memory(err);
	}
	places->list = more;
	new = &more[places->count++];
	memset(new, 0, sizeof(*new));
	new->to = to;
	new->path = strdup(file->path);
	new->was = strdup(file->to);
	new->file = file->kind == WA_FILE_REGULAR;
	new->tablespace = tablespace;
	return new->path == NULL || new->was == NULL ? out_of_memory(err) : 0;
}

struct restore_place *
restore_place_at(const struct restore_places *places, const char *path)
{
	size_t i;

	for (i = 0; i < places->count; i++)
		if (strcmp(places->list[i].path, path) == 0)
			return &places->list[i];
	return NULL;
}

struct restore_place *
restore_place_of(const struct restore_places *places, const char *path)
{
	struct restore_place *best = NULL;
	size_t i;

	for (i = 0; i < places->count; i++)
		if (path_is_in(path, places->list[i].path) &&
		    (best == NULL ||
			strlen(places->list[i].path) > strlen(best->path)))
			best = &places->list[i];
	return best;
}

/* From "/" on, and not up again? */
static int
is_straight(const char *path)
{
	const char *up = path;

	while ((up = strstr(up, "/..")) != NULL) {
		if (up[3] == '/' || up[3] == '\0')
			return 0;
		up++;
	}
	return path[0] == '/';
}

static int
check_place(
    const struct restore_places *p, size_t i, const char *root, wa_error *err)
{
	const struct restore_place *place = &p->list[i];
	size_t j;

	if (!is_straight(place->to))
		return error_set(err, WA_EUSAGE,
		    "\"%s\" would be restored to \"%s\", which is no absolute "
		    "path",
		    place->path, place->to);
	if (paths_overlap(place->to, root))
		return error_set(err, WA_EUSAGE,
		    "\"%s\" would be restored to \"%s\", which overlaps the "
		    "data directory",
		    place->path, place->to);
	for (j = 0; j < i; j++)
		if (paths_overlap(place->to, p->list[j].to))
			return error_set(err, WA_EUSAGE,
			    "\"%s\" and \"%s\" would be restored to the same "
			    "place \"%s\"",
			    place->path, p->list[j].path, place->to);
	return 0;
}

/* Each line of a map must have named something. */
static int
check_map(const struct restore_places *p, const char *setting, int tablespace,
    wa_error *err)
{
	const char *lines = wa_config_get(p->config, setting);

	while (lines != NULL && *lines != '\0') {
		size_t n = strcspn(lines, "\n"), k = strcspn(lines, "="), i;
		char key[4096];

		(void)snprintf(
		    key, sizeof(key), "%.*s", (int)(k < n ? k : n), lines);
		for (i = 0; i < p->count; i++)
			if (p->list[i].tablespace == tablespace &&
			    (strcmp(key, p->list[i].path) == 0 ||
				strcmp(key, p->list[i].was) == 0 ||
				(tablespace &&
				    strcmp(key,
					p->list[i].path + sizeof(TABLESPACES) -
					    1) == 0)))
				break;
		if (k >= n || i == p->count) {
			(void)error_set(err, WA_EUSAGE,
			    "%s \"%.*s\" names no %s of the backup set",
			    setting, (int)n, lines,
			    tablespace ? "tablespace" : "link");
			error_hint(err,
			    "With --plan you see which there are. It is "
			    "written %s.",
			    tablespace ? "OID=/PATH" : "LINK=/PATH");
			return WA_EUSAGE;
		}
		lines += n + (lines[n] == '\n');
	}
	return 0;
}

int
restore_places_check(
    const struct restore_places *places, const char *root, wa_error *err)
{
	int rc = check_map(places, "tablespace-map", 1, err);
	size_t i;

	if (rc == 0)
		rc = check_map(places, "link-map", 0, err);
	for (i = 0; i < places->count && rc == 0; i++)
		rc = check_place(places, i, root, err);
	return rc;
}

/* As PostgreSQL reads it: a backslash before a newline, and since 14 before
 * another backslash (xlogrecovery.c, read_tablespace_map()). */
char *
restore_places_map(const struct restore_places *places, uint32_t version)
{
	int twice = version >= 14 && version < 900;
	char *text = NULL;
	size_t size = 0, i;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	for (i = 0; i < places->count; i++) {
		const struct restore_place *place = &places->list[i];
		const char *p;

		if (!place->tablespace)
			continue;
		(void)fprintf(
		    out, "%s ", place->path + sizeof(TABLESPACES) - 1);
		for (p = place->to; *p != '\0'; p++) {
			if (*p == '\n' || *p == '\r' || (*p == '\\' && twice))
				(void)fputc('\\', out);
			(void)fputc(*p, out);
		}
		(void)fputc('\n', out);
	}
	return fclose(out) == 0 ? text : NULL;
}

void
restore_places_free(struct restore_places *places)
{
	size_t i;

	for (i = 0; i < places->count; i++) {
		free(places->list[i].path);
		free(places->list[i].was);
		free(places->list[i].to);
	}
	free(places->list);
	places->list = NULL;
	places->count = 0;
}
