/*
 * pg_manifest_read.c - what a backup_manifest says of a base backup.
 *
 * PostgreSQL writes a line a file, and each is JSON by itself; so the whole,
 * which may tell of a million files, need not be one tree in memory.
 */
#include "config.h"

#include "pg_manifest_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"

#define NAME "backup_manifest"

struct reader {
	struct pg_manifest_list *list;
	size_t room, range_room;
	struct pg_checksum *sum;
	int ended; /* the last line was there */
	wa_error *err;
};

static int
corrupt(struct reader *r, const char *why)
{
	return error_set(r->err, WA_ECORRUPT, "\"%s\" %s", NAME, why);
}

/* Room for one more of *items. */
static int
grow(void *items, size_t *room, size_t count, size_t size)
{
	void **array = items, *more;

	if (count < *room)
		return 0;
	more = realloc(*array, (*room * 2 + 64) * size);
	if (more == NULL)
		return -1;
	*array = more;
	*room = *room * 2 + 64;
	return 0;
}

static char *
unhex(const char *text)
{
	size_t n = strlen(text) / 2, i;
	char *out = malloc(n + 1);
	unsigned int byte;

	for (i = 0; out != NULL && i < n; i++) {
		if (strlen(text) % 2 != 0 ||
		    sscanf(text + 2 * i, "%2x", &byte) != 1 || byte == 0) {
			free(out);
			return NULL;
		}
		out[i] = (char)byte;
	}
	if (out != NULL)
		out[n] = '\0';
	return out;
}

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int
read_sum(struct pg_sum *out, const json_t *object)
{
	const char *name = text_of(object, "Checksum-Algorithm");
	const char *text = text_of(object, "Checksum");
	enum pg_algorithm algorithm;

	memset(out, 0, sizeof(*out));
	if (name == NULL && text == NULL)
		return 0;
	if (name == NULL || text == NULL ||
	    pg_algorithm_parse(&algorithm, name) < 0)
		return -1;
	return pg_sum_parse(out, algorithm, text);
}

static int
read_file(struct reader *r, const json_t *object)
{
	const char *path = text_of(object, "Path");
	const char *hex = text_of(object, "Encoded-Path");
	const json_t *size = json_object_get(object, "Size");
	struct pg_manifest_file *file;

	if ((path == NULL) == (hex == NULL) || !json_is_integer(size) ||
	    json_integer_value(size) < 0)
		return corrupt(r, "has a line that tells of no file");
	if (grow(&r->list->files, &r->room, r->list->count, sizeof(*file)) < 0)
		return out_of_memory(r->err);
	file = &r->list->files[r->list->count];
	memset(file, 0, sizeof(*file));
	file->size = (uint64_t)json_integer_value(size);
	if (read_sum(&file->sum, object) < 0)
		return corrupt(r, "has a checksum that is none");
	file->path = path != NULL ? strdup(path) : unhex(hex);
	if (file->path == NULL)
		return corrupt(r, "has a path that is none");
	r->list->count++;
	return 0;
}

static int
read_range(struct reader *r, const json_t *object)
{
	const char *start = text_of(object, "Start-LSN");
	const char *end = text_of(object, "End-LSN");
	struct pg_wal_range range = { .timeline = (uint32_t)json_integer_value(
					  json_object_get(
					      object, "Timeline")) };

	if (start == NULL || end == NULL || range.timeline == 0 ||
	    wa_lsn_parse(&range.start, start) < 0 ||
	    wa_lsn_parse(&range.end, end) < 0)
		return corrupt(r, "has a range of WAL that is none");
	if (grow(&r->list->ranges, &r->range_room, r->list->range_count,
		sizeof(range)) < 0)
		return out_of_memory(r->err);
	r->list->ranges[r->list->range_count++] = range;
	return 0;
}

/* A file's or a range's, with a comma behind perhaps. */
static int
read_object(struct reader *r, const char *line, size_t size)
{
	json_t *object;
	int rc;

	while (size > 0 && strchr(",\n\r ", line[size - 1]) != NULL)
		size--;
	object = json_loadb(line, size, 0, NULL);
	if (!json_is_object(object))
		rc = corrupt(r, "has a line that cannot be read");
	else if (json_object_get(object, "Timeline") != NULL)
		rc = read_range(r, object);
	else
		rc = read_file(r, object);
	json_decref(object);
	return rc;
}

