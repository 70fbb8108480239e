/* set_line.c - a file of a set as a line of JSON. */
#include "config.h"

#include "repo/set_line.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include "base/error.h"
#include "base/sys.h"
#include "base/text.h"
#include "repo/set_label.h"

#define SECOND INT64_C(1000000000)
#define PATH_LIMIT 4096
#define FLAGS (JSON_COMPACT | JSON_ENCODE_ANY)
#define FRAME_LIMIT                                                            \
	(ZSTD_COMPRESSBOUND(WA_SET_CHUNK + WA_TAR_HEADER_MAX) + 4096)

static const char *const kinds[] = { NULL, "folder", "link" };

void
wa_line_buffer_free(struct wa_line_buffer *buffer)
{
	wa_sys_free(buffer->text);
	memset(buffer, 0, sizeof(*buffer));
}

int
wa_line_of_json(
    struct wa_line_buffer *buffer, const json_t *json, wa_error *err)
{
	size_t need = json_dumpb(json, NULL, 0, FLAGS) + 1;

	if (need == 1)
		return wa_error_memory(err);
	if (need > buffer->room) {
		char *more = wa_sys_realloc(buffer->text, 2 * need);

		if (more == NULL)
			return wa_error_memory(err);
		buffer->text = more;
		buffer->room = 2 * need;
	}
	(void)json_dumpb(json, buffer->text, need - 1, FLAGS);
	buffer->text[need - 1] = '\n';
	buffer->used = need;
	return 0;
}

/* Under name, or, when it is no UTF-8, under name-hex in hexadecimal.  This and
 * the following are not 0 when there is no memory: a line without a path must
 * not come to be. */
static int
put_bytes(json_t *json, const char *name, const char *bytes)
{
	static const char digits[] = "0123456789abcdef";
	json_t *text = json_string(bytes);
	char key[16], *hex;
	size_t i, n;
	int rc;

	if (text != NULL)
		return json_object_set_new(json, name, text);
	n = strlen(bytes);
	hex = wa_sys_malloc(2 * n + 1);
	if (hex == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		hex[2 * i] = digits[(uint8_t)bytes[i] >> 4];
		hex[2 * i + 1] = digits[(uint8_t)bytes[i] & 15];
	}
	(void)snprintf(key, sizeof(key), "%s-hex", name);
	rc = json_object_set_new(json, key, json_stringn(hex, 2 * n));
	wa_sys_free(hex);
	return rc;
}

/* Of users and groups only names that are UTF-8. */
static int
put_owner(json_t *json, const char *name, const char *owner)
{
	json_t *text = owner == NULL ? NULL : json_string(owner);

	return text == NULL ? 0 : json_object_set_new(json, name, text);
}

static int
put_number(json_t *json, const char *name, uint64_t number)
{
	return json_object_set_new(
	    json, name, json_integer((json_int_t)number));
}

static int
put_time(json_t *json, const char *name, int64_t when)
{
	int64_t seconds = when / SECOND - (when % SECOND < 0);

	return json_object_set_new(json, name,
	    json_pack("[I,I]", (json_int_t)seconds,
		(json_int_t)(when - seconds * SECOND)));
}

static int
put_frames(json_t *json, const wa_set_file *f)
{
	json_t *frames = json_array();
	size_t i;
	int rc = 0;

	for (i = 0; i < f->frame_count && rc == 0; i++)
		rc = json_array_append_new(frames, json_integer(f->frames[i]));
	return json_object_set_new(json, "frames", frames) | rc;
}

static int
put_content(json_t *json, const wa_set_file *f)
{
	char crc[9];
	int rc;

	(void)snprintf(crc, sizeof(crc), "%08x", f->crc32c);
	rc = put_number(json, "size", f->size);
	rc |= json_object_set_new(json, "xxh128", json_string(f->xxh128));
	rc |= json_object_set_new(json, "crc32c", json_string(crc));
	if (f->in != NULL)
		rc |= json_object_set_new(json, "in", json_string(f->in));
	rc |= put_number(json, "part", f->part);
	rc |= put_number(json, "at", f->at);
	rc |= put_frames(json, f);
	if (f->bad_pages > 0)
		rc |= put_number(json, "bad-pages", f->bad_pages);
	if (f->ctime != 0) {
		rc |= put_time(json, "ctime", f->ctime);
		rc |= put_number(json, "inode", f->inode);
	}
	return rc;
}

