/*
 * set_merge.h - many sorted runs of lines, in one temporary file, become one
 * (Knuth, The Art of Computer Programming, 5.4.1: a heap of the runs).
 */
#ifndef WA_REPO_SET_MERGE_H
#define WA_REPO_SET_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "walarch.h"

/* A line of a manifest on its way: this, path with its NUL, text. */
struct wa_sort_line {
	uint32_t path_size, text_size;
	int32_t kind; /* enum wa_set_file_kind */
	char path[];
};

static inline size_t
wa_sort_line_size(const struct wa_sort_line *line)
{
	size_t n = sizeof(*line) + line->path_size + line->text_size;

	return (n + 7) & ~(size_t)7;
}

static inline const char *
wa_sort_line_text(const struct wa_sort_line *line)
{
	return line->path + line->path_size;
}

typedef struct wa_set_merge wa_set_merge;

int wa_set_merge_new(wa_set_merge **out, wa_error *err);
void wa_set_merge_free(wa_set_merge *merge);

/* The lines, sorted by path, as one more run. */
int wa_set_merge_add(wa_set_merge *merge,
    const struct wa_sort_line *const *lines, size_t count, wa_error *err);

/* All runs are there: read them, with about so many bytes of memory. */
int wa_set_merge_begin(wa_set_merge *merge, size_t room, wa_error *err);

/* 1, or 0 after the last; valid until the next call. */
int wa_set_merge_next(
    const struct wa_sort_line **out, wa_set_merge *merge, wa_error *err);

#endif
