/* set_merge.c - sorted runs in a temporary file become one. */
#include "config.h"

#include "repo/set_merge.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "base/tempfile.h"

#define PIECE (64u << 10) /* written at once */
#define LEAST 4096        /* of memory, for a run */

struct run {
	uint64_t at, end; /* what of it is still in the file */
	uint8_t *buf;
	size_t next, used, room; /* next: where its least line is */
};

struct wa_set_merge {
	int fd;
	uint64_t written;
	uint8_t *piece;
	size_t used; /* of piece */
	struct run *runs;
	size_t count, room;
	struct run **heap;
	size_t heap_size;
	int given; /* the top of the heap was given out */
};

int
wa_set_merge_new(wa_set_merge **out, wa_error *err)
{
	struct wa_set_merge *m = wa_sys_malloc(sizeof(*m));
	int rc;

	if (m == NULL)
		return wa_error_memory(err);
	memset(m, 0, sizeof(*m));
	rc = wa_tempfile(&m->fd, err);
	if (rc < 0) {
		wa_sys_free(m);
		return rc;
	}
	*out = m;
	return 0;
}

void
wa_set_merge_free(wa_set_merge *merge)
{
	size_t i;

	if (merge == NULL)
		return;
	for (i = 0; i < merge->count; i++)
		wa_sys_free(merge->runs[i].buf);
	wa_sys_free(merge->runs);
	wa_sys_free(merge->heap);
	wa_sys_free(merge->piece);
	(void)wa_sys_close(merge->fd);
	wa_sys_free(merge);
}

static int
flush(struct wa_set_merge *m, wa_error *err)
{
	const uint8_t *p = m->piece;

	while (m->used > 0) {
		ssize_t n = wa_sys_pwrite(m->fd, p, m->used, (off_t)m->written);

		if (n < 0) {
			(void)wa_error_system(err, errno,
			    "could not write a temporary file in \"%s\"",
			    wa_tempfile_folder());
			wa_error_hint(
			    err, "TMPDIR names the folder for these.");
			return err->code;
		}
		p += n;
		m->used -= (size_t)n;
		m->written += (uint64_t)n;
	}
	return 0;
}

static int
put_bytes(
    struct wa_set_merge *m, const uint8_t *bytes, size_t size, wa_error *err)
{
	int rc = 0;

	while (size > 0 && rc == 0) {
		size_t room = PIECE - m->used, n = size < room ? size : room;

		memcpy(m->piece + m->used, bytes, n);
		m->used += n;
		bytes += n;
		size -= n;
		if (m->used == PIECE)
			rc = flush(m, err);
	}
	return rc;
}

static int
room_for_run(struct wa_set_merge *m, wa_error *err)
{
	size_t room = m->room == 0 ? 16 : 2 * m->room;
	struct run *more;

	if (m->piece == NULL && (m->piece = wa_sys_malloc(PIECE)) == NULL)
		return wa_error_memory(err);
	if (m->count < m->room)
		return 0;
	more = wa_sys_realloc(m->runs, room * sizeof(*more));
	if (more == NULL)
		return wa_error_memory(err);
	m->runs = more;
	m->room = room;
	return 0;
}

int
wa_set_merge_add(wa_set_merge *merge, const struct wa_sort_line *const *lines,
    size_t count, wa_error *err)
{
	int rc = room_for_run(merge, err);
	struct run run = { 0 };
	size_t i;

	run.at = merge->written;
	for (i = 0; i < count && rc == 0; i++)
		rc = put_bytes(merge, (const uint8_t *)lines[i],
		    wa_sort_line_size(lines[i]), err);
	if (rc == 0)
		rc = flush(merge, err);
	if (rc < 0)
		return rc;
	run.end = merge->written;
	merge->runs[merge->count++] = run;
	return 0;
}

static const struct wa_sort_line *
least(const struct run *run)
{
	return (const void *)(run->buf + run->next);
}

