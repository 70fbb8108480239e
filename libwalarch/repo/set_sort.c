/* set_sort.c - lines of a manifest, sorted in bounded memory. */
#include "config.h"

#include "repo/set_sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "repo/set_merge.h"

#define LINE 128 /* bytes of a line, at the least that is planned for */

struct wa_set_sort {
	uint8_t *lines;
	size_t used, room;
	const struct wa_sort_line **order;
	size_t count, places;
	wa_set_merge *merge; /* NULL: all fits into memory so far */
	int sorted;
	size_t next; /* in order, without a merge */
	char *last;  /* the path before */
	size_t last_room;
	int32_t last_kind;
};

int
wa_set_sort_new(wa_set_sort **out, size_t room, wa_error *err)
{
	struct wa_set_sort *s = wa_sys_malloc(sizeof(*s));

	if (s == NULL)
		return wa_error_memory(err);
	memset(s, 0, sizeof(*s));
	s->room = room;
	s->places = room / LINE + 1;
	s->lines = wa_sys_malloc(s->room);
	s->order = wa_sys_malloc(s->places * sizeof(void *));
	if (s->lines == NULL || s->order == NULL) {
		wa_set_sort_free(s);
		return wa_error_memory(err);
	}
	*out = s;
	return 0;
}

void
wa_set_sort_free(wa_set_sort *sort)
{
	if (sort == NULL)
		return;
	wa_set_merge_free(sort->merge);
	wa_sys_free(sort->lines);
	wa_sys_free((void *)sort->order);
	wa_sys_free(sort->last);
	wa_sys_free(sort);
}

static int
by_path(const void *a, const void *b)
{
	const struct wa_sort_line *const *x = a, *const *y = b;

	return wa_path_compare((*x)->path, (*y)->path);
}

static int
spill(struct wa_set_sort *s, wa_error *err)
{
	int rc = s->merge == NULL ? wa_set_merge_new(&s->merge, err) : 0;

	if (rc < 0)
		return rc;
	qsort((void *)s->order, s->count, sizeof(void *), by_path);
	rc = wa_set_merge_add(s->merge, s->order, s->count, err);
	s->count = s->used = 0;
	return rc;
}

/* A single line may be longer than all the room. */
static int
room_for(struct wa_set_sort *s, size_t size, wa_error *err)
{
	int rc = 0;
	uint8_t *more;

	if (s->count > 0 && (s->count == s->places || size > s->room - s->used))
		rc = spill(s, err);
	if (rc < 0 || size <= s->room - s->used)
		return rc;
	more = wa_sys_realloc(s->lines, size);
	if (more == NULL)
		return wa_error_memory(err);
	s->lines = more;
	s->room = size;
	return 0;
}

int
wa_set_sort_add(wa_set_sort *sort, const char *path, int32_t kind,
    const char *text, size_t size, wa_error *err)
{
	struct wa_sort_line head = { 0 }, *line;
	int rc;

	head.path_size = (uint32_t)strlen(path) + 1;
	head.text_size = (uint32_t)size;
	head.kind = kind;
	rc = room_for(sort, wa_sort_line_size(&head), err);
	if (rc < 0)
		return rc;
	line = (void *)(sort->lines + sort->used);
	memset(line, 0, wa_sort_line_size(&head));
	*line = head;
	memcpy(line->path, path, head.path_size);
	memcpy(line->path + head.path_size, text, size);
	sort->order[sort->count++] = line;
	sort->used += wa_sort_line_size(&head);
	return 0;
}

static int
sort_all(struct wa_set_sort *s, wa_error *err)
{
	int rc;

	s->sorted = 1;
	if (s->merge == NULL) {
		qsort((void *)s->order, s->count, sizeof(void *), by_path);
		return 0;
	}
	rc = spill(s, err);
	wa_sys_free(s->lines);
	s->lines = NULL;
	return rc < 0 ? rc : wa_set_merge_begin(s->merge, s->room, err);
}

/* In the order of paths a folder stands right before all that is in it. */
static int
has_folder(const struct wa_set_sort *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	if (slash == NULL)
		return 1;
	return s->last != NULL && strncmp(s->last, path, n) == 0 &&
	    (s->last[n] == '/' ||
		(s->last[n] == '\0' && s->last_kind != WA_FILE_REGULAR));
}

static int
check(struct wa_set_sort *s, const struct wa_sort_line *line, wa_error *err)
{
	if (s->last != NULL && strcmp(s->last, line->path) == 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "the backup has \"%.512s\" twice", line->path);
	if (!has_folder(s, line->path))
		return wa_error_set(err, WA_ECORRUPT,
		    "the backup has \"%.512s\", but not its folder",
		    line->path);
	if (line->path_size > s->last_room) {
		char *more = wa_sys_realloc(s->last, 2 * line->path_size);

		if (more == NULL)
			return wa_error_memory(err);
		s->last = more;
		s->last_room = 2 * line->path_size;
	}
	memcpy(s->last, line->path, line->path_size);
	s->last_kind = line->kind;
	return 0;
}

int
wa_set_sort_next(
    const char **text, size_t *size, wa_set_sort *sort, wa_error *err)
{
	const struct wa_sort_line *line = NULL;
	int rc = sort->sorted ? 0 : sort_all(sort, err);

	if (rc == 0 && sort->merge != NULL)
		rc = wa_set_merge_next(&line, sort->merge, err);
	else if (rc == 0 && sort->next < sort->count) {
		line = sort->order[sort->next++];
		rc = 1;
	}
	if (rc == 1 && check(sort, line, err) < 0)
		rc = err->code;
	if (rc == 1) {
		*text = wa_sort_line_text(line);
		*size = line->text_size;
	}
	return rc;
}
