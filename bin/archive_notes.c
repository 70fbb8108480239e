/*
 * archive_notes.c - what waits to be archived, and what was.
 *
 * PostgreSQL makes NAME.ready when NAME is finished, and renames it to
 * NAME.done when it is archived.  So the modification time of either is when
 * NAME was finished, and the change time of the latter when it was archived.
 */
#include "config.h"

#include "archive_notes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"

struct reading {
	struct archive_notes *notes;
	uint32_t segment_size;
	int wal;
	DIR *folder;
	size_t room;
};

static int64_t
microseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000 + t->tv_nsec / 1000;
}

/* The WAL file's name, when the note's ends so. */
static int
name_of(char name[MARKER_NAME_SIZE], const char *note, const char *ending)
{
	size_t n = strlen(note), behind = strlen(ending);
	enum wa_kind kind;

	if (n <= behind || n - behind >= MARKER_NAME_SIZE ||
	    strcmp(note + n - behind, ending) != 0)
		return 0;
	memcpy(name, note, n - behind);
	name[n - behind] = '\0';
	kind = wa_name_kind(name);
	return kind != WA_NOT_WAL && kind != WA_DAMAGED;
}

static int
is_segment(const char *name)
{
	enum wa_kind kind = wa_name_kind(name);

	return kind == WA_SEGMENT || kind == WA_PARTIAL;
}

static int
add_segment(struct reading *r, int64_t made, int64_t archived)
{
	struct archive_notes *notes = r->notes;
	struct pace_note *more;

	if (notes->count == r->room) {
		r->room = r->room * 2 + 64;
		more = realloc(notes->segments, r->room * sizeof(*more));
		if (more == NULL)
			return -1;
		notes->segments = more;
	}
	notes->segments[notes->count].made = made;
	notes->segments[notes->count].archived = archived;
	notes->count++;
	return 0;
}

static uint64_t
size_of(const struct reading *r, const char *name)
{
	struct stat st;

	if (is_segment(name))
		return r->segment_size;
	return fstatat(r->wal, name, &st, 0) == 0 ? (uint64_t)st.st_size : 0;
}

static int
add_ready(struct reading *r, const char *name, const struct stat *st)
{
	struct archive_notes *notes = r->notes;
	int64_t made = microseconds(&st->st_mtim);

	if (notes->ready == 0 || made < notes->oldest_at ||
	    (made == notes->oldest_at && strcmp(name, notes->oldest) < 0)) {
		(void)strcpy(notes->oldest, name);
		notes->oldest_at = made;
	}
	notes->ready++;
	notes->ready_bytes += size_of(r, name);
	if (!is_segment(name))
		return 0;
	notes->ready_segments++;
	return add_segment(r, made, 0);
}

static int
add_done(struct reading *r, const char *name, const struct stat *st)
{
	struct archive_notes *notes = r->notes;
	int64_t at = microseconds(&st->st_ctim);

	if (notes->done == 0 || at > notes->last_at ||
	    (at == notes->last_at && strcmp(name, notes->last) > 0)) {
		(void)strcpy(notes->last, name);
		notes->last_at = at;
	}
	notes->done++;
	return is_segment(name) ?
	    add_segment(r, microseconds(&st->st_mtim), at) :
	    0;
}

/* A note that is gone by now has become another, or is of no more interest. */
static int
add(struct reading *r, const char *note)
{
	char name[MARKER_NAME_SIZE];
	struct stat st;
	int ready = name_of(name, note, ".ready");

	if (!ready && !name_of(name, note, ".done"))
		return 0;
	if (fstatat(dirfd(r->folder), note, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -1;
	return ready ? add_ready(r, name, &st) : add_done(r, name, &st);
}

static int
read_folder(struct reading *r)
{
	const struct dirent *entry;

	while ((errno = 0, entry = readdir(r->folder)) != NULL)
		if (add(r, entry->d_name) < 0)
			return -1;
	return errno == 0 ? 0 : -1;
}

static DIR *
open_folder(int wal)
{
	int fd =
	    openat(wal, "archive_status", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	int saved = errno;

	if (fd >= 0 && folder == NULL)
		(void)close(fd);
	errno = saved;
	return folder;
}

int
archive_notes_read(struct archive_notes *out, const char *wal,
    uint32_t segment_size, wa_error *err)
{
	struct archive_notes notes = { .count = 0 };
	struct reading r = { &notes, segment_size, -1, NULL, 0 };
	int rc = 0;

	r.wal = open(wal, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r.wal >= 0)
		r.folder = open_folder(r.wal);
	if (r.folder == NULL || read_folder(&r) < 0)
		rc = error_system(
		    err, "could not read folder \"%s/archive_status\"", wal);
	if (r.folder != NULL)
		(void)closedir(r.folder);
	if (r.wal >= 0)
		(void)close(r.wal);
	if (rc < 0)
		archive_notes_free(&notes);
	else
		*out = notes;
	return rc;
}

void
archive_notes_free(struct archive_notes *notes)
{
	free(notes->segments);
	notes->segments = NULL;
}