static int
read_more(const struct wa_set_merge *m, struct run *run, wa_error *err)
{
	size_t left = run->used - run->next;
	uint64_t n = run->room - left;
	ssize_t got;

	memmove(run->buf, run->buf + run->next, left);
	run->next = 0;
	run->used = left;
	n = n < run->end - run->at ? n : run->end - run->at;
	while (n > 0) {
		got = wa_sys_pread(
		    m->fd, run->buf + run->used, (size_t)n, (off_t)run->at);
		if (got <= 0)
			return wa_error_system(err, got < 0 ? errno : EIO,
			    "could not read a temporary file");
		run->used += (size_t)got;
		run->at += (uint64_t)got;
		n -= (uint64_t)got;
	}
	return 0;
}

static int
grow(struct run *run, size_t room, wa_error *err)
{
	uint8_t *more = wa_sys_realloc(run->buf, room);

	if (more == NULL)
		return wa_error_memory(err);
	run->buf = more;
	run->room = room;
	return 0;
}

/* Have the next line whole: 1, or 0 when there is none. */
static int
load(const struct wa_set_merge *m, struct run *run, wa_error *err)
{
	size_t have = run->used - run->next, need = sizeof(struct wa_sort_line);
	int rc = 0;

	if (have >= need)
		need = wa_sort_line_size(least(run));
	if (have >= need)
		return 1;
	if (run->at == run->end)
		return 0;
	rc = read_more(m, run, err);
	if (rc == 0 && run->used >= sizeof(struct wa_sort_line) &&
	    (need = wa_sort_line_size(least(run))) > run->room)
		rc = grow(run, need, err);
	if (rc == 0 && run->used < need)
		rc = read_more(m, run, err);
	return rc < 0 ? rc : 1;
}

static int
is_less(const struct run *a, const struct run *b)
{
	return wa_path_compare(least(a)->path, least(b)->path) < 0;
}

static void
sift_down(struct wa_set_merge *m, size_t i)
{
	struct run *run = m->heap[i];
	size_t child;

	while ((child = 2 * i + 1) < m->heap_size) {
		if (child + 1 < m->heap_size &&
		    is_less(m->heap[child + 1], m->heap[child]))
			child++;
		if (!is_less(m->heap[child], run))
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = run;
}

int
wa_set_merge_begin(wa_set_merge *merge, size_t room, wa_error *err)
{
	size_t each = room / (merge->count + 1), i;
	int rc = 1;

	each = each < LEAST ? LEAST : each;
	wa_sys_free(merge->piece);
	merge->piece = NULL;
	merge->heap = wa_sys_malloc((merge->count + 1) * sizeof(*merge->heap));
	if (merge->heap == NULL)
		return wa_error_memory(err);
	for (i = 0; i < merge->count && rc >= 0; i++) {
		rc = grow(&merge->runs[i], each, err);
		if (rc == 0)
			rc = load(merge, &merge->runs[i], err);
		if (rc == 1)
			merge->heap[merge->heap_size++] = &merge->runs[i];
	}
	if (rc < 0)
		return rc;
	for (i = merge->heap_size / 2; i-- > 0;)
		sift_down(merge, i);
	return 0;
}

int
wa_set_merge_next(
    const struct wa_sort_line **out, wa_set_merge *merge, wa_error *err)
{
	int rc = 1;

	if (merge->given) {
		struct run *top = merge->heap[0];

		top->next += wa_sort_line_size(least(top));
		rc = load(merge, top, err);
		if (rc < 0)
			return rc;
		if (rc == 0)
			merge->heap[0] = merge->heap[--merge->heap_size];
		if (merge->heap_size > 0)
			sift_down(merge, 0);
		merge->given = 0;
	}
	if (merge->heap_size == 0)
		return 0;
	merge->given = 1;
	*out = least(merge->heap[0]);
	return 1;
}
