/* set_read.c - a manifest, line by line; or what an interrupted set has. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/error.h"
#include "base/sys.h"
#include "repo/set_label.h"
#include "repo/set_line.h"
#include "stream/codec.h"

#define PIECE (64u << 10)
#define LINE_LIMIT (64u << 20)

struct wa_set_reader {
	wa_repo *repo;
	wa_set set;
	uint32_t list; /* of an interrupted one: the list being read; else 0 */
	wa_key key;
	wa_label label;
	wa_reader *head;
	char *buf; /* plain bytes from at to end */
	size_t at, end, room;
	json_t *header;
	struct wa_line_buffer shown; /* what wa_set_header() returned last */
	struct wa_set_line line;
	char *last;    /* path of the line before */
	uint32_t tail; /* bits of the files at the end that were seen */
	uint64_t files;
	int ended;
};

/* Names that come last, whatever their order. */
static const char *const tail_names[] = { "global/pg_control", "backup_label",
	"tablespace_map" };

int
wa_set_path_last(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(tail_names) / sizeof(tail_names[0]); i++)
		if (strcmp(path, tail_names[i]) == 0)
			return 1;
	return 0;
}

int
wa_path_compare(const char *a, const char *b)
{
	for (; *a == *b && *a != '\0'; a++, b++)
		;
	if (*a == *b)
		return 0;
	if (*a == '\0' || *b == '\0')
		return *a == '\0' ? -1 : 1;
	if (*a == '/' || *b == '/')
		return *a == '/' ? -1 : 1;
	return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
}

static int
more_room(struct wa_set_reader *r, wa_error *err)
{
	size_t room = r->room == 0 ? 2 * PIECE : 2 * r->room;
	char *more;

	if (room > LINE_LIMIT)
		return wa_error_set(
		    err, WA_ECORRUPT, "a line of the manifest is too long");
	more = wa_sys_realloc(r->buf, room);
	if (more == NULL)
		return wa_error_memory(err);
	r->buf = more;
	r->room = room;
	return 0;
}

/* The next line, without its newline: 1, or 0 at the end. */
static int
next_line(char **text, size_t *size, struct wa_set_reader *r, wa_error *err)
{
	size_t seen = 0;

	for (;;) {
		char *newline = r->end - r->at > seen ?
		    memchr(r->buf + r->at + seen, '\n', r->end - r->at - seen) :
		    NULL;
		int64_t n;
		int rc = 0;

		if (newline != NULL) {
			*text = r->buf + r->at;
			*size = (size_t)(newline - *text);
			r->at += *size + 1;
			return 1;
		}
		seen = r->end - r->at;
		if (r->at > 0)
			memmove(r->buf, r->buf + r->at, seen);
		r->at = 0;
		r->end = seen;
		if (r->room - r->end < PIECE)
			rc = more_room(r, err);
		if (rc < 0)
			return rc;
		n = wa_reader_read(r->head, r->buf + r->end, PIECE, err);
		if (n < 0)
			return (int)n;
		if (n == 0)
			return r->end == 0 ? 0 :
					     wa_error_set(err, WA_ECORRUPT,
						 "its last line has no end");
		r->end += (size_t)n;
	}
}

/* The object's label, and a reader of its lines. */
static int
open_lines(struct wa_set_reader *r, wa_error *err)
{
	wa_reader *next = NULL;
	int rc;

	rc = wa_storage_get(&r->head, r->repo->storage, r->key, err);
	if (rc == 0)
		rc = wa_label_reader(&next, &r->label, r->head, err);
	if (rc == 0) {
		r->head = next;
		rc = wa_decoder(
		    &next, r->head, wa_label_vouches(&r->label), err);
	}
	if (rc == 0)
		r->head = next;
	r->at = r->end = 0;
	return rc;
}