/* The last line: of all before it. */
static int
check_sum(struct reader *r, const char *text)
{
	struct pg_sum own, sum;
	char digits[65];
	int rc = pg_checksum_end(&own, r->sum, r->err);

	if (rc < 0)
		return rc;
	if (sscanf(text, " \"%64[0-9a-f]\"}", digits) != 1 ||
	    pg_sum_parse(&sum, PG_SHA256, digits) < 0 ||
	    !pg_sum_same(&own, &sum))
		return corrupt(r, "fails its own checksum");
	r->ended = 1;
	return 0;
}

/* What stands behind the key at the line's beginning, or NULL. */
static const char *
behind(const char *line, const char *key)
{
	size_t length = strlen(key);

	return strncmp(line, key, length) == 0 ? line + length : NULL;
}

static int
read_head(struct reader *r, const char *line)
{
	const char *value =
	    behind(line, "{ \"PostgreSQL-Backup-Manifest-Version\":");
	int version = value != NULL ? atoi(value) : 0;

	if (version != 1 && version != 2)
		return corrupt(r, "is of a version that walarch does not know");
	return 0;
}

static int
read_line(struct reader *r, size_t number, const char *line, size_t size)
{
	const char *value;
	int rc;

	if (r->ended)
		return corrupt(r, "goes on behind its end");
	value = behind(line, "\"Manifest-Checksum\":");
	if (value != NULL)
		return check_sum(r, value);
	rc = pg_checksum_add(r->sum, line, size, r->err);
	if (rc < 0)
		return rc;
	if (number == 0)
		return read_head(r, line);
	value = behind(line, "\"System-Identifier\":");
	if (value != NULL)
		r->list->system_id = strtoull(value, NULL, 10);
	return line[0] == '{' ? read_object(r, line, size) : 0;
}

static int
read_lines(struct reader *r, FILE *file)
{
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t size;
	int rc = 0;

	while (rc == 0 && (size = getline(&line, &room, file)) >= 0)
		rc = read_line(r, number++, line, (size_t)size);
	if (rc == 0 && ferror(file))
		rc = error_system(r->err, "could not read \"%s\"", NAME);
	if (rc == 0 && !r->ended)
		rc = corrupt(r, "has no checksum at its end");
	free(line);
	return rc;
}

static int
by_path(const void *a, const void *b)
{
	const struct pg_manifest_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int
sort(struct reader *r)
{
	struct pg_manifest_list *list = r->list;
	size_t i;

	if (list->count > 1)
		qsort(list->files, list->count, sizeof(*list->files), by_path);
	for (i = 1; i < list->count; i++)
		if (by_path(&list->files[i - 1], &list->files[i]) == 0)
			return corrupt(r, "names a file twice");
	return 0;
}

static int
load(struct reader *r, FILE *file)
{
	int rc = pg_checksum_new(&r->sum, r->err);

	if (rc == 0)
		rc = pg_checksum_begin(r->sum, PG_SHA256, r->err);
	if (rc == 0)
		rc = read_lines(r, file);
	if (rc == 0)
		rc = sort(r);
	pg_checksum_free(r->sum);
	return rc;
}

static FILE *
open_in(int dir)
{
	int fd = openat(dir, NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd >= 0 && file == NULL)
		(void)close(fd);
	return file;
}

int
pg_manifest_load(struct pg_manifest_list **out, int dir, wa_error *err)
{
	FILE *file = open_in(dir);
	struct reader r = { .err = err };
	int rc;

	if (file == NULL && errno == ENOENT)
		return error_set(err, WA_ENOENT, "there is no \"%s\"", NAME);
	if (file == NULL)
		return error_system(err, "could not open \"%s\"", NAME);
	r.list = calloc(1, sizeof(*r.list));
	rc = r.list == NULL ? out_of_memory(err) : load(&r, file);
	(void)fclose(file);
	if (rc == 0)
		*out = r.list;
	else
		pg_manifest_list_free(r.list);
	return rc;
}

struct pg_manifest_file *
pg_manifest_find(const struct pg_manifest_list *list, const char *path)
{
	struct pg_manifest_file key = { .path = path };

	return list->count == 0 ?
	    NULL :
	    bsearch(&key, list->files, list->count, sizeof(key), by_path);
}

void
pg_manifest_list_free(struct pg_manifest_list *list)
{
	if (list == NULL)
		return;
	while (list->count > 0)
		free((char *)list->files[--list->count].path);
	free(list->files);
	free(list->ranges);
	free(list);
}
