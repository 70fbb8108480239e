/* set_line.h - a file of a set as a line of JSON (walarch-repository(5)). */
#ifndef WA_REPO_SET_LINE_H
#define WA_REPO_SET_LINE_H

#include <jansson.h>

#include "repo/repo.h"

/* What a tar header takes in front of a file's first frame, at most. */
#define WA_TAR_HEADER_MAX (32u << 10)

/* A line as text, in a buffer that grows and is used again. */
struct wa_line_buffer {
	char *text;
	size_t used, room;
};

void wa_line_buffer_free(struct wa_line_buffer *buffer);

/* The line, with its newline, into buffer. */
int wa_set_line_format(
    struct wa_line_buffer *buffer, const wa_set_file *file, wa_error *err);
int wa_line_of_json(
    struct wa_line_buffer *buffer, const json_t *json, wa_error *err);

/* A parsed line; what its file points to lives as long as it does. */
struct wa_set_line {
	json_t *json;    /* NULL: there is none */
	char *path, *to; /* those that were in hexadecimal */
	uint32_t *frames;
	int no_memory; /* there was none */
	wa_set_file file;
};

/*
 * WA_ECORRUPT when it is no file's line, or its path would lead out of the
 * data directory.  set is what lies in no other one is in.
 */
int wa_set_line_parse(struct wa_set_line *out, const char *text, size_t size,
    const char *set, wa_error *err);
void wa_set_line_clear(struct wa_set_line *line);

/* Is it one of the files that come last, whatever their order? */
int wa_set_path_last(const char *path);

/* Does the path stay below its folder? */
int wa_set_path_valid(const char *path);

#endif
