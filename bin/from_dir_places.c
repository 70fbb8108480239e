/* from_dir_places.c - where the tablespaces of a plain base backup go. */
#include "config.h"

#include "from_dir_places.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"

#define BELOW "pg_tblspc/"
#define MAP "tablespace_map"
#define MOST (1 << 20) /* bytes of a tablespace_map */

int
from_folder_check(const char *path, wa_error *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int others = 0;

	if (dir == NULL && errno == ENOENT)
		return 0;
	if (dir == NULL) {
		(void)error_system(
		    err, "could not open \"%s\", to restore there", path);
		return WA_EUSAGE;
	}
	while (!others && (entry = readdir(dir)) != NULL)
		others = strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    strcmp(entry->d_name, "lost+found") != 0;
	(void)closedir(dir);
	return others ? error_set(err, WA_EUSAGE, "\"%s\" is not empty", path) :
			1;
}

/* "OID" of "pg_tblspc/OID", or NULL. */
static const char *
oid_of(const struct from_file *file)
{
	const char *oid = file->path + strlen(BELOW);

	if (strncmp(file->path, BELOW, strlen(BELOW)) != 0 || oid[0] == '\0' ||
	    oid[strspn(oid, "0123456789")] != '\0' || strlen(oid) > 10)
		return NULL;
	return oid;
}

/* "" when there is none; for free(). */
static int
read_map(char **out, int dir, wa_error *err)
{
	int fd = openat(dir, MAP, O_RDONLY | O_CLOEXEC);
	char *text = calloc(1, MOST);
	ssize_t n = 0;

	if (text != NULL && fd >= 0)
		n = read(fd, text, MOST - 1);
	if (fd >= 0)
		(void)close(fd);
	if (text != NULL && n >= 0 && (fd >= 0 || errno == ENOENT)) {
		*out = text;
		return 0;
	}
	free(text);
	return text == NULL ? out_of_memory(err) :
			      error_system(err, "could not read \"%s\"", MAP);
}

/* The path of "OID PATH", where a backslash stands before a newline or itself;
 * for free(), or NULL. */
static char *
unescape(const char *text)
{
	char *out = malloc(strlen(text) + 1), *p = out;

	for (; out != NULL && *text != '\0' && *text != '\n'; text++) {
		if (*text == '\\' && text[1] != '\0')
			text++;
		*p++ = *text;
	}
	if (out != NULL)
		*p = '\0';
	return out;
}

static const char *
next_line(const char *line)
{
	while (*line != '\0' && *line != '\n')
		line += *line == '\\' && line[1] != '\0' ? 2 : 1;
	return *line == '\n' ? line + 1 : line;
}

static char *
in_map(const char *map, const char *oid)
{
	size_t length = strlen(oid);

	for (; *map != '\0'; map = next_line(map))
		if (strncmp(map, oid, length) == 0 && map[length] == ' ')
			return unescape(map + length + 1);
	return NULL;
}

static char *
in_link(int dir, const char *path)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(dir, path, text, sizeof(text) - 1);

	if (n < 0)
		return NULL;
	text[n] = '\0';
	return strdup(text);
}

/* The value of the first "KEY=VALUE" line whose key is one of the two, in
 * *value and *size; 0 when there is none. */
static int
find_wish(const char **value, size_t *size, const char *lines, const char *oid,
    const char *was)
{
	while (lines != NULL && *lines != '\0') {
		size_t length = strcspn(lines, "\n");
		const char *equals = memchr(lines, '=', length);
		size_t key = equals != NULL ? (size_t)(equals - lines) : 0;

		if (equals != NULL &&
		    ((strlen(oid) == key && memcmp(lines, oid, key) == 0) ||
			(strlen(was) == key && memcmp(lines, was, key) == 0))) {
			*value = equals + 1;
			*size = length - key - 1;
			return 1;
		}
		lines += length + (lines[length] == '\n');
	}
	return 0;
}

/* Where the tablespace goes; for free(), NULL: memory is short. */
static char *
choose(const struct from_place *place, const struct from_dir *job)
{
	const char *value;
	char *to = NULL;
	size_t size;

	if (find_wish(
		&value, &size, job->tablespace_map, place->oid, place->was))
		return strndup(value, size);
	if (job->tablespace_map_all == NULL)
		return strdup(place->was);
	return asprintf(&to, "%s/%s", job->tablespace_map_all, place->oid) < 0 ?
	    NULL :
	    to;
}

static int
is_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	while (length > 1 && folder[length - 1] == '/')
		length--;
	return strncmp(path, folder, length) == 0 &&
	    (path[length] == '/' || path[length] == '\0');
}

static int
hint_at_map(const struct from_place *place, wa_error *err)
{
	error_hint(err, "Use --tablespace-map=%s=PATH, of an empty folder.",
	    place->oid);
	return WA_EUSAGE;
}

static int
check_place(const struct from_places *places, const struct from_place *place,
    const struct from_dir *job, wa_error *err)
{
	size_t i;

	if (place->to[0] != '/') {
		(void)error_set(err, WA_EUSAGE,
		    "tablespace %s cannot go to \"%s\", which is no absolute "
		    "path",
		    place->oid, place->to);
		return hint_at_map(place, err);
	}
	if (is_below(place->to, job->to))
		return error_set(err, WA_EUSAGE,
		    "tablespace %s cannot go to \"%s\", inside the data "
		    "directory",
		    place->oid, place->to);
	for (i = 0; i < places->count; i++)
		if (&places->place[i] != place &&
		    is_below(place->to, places->place[i].to))
			return error_set(err, WA_EUSAGE,
			    "tablespaces %s and %s cannot both go to \"%s\"",
			    places->place[i].oid, place->oid, place->to);
	if (from_folder_check(place->to, err) < 0)
		return hint_at_map(place, err);
	return 0;
}

