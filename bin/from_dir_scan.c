/* from_dir_scan.c - all that is in a plain base backup. */
#include "config.h"

#include "from_dir_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"

#define DEEPEST 40 /* a link may lead to where it lies */

static int
fail(const char *path, wa_error *err)
{
	return error_system(err, "could not read \"%s\" of the backup", path);
}

static int
add(struct from_list *list, char *path, const struct stat *st, wa_error *err)
{
	struct from_file *more;

	if (list->count == list->room) {
		more = realloc(
		    list->files, (list->room * 2 + 256) * sizeof(*more));
		if (more == NULL)
			return out_of_memory(err);
		list->files = more;
		list->room = list->room * 2 + 256;
	}
	list->files[list->count++] = (struct from_file){ .path = path,
		.folder = S_ISDIR(st->st_mode),
		.place = -1,
		.mode = st->st_mode,
		.size = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0,
		.modified = st->st_mtim };
	list->size += list->files[list->count - 1].size;
	return 0;
}

static int scan_folder(struct from_list *list, int parent, const char *name,
    const char *path, int depth, wa_error *err);

/* Takes path over. */
static int
scan_one(struct from_list *list, int dir, const char *name, char *path,
    int depth, wa_error *err)
{
	struct stat st;
	int rc;

	if (fstatat(dir, name, &st, 0) < 0)
		rc = fail(path, err);
	else if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		say(LEVEL_WARN, "\"%s\" is left out: it is no file", path);
		rc = 1;
	} else
		rc = add(list, path, &st, err);
	if (rc != 0) {
		free(path);
		return rc < 0 ? rc : 0;
	}
	return S_ISDIR(st.st_mode) ?
	    scan_folder(list, dir, name, path, depth + 1, err) :
	    0;
}

static int
is_left_out(const char *path)
{
	return strcmp(path, ".") == 0 || strcmp(path, "..") == 0 ||
	    strcmp(path, "postmaster.opts") == 0;
}

static int
scan_entries(struct from_list *list, DIR *dir, const char *folder, int depth,
    wa_error *err)
{
	struct dirent *entry;
	char *path;
	int rc = 0;

	while (rc == 0 && (errno = 0, entry = readdir(dir)) != NULL) {
		if (is_left_out(entry->d_name))
			continue;
		if (asprintf(&path, "%s%s%s", folder,
			folder[0] != '\0' ? "/" : "", entry->d_name) < 0)
			rc = out_of_memory(err);
		else
			rc = scan_one(
			    list, dirfd(dir), entry->d_name, path, depth, err);
		errno = 0;
	}
	return rc == 0 && errno != 0 ? fail(folder, err) : rc;
}

static int
scan_folder(struct from_list *list, int parent, const char *name,
    const char *path, int depth, wa_error *err)
{
	int fd, rc;
	DIR *dir;

	if (depth > DEEPEST)
		return error_set(
		    err, WA_EUSAGE, "\"%s\" of the backup lies too deep", path);
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL) {
		rc = fail(path, err);
		if (fd >= 0)
			(void)close(fd);
		return rc;
	}
	rc = scan_entries(list, dir, path, depth, err);
	(void)closedir(dir);
	return rc;
}

static int
by_path(const void *a, const void *b)
{
	const struct from_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

int
from_scan(struct from_list *out, int dir, wa_error *err)
{
	struct from_list list = { .files = NULL };
	int rc = scan_folder(&list, dir, ".", "", 0, err);

	if (list.count > 1)
		qsort(list.files, list.count, sizeof(*list.files), by_path);
	if (rc == 0)
		*out = list;
	else
		from_list_free(&list);
	return rc;
}

void
from_list_free(struct from_list *list)
{
	while (list->count > 0)
		free(list->files[--list->count].path);
	free(list->files);
	list->files = NULL;
}