static int
read_header(struct wa_set_reader *r, wa_error *err)
{
	char *text;
	size_t size;
	int rc = next_line(&text, &size, r, err);

	if (rc <= 0)
		return rc < 0 ?
		    rc :
		    wa_error_set(err, WA_ECORRUPT, "the manifest is empty");
	r->header = json_loadb(text, size, 0, NULL);
	if (json_integer_value(json_object_get(r->header, "walarch")) != 1)
		return wa_error_set(err, WA_ECORRUPT,
		    "its first line is not a manifest's header");
	return 0;
}

static int
new_reader(
    struct wa_set_reader **out, wa_repo *repo, const char *label, wa_error *err)
{
	struct wa_set_reader *r;

	if (!wa_set_label_valid(label)) {
		(void)wa_error_set(err, WA_EUSAGE,
		    "\"%.100s\" is no label of a backup set", label);
		wa_error_hint(err, "walarch-info lists them.");
		return WA_EUSAGE;
	}
	r = wa_sys_malloc(sizeof(*r));
	if (r == NULL)
		return wa_error_memory(err);
	memset(r, 0, sizeof(*r));
	r->repo = repo;
	(void)snprintf(r->set.label, sizeof(r->set.label), "%s", label);
	*out = r;
	return 0;
}

int
wa_set_open(
    wa_set_reader **out, wa_repo *repo, const char *label, wa_error *err)
{
	struct wa_set_reader *r = NULL;
	int rc = new_reader(&r, repo, label, err);

	if (rc < 0)
		return rc;
	wa_key_set_object(r->key, repo->stanza, label, WA_KEY_MANIFEST);
	rc = open_lines(r, err);
	if (rc == 0)
		rc = wa_set_of_label(&r->set, &r->label, label, err);
	if (rc == 0)
		rc = read_header(r, err);
	if (rc < 0) {
		rc = wa_error_in(err, rc, "\"%s\"", r->key);
		wa_set_reader_close(r);
		return rc;
	}
	*out = r;
	return 0;
}

static int
check_list(const struct wa_set_reader *r, wa_error *err)
{
	char name[WA_SET_LABEL_SIZE];
	uint64_t number;

	if (wa_label_get(&r->label, "name", name, sizeof(name)) != NULL &&
	    strcmp(name, r->set.label) == 0 &&
	    wa_label_number(&number, &r->label, "number") == 0 &&
	    number == r->list)
		return 0;
	return wa_error_set(err, WA_ECORRUPT, "its label is another's");
}

/* The next list of an interrupted set: 1, or 0 when there is none. */
static int
next_list(struct wa_set_reader *r, wa_error *err)
{
	int rc;

	wa_reader_close(r->head);
	r->head = NULL;
	wa_key_list(r->key, r->repo->stanza, r->set.label, ++r->list);
	rc = open_lines(r, err);
	if (rc == 0)
		rc = check_list(r, err);
	return rc == WA_ENOENT ? 0 : rc < 0 ? rc : 1;
}

int
wa_set_open_begun(
    wa_set_reader **out, wa_repo *repo, const char *label, wa_error *err)
{
	struct wa_set_reader *r = NULL;
	int rc = new_reader(&r, repo, label, err);

	if (rc < 0)
		return rc;
	rc = next_list(r, err);
	if (rc < 0) {
		rc = wa_error_in(err, rc, "\"%s\"", r->key);
		wa_set_reader_close(r);
		return rc;
	}
	r->ended = rc == 0;
	*out = r;
	return 0;
}

const wa_set *
wa_set_facts(const wa_set_reader *reader)
{
	return &reader->set;
}

const char *
wa_set_header(wa_set_reader *reader, const char *key)
{
	const json_t *value = json_object_get(reader->header, key);

	if (value == NULL || wa_line_of_json(&reader->shown, value, NULL) < 0)
		return NULL;
	reader->shown.text[reader->shown.used - 1] = '\0';
	return reader->shown.text;
}