static json_t *
to_json(const wa_set_file *f)
{
	json_t *json = json_object();
	char mode[8];
	int rc = put_bytes(json, "path", f->path);

	if (f->kind != WA_FILE_REGULAR)
		rc |= json_object_set_new(
		    json, "type", json_string(kinds[f->kind]));
	if (f->to != NULL)
		rc |= put_bytes(json, "to", f->to);
	rc |= put_time(json, "mtime", f->mtime);
	(void)snprintf(mode, sizeof(mode), "%04o", f->mode & 07777);
	rc |= json_object_set_new(json, "mode", json_string(mode));
	rc |= put_owner(json, "user", f->user);
	rc |= put_owner(json, "group", f->group);
	if (f->kind == WA_FILE_REGULAR)
		rc |= put_content(json, f);
	if (rc == 0)
		return json;
	json_decref(json);
	return NULL;
}

int
wa_set_line_format(
    struct wa_line_buffer *buffer, const wa_set_file *file, wa_error *err)
{
	json_t *json = to_json(file);
	int rc = json == NULL ? wa_error_memory(err) :
				wa_line_of_json(buffer, json, err);

	json_decref(json);
	return rc;
}

int
wa_set_path_valid(const char *path)
{
	size_t length = strlen(path);

	if (length == 0 || length >= PATH_LIMIT || path[length - 1] == '/')
		return 0;
	while (*path != '\0') {
		size_t n = strcspn(path, "/");

		if (n == 0 || (n == 1 && path[0] == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return 0;
		path += n + (path[n] == '/');
	}
	return 1;
}

void
wa_set_line_clear(struct wa_set_line *line)
{
	json_decref(line->json);
	wa_sys_free(line->path);
	wa_sys_free(line->to);
	wa_sys_free(line->frames);
	memset(line, 0, sizeof(*line));
}

static void *
memory(struct wa_set_line *line, size_t size)
{
	void *p = wa_sys_malloc(size);

	line->no_memory |= p == NULL;
	return p;
}

/* What put_bytes() put; NULL when there is none or it has a NUL. */
static const char *
take_bytes(char **own, struct wa_set_line *line, const char *name)
{
	const json_t *json = line->json;
	const json_t *text = json_object_get(json, name);
	const char *hex;
	char key[16];
	size_t i, n;

	if (json_is_string(text))
		return strlen(json_string_value(text)) ==
			json_string_length(text) ?
		    json_string_value(text) :
		    NULL;
	(void)snprintf(key, sizeof(key), "%s-hex", name);
	hex = json_string_value(json_object_get(json, key));
	n = hex == NULL ? 1 : strlen(hex);
	if (n % 2 != 0 || (*own = memory(line, n / 2 + 1)) == NULL)
		return NULL;
	for (i = 0; i < n / 2; i++) {
		uint64_t byte;

		if (wa_text_hex(&byte, hex + 2 * i, 2) < 0 || byte == 0)
			return NULL;
		(*own)[i] = (char)byte;
	}
	(*own)[n / 2] = '\0';
	return *own;
}

static int
has(const json_t *json, const char *name)
{
	return json_object_get(json, name) != NULL;
}

static int
take_number(uint64_t *out, const json_t *json, const char *name)
{
	const json_t *number = json_object_get(json, name);

	if (!json_is_integer(number) || json_integer_value(number) < 0)
		return -1;
	*out = (uint64_t)json_integer_value(number);
	return 0;
}

static int
take_time(int64_t *out, const json_t *json, const char *name)
{
	const json_t *pair = json_object_get(json, name);
	const json_t *first = json_array_get(pair, 0);
	const json_t *second = json_array_get(pair, 1);
	json_int_t seconds = json_integer_value(first);
	json_int_t rest = json_integer_value(second);

	if (json_array_size(pair) != 2 || !json_is_integer(first) ||
	    !json_is_integer(second) || rest < 0 || rest >= SECOND ||
	    seconds > INT64_MAX / SECOND - 1 ||
	    seconds < INT64_MIN / SECOND + 1)
		return -1;
	*out = seconds * SECOND + rest;
	return 0;
}

static int
take_mode(uint32_t *out, const json_t *json)
{
	const char *text = json_string_value(json_object_get(json, "mode"));
	uint32_t mode = 0;

	if (text == NULL || strlen(text) != 4 || strspn(text, "01234567") != 4)
		return -1;
	while (*text != '\0')
		mode = mode * 8 + (uint32_t)(*text++ - '0');
	*out = mode;
	return 0;
}

static int
take_frames(struct wa_set_line *line, const json_t *json)
{
	const json_t *array = json_object_get(json, "frames");
	size_t n = json_array_size(array), i;
	uint64_t want = (line->file.size + WA_SET_CHUNK - 1) / WA_SET_CHUNK;

	if (n == 0 || n != (want == 0 ? 1 : want))
		return -1;
	line->frames = memory(line, n * sizeof(*line->frames));
	if (line->frames == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		json_int_t length =
		    json_integer_value(json_array_get(array, i));

		if (length <= 0 || length > (json_int_t)FRAME_LIMIT)
			return -1;
		line->frames[i] = (uint32_t)length;
	}
	line->file.frames = line->frames;
	line->file.frame_count = n;
	return 0;
}

static int
take_digests(wa_set_file *f, const json_t *json)
{
	const char *xxh = json_string_value(json_object_get(json, "xxh128"));
	const char *crc = json_string_value(json_object_get(json, "crc32c"));
	uint64_t number;

	if (xxh == NULL || strlen(xxh) != sizeof(f->xxh128) - 1 ||
	    strspn(xxh, "0123456789abcdef") != strlen(xxh) || crc == NULL ||
	    strlen(crc) != 8 || wa_text_hex(&number, crc, 8) < 0)
		return -1;
	memcpy(f->xxh128, xxh, sizeof(f->xxh128));
	f->crc32c = (uint32_t)number;
	return 0;
}

static int
take_content(struct wa_set_line *line, const char *set)
{
	wa_set_file *f = &line->file;
	const json_t *in = json_object_get(line->json, "in");
	uint64_t part, bad = 0;

	f->in = in == NULL ? set : json_string_value(in);
	if (f->in == NULL || take_number(&f->size, line->json, "size") < 0 ||
	    take_number(&part, line->json, "part") < 0 ||
	    take_number(&f->at, line->json, "at") < 0 || part == 0 ||
	    part > 99999 || !wa_set_label_valid(f->in) ||
	    take_digests(f, line->json) < 0 ||
	    take_frames(line, line->json) < 0)
		return -1;
	f->part = (uint32_t)part;
	if (has(line->json, "bad-pages") &&
	    (take_number(&bad, line->json, "bad-pages") < 0 ||
		bad > UINT32_MAX))
		return -1;
	f->bad_pages = (uint32_t)bad;
	if (take_time(&f->ctime, line->json, "ctime") < 0 ||
	    take_number(&f->inode, line->json, "inode") < 0)
		f->ctime = 0;
	return 0;
}

static int
take_kind(wa_set_file *f, const json_t *json)
{
	const char *type = json_string_value(json_object_get(json, "type"));

	f->kind = WA_FILE_REGULAR;
	if (type == NULL && has(json, "type"))
		return -1;
	if (type != NULL && strcmp(type, kinds[WA_FILE_FOLDER]) == 0)
		f->kind = WA_FILE_FOLDER;
	else if (type != NULL && strcmp(type, kinds[WA_FILE_LINK]) == 0)
		f->kind = WA_FILE_LINK;
	else if (type != NULL)
		return -1;
	return f->kind == WA_FILE_LINK && f->to == NULL ? -1 : 0;
}

static int
take_all(struct wa_set_line *line, const char *set)
{
	wa_set_file *f = &line->file;

	f->path = take_bytes(&line->path, line, "path");
	f->to = take_bytes(&line->to, line, "to");
	f->user = json_string_value(json_object_get(line->json, "user"));
	f->group = json_string_value(json_object_get(line->json, "group"));
	if (f->path == NULL || !wa_set_path_valid(f->path) ||
	    (f->to == NULL &&
		(has(line->json, "to") || has(line->json, "to-hex"))) ||
	    take_kind(f, line->json) < 0 ||
	    take_mode(&f->mode, line->json) < 0 ||
	    take_time(&f->mtime, line->json, "mtime") < 0)
		return -1;
	return f->kind == WA_FILE_REGULAR ? take_content(line, set) : 0;
}

int
wa_set_line_parse(struct wa_set_line *out, const char *text, size_t size,
    const char *set, wa_error *err)
{
	wa_set_line_clear(out);
	out->json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(out->json) && take_all(out, set) == 0)
		return 0;
	if (out->no_memory)
		return wa_error_memory(err);
	return wa_error_set(err, WA_ECORRUPT,
	    "a line of the manifest is no file's: \"%.*s\"",
	    size > 200 ? 200 : (int)size, text);
}