/* One more tablespace, unless it stays inside. */
static int
add(struct from_places *places, const char *oid, int dir, const char *path,
    const char *map, const struct from_dir *job, wa_error *err)
{
	struct from_place place = { .fd = -1 };
	struct from_place *more;

	(void)snprintf(place.oid, sizeof(place.oid), "%s", oid);
	place.was = in_link(dir, path);
	if (place.was == NULL)
		place.was = in_map(map, oid);
	if (place.was == NULL)
		return 0;
	place.to = choose(&place, job);
	more = realloc(
	    places->place, (places->count + 1) * sizeof(*places->place));
	if (more != NULL)
		places->place = more;
	if (place.to == NULL || more == NULL) {
		free(place.was);
		free(place.to);
		return out_of_memory(err);
	}
	places->place[places->count++] = place;
	return 0;
}

static int
find_all(struct from_places *places, const struct from_list *list, int dir,
    const char *map, const struct from_dir *job, wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < list->count && rc == 0; i++) {
		const struct from_file *file = &list->files[i];
		const char *oid = oid_of(file);

		if (oid != NULL && file->folder)
			rc = add(places, oid, dir, file->path, map, job, err);
	}
	return rc;
}

static void
assign(const struct from_places *places, struct from_list *list)
{
	size_t below = strlen(BELOW), i, p;

	for (i = 0; i < list->count; i++) {
		const char *path = list->files[i].path;

		if (strncmp(path, BELOW, below) != 0)
			continue;
		for (p = 0; p < places->count; p++)
			if (is_below(path + below, places->place[p].oid))
				list->files[i].place = (int)p;
	}
}

/* A line "OID PATH" each. */
static int
make_map(struct from_places *places, wa_error *err)
{
	size_t size, i;
	FILE *stream = open_memstream(&places->map, &size);
	const char *p;

	if (stream == NULL)
		return out_of_memory(err);
	for (i = 0; i < places->count; i++) {
		(void)fprintf(stream, "%s ", places->place[i].oid);
		for (p = places->place[i].to; *p != '\0'; p++) {
			if (*p == '\\' || *p == '\n' || *p == '\r')
				(void)fputc('\\', stream);
			(void)fputc(*p, stream);
		}
		(void)fputc('\n', stream);
	}
	return fclose(stream) != 0 ? out_of_memory(err) : 0;
}

static int
is_moved(const struct from_places *places)
{
	size_t i;

	for (i = 0; i < places->count; i++)
		if (strcmp(places->place[i].was, places->place[i].to) != 0)
			return 1;
	return 0;
}

/* A wish for a tablespace that is not there is a mistyped one. */
static int
check_wishes(const struct from_places *places, const char *lines, wa_error *err)
{
	while (lines != NULL && *lines != '\0') {
		size_t length = strcspn(lines, "\n"), i, size, used = 0;
		char *line = strndup(lines, length);
		const char *value;

		if (line == NULL)
			return out_of_memory(err);
		for (i = 0; i < places->count; i++)
			used |= (size_t)find_wish(&value, &size, line,
			    places->place[i].oid, places->place[i].was);
		if (length > 0 && !used)
			(void)error_set(err, WA_EUSAGE,
			    "tablespace-map \"%s\" is of no tablespace of the "
			    "backup",
			    line);
		free(line);
		if (length > 0 && !used)
			return WA_EUSAGE;
		lines += length + (lines[length] == '\n');
	}
	return 0;
}

int
from_places_find(struct from_places *out, struct from_list *list, int dir,
    const struct from_dir *job, wa_error *err)
{
	struct from_places places = { .place = NULL };
	char *map = NULL;
	size_t i;
	int rc = read_map(&map, dir, err);

	if (rc == 0)
		rc = find_all(&places, list, dir, map, job, err);
	if (rc == 0)
		rc = check_wishes(&places, job->tablespace_map, err);
	for (i = 0; i < places.count && rc == 0; i++)
		rc = check_place(&places, &places.place[i], job, err);
	if (rc == 0 && map[0] != '\0' && is_moved(&places))
		rc = make_map(&places, err);
	free(map);
	if (rc < 0) {
		from_places_close(&places, 0);
		return rc;
	}
	assign(&places, list);
	*out = places;
	return 0;
}

int
from_places_open(struct from_places *places, wa_error *err)
{
	size_t i;

	for (i = 0; i < places->count; i++) {
		struct from_place *place = &places->place[i];

		place->made = mkdir(place->to, 0700) == 0;
		if (!place->made && errno != EEXIST)
			return error_system(err,
			    "could not make \"%s\", for tablespace %s",
			    place->to, place->oid);
		place->fd = open(place->to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (place->fd < 0)
			return error_system(
			    err, "could not open \"%s\"", place->to);
	}
	return 0;
}

void
from_places_close(struct from_places *places, int keep)
{
	while (places->count > 0) {
		struct from_place *place = &places->place[--places->count];

		if (place->fd >= 0)
			(void)close(place->fd);
		if (place->made && !keep)
			(void)rmdir(place->to);
		free(place->was);
		free(place->to);
	}
	free(places->place);
	free(places->map);
	places->place = NULL;
	places->map = NULL;
}