/* The order, which also shows that none is there twice. */
static int
check_order(struct wa_set_reader *r, wa_error *err)
{
	const char *path = r->line.file.path;
	uint32_t i, bit = 0;
	int rc = 0;

	for (i = 0; i < sizeof(tail_names) / sizeof(tail_names[0]); i++)
		if (strcmp(path, tail_names[i]) == 0)
			bit = 1u << i;
	if (bit != 0 && r->line.file.kind != WA_FILE_REGULAR)
		return wa_error_set(
		    err, WA_ECORRUPT, "\"%s\" is no regular file", path);
	if (bit != 0 ? (r->tail & bit) != 0 :
		       r->tail != 0 ||
		    (r->last != NULL && wa_path_compare(r->last, path) >= 0))
		return wa_error_set(err, WA_ECORRUPT,
		    "the manifest's paths are not in order at \"%s\"", path);
	r->tail |= bit;
	if (bit == 0) {
		size_t size = strlen(path) + 1;
		char *more = wa_sys_realloc(r->last, size);

		if (more == NULL)
			return wa_error_memory(err);
		memcpy(more, path, size);
		r->last = more;
	}
	return rc;
}

/* {"end":{"files":N}}: is it that line, and is it true? */
static int
take_end(struct wa_set_reader *r, const char *text, size_t size, wa_error *err)
{
	static const char begin[] = "{\"end\":";
	const json_t *files;
	json_t *json;
	int rc = 1;

	if (size < sizeof(begin) - 1 ||
	    memcmp(text, begin, sizeof(begin) - 1) != 0)
		return 0;
	json = json_loadb(text, size, 0, NULL);
	files = json_object_get(json_object_get(json, "end"), "files");
	if (!json_is_integer(files) ||
	    json_integer_value(files) != (json_int_t)r->files)
		rc = wa_error_set(err, WA_ECORRUPT,
		    "the manifest does not have as many files as it says");
	json_decref(json);
	return rc;
}

/* Behind the end there must be nothing, and all of it is vouched for. */
static int
finish(struct wa_set_reader *r, wa_error *err)
{
	char *text;
	size_t size;
	int rc = next_line(&text, &size, r, err);

	if (rc > 0)
		rc = wa_error_set(
		    err, WA_ECORRUPT, "the manifest goes on after its end");
	r->ended = rc == 0;
	return rc;
}

static int
next_file(struct wa_set_reader *r, wa_error *err)
{
	char *text;
	size_t size;
	int rc;

	while ((rc = next_line(&text, &size, r, err)) == 0 && r->list != 0)
		if ((rc = next_list(r, err)) <= 0)
			return rc;
	if (rc <= 0)
		return rc < 0 ?
		    rc :
		    wa_error_set(err, WA_ECORRUPT, "the manifest has no end");
	rc = r->list != 0 ? 0 : take_end(r, text, size, err);
	if (rc != 0)
		return rc < 0 ? rc : finish(r, err);
	rc = wa_set_line_parse(&r->line, text, size, r->set.label, err);
	if (rc == 0)
		rc = check_order(r, err);
	return rc < 0 ? rc : 1;
}

int
wa_set_next(wa_set_file *out, wa_set_reader *reader, wa_error *err)
{
	int rc;

	if (reader->ended)
		return 0;
	rc = wa_config_interrupted(reader->repo->cfg, err);
	if (rc == 0)
		rc = next_file(reader, err);
	if (rc < 0)
		return wa_error_in(err, rc, "\"%s\"", reader->key);
	if (rc == 0) {
		reader->ended = 1;
		return 0;
	}
	reader->files += reader->line.file.kind == WA_FILE_REGULAR;
	*out = reader->line.file;
	return 1;
}

void
wa_set_reader_close(wa_set_reader *reader)
{
	if (reader == NULL)
		return;
	wa_reader_close(reader->head);
	wa_set_line_clear(&reader->line);
	json_decref(reader->header);
	wa_line_buffer_free(&reader->shown);
	wa_sys_free(reader->last);
	wa_sys_free(reader->buf);
	wa_sys_free(reader);
}
