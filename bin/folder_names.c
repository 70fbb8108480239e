/* folder_names.c - the names in a folder. */
#include "config.h"

#include "folder_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder may hold a million files: a name costs itself and four bytes. */
struct folder_names {
	char *text;
	size_t used, size;
	uint32_t *names; /* where each begins in text */
	size_t count, room;
};

static int
grow(struct folder_names *names, size_t length)
{
	if (names->used + length > names->size) {
		size_t size = (names->size + length) * 2;
		char *text = realloc(names->text, size);

		if (text == NULL)
			return -1;
		names->text = text;
		names->size = size;
	}
	if (names->count == names->room) {
		size_t room = names->room == 0 ? 16 : names->room * 2;
		uint32_t *more = realloc(names->names, room * sizeof(*more));

		if (more == NULL)
			return -1;
		names->names = more;
		names->room = room;
	}
	return 0;
}

static int
add(struct folder_names *names, const char *name)
{
	size_t length = strlen(name) + 1;

	if (names->used > UINT32_MAX) {
		errno = EFBIG;
		return -1;
	}
	if (grow(names, length) < 0)
		return -1;
	memcpy(names->text + names->used, name, length);
	names->names[names->count++] = (uint32_t)names->used;
	names->used += length;
	return 0;
}

static int
compare(const void *a, const void *b, void *text)
{
	return strcmp((char *)text + *(const uint32_t *)a,
	    (char *)text + *(const uint32_t *)b);
}

static int
add_all(struct folder_names *names, DIR *folder)
{
	struct dirent *entry;

	while (errno = 0, (entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    add(names, entry->d_name) < 0)
			return -1;
	if (errno != 0)
		return -1;
	if (names->count > 1)
		qsort_r(names->names, names->count, sizeof(*names->names),
		    compare, names->text);
	return 0;
}

static int
fill(struct folder_names *names, int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = again < 0 ? NULL : fdopendir(again);
	int rc, why;

	rc = folder == NULL ? -1 : add_all(names, folder);
	why = errno;
	if (folder != NULL)
		(void)closedir(folder);
	else if (again >= 0)
		(void)close(again);
	errno = why;
	return rc;
}

int
folder_names_read(struct folder_names **out, int fd)
{
	struct folder_names *names = calloc(1, sizeof(*names));

	if (names == NULL)
		return -1;
	if (fill(names, fd) < 0) {
		int why = errno;

		folder_names_free(names);
		errno = why;
		return -1;
	}
	*out = names;
	return 0;
}

void
folder_names_free(struct folder_names *names)
{
	if (names == NULL)
		return;
	free(names->text);
	free(names->names);
	free(names);
}

const char *
folder_names_at(const struct folder_names *names, size_t i)
{
	return i < names->count ? names->text + names->names[i] : NULL;
}

int
folder_names_have(const struct folder_names *names, const char *name)
{
	size_t low = 0, high = names->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(folder_names_at(names, middle), name);

		if (order == 0)
			return 1;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}
