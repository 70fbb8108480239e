/* walk_inside.c - what a data directory holds twice. */
#include "config.h"

#include "walk_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "folder_names.h"
#include "message.h"

struct place {
	dev_t device;
	ino_t inode;
};

struct walk_inside {
	const char *root;
	char *real;           /* root without links */
	struct place *places; /* of tablespaces */
	size_t count;
};

int
walk_is_tablespace(const char *path)
{
	static const char folder[] = "pg_tblspc/";
	size_t digits;

	if (strncmp(path, folder, strlen(folder)) != 0)
		return 0;
	path += strlen(folder);
	digits = strspn(path, "0123456789");
	return digits > 0 && path[digits] == '\0';
}

int
walk_inside_leads(
    const struct walk_inside *inside, const char *path, wa_error *err)
{
	size_t length = strlen(inside->real);
	char *full, *real;
	int rc;

	if (asprintf(&full, "%s/%s", inside->root, path) < 0)
		return out_of_memory(err);
	real = realpath(full, NULL);
	if (real == NULL)
		rc = errno == ENOENT || errno == ENOTDIR ?
		    0 :
		    error_system(err, "could not follow \"%s\"", full);
	else
		rc = strncmp(real, inside->real, length) == 0 &&
		    (real[length] == '\0' || real[length] == '/' ||
			strcmp(inside->real, "/") == 0);
	free(real);
	free(full);
	return rc;
}

static int
add(struct walk_inside *inside, const struct stat *stat, wa_error *err)
{
	struct place *places =
	    realloc(inside->places, (inside->count + 1) * sizeof(*places));

	if (places == NULL)
		return out_of_memory(err);
	places[inside->count].device = stat->st_dev;
	places[inside->count].inode = stat->st_ino;
	inside->places = places;
	inside->count++;
	return 0;
}

/* Remember the tablespace if it is a link into the data directory. */
static int
look(struct walk_inside *inside, int fd, const char *name, wa_error *err)
{
	char path[sizeof("pg_tblspc/") + 256];
	struct stat stat;
	int rc;

	(void)snprintf(path, sizeof(path), "pg_tblspc/%s", name);
	if (!walk_is_tablespace(path) ||
	    fstatat(fd, name, &stat, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISLNK(stat.st_mode) || fstatat(fd, name, &stat, 0) < 0)
		return 0;
	rc = walk_inside_leads(inside, path, err);
	return rc <= 0 ? rc : add(inside, &stat, err);
}

static int
look_at_all(struct walk_inside *inside, int fd, wa_error *err)
{
	struct folder_names *names;
	const char *name;
	size_t i;
	int rc = 0;

	if (folder_names_read(&names, fd) < 0)
		return error_system(err, "could not read folder \"%s/%s\"",
		    inside->root, "pg_tblspc");
	for (i = 0; rc == 0 && (name = folder_names_at(names, i)) != NULL; i++)
		rc = look(inside, fd, name, err);
	folder_names_free(names);
	return rc;
}

static int
fill(struct walk_inside *inside, wa_error *err)
{
	char *path;
	int fd, rc;

	inside->real = realpath(inside->root, NULL);
	if (inside->real == NULL)
		return error_system(
		    err, "could not open folder \"%s\"", inside->root);
	if (asprintf(&path, "%s/pg_tblspc", inside->root) < 0)
		return out_of_memory(err);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		rc = look_at_all(inside, fd, err);
	else
		rc = errno == ENOENT || errno == ENOTDIR ?
		    0 :
		    error_system(err, "could not open folder \"%s\"", path);
	if (fd >= 0)
		(void)close(fd);
	free(path);
	return rc;
}

int
walk_inside_open(struct walk_inside **out, const char *root, wa_error *err)
{
	struct walk_inside *inside = calloc(1, sizeof(*inside));
	int rc;

	if (inside == NULL)
		return out_of_memory(err);
	inside->root = root;
	rc = fill(inside, err);
	if (rc < 0)
		walk_inside_close(inside);
	else
		*out = inside;
	return rc;
}

void
walk_inside_close(struct walk_inside *inside)
{
	if (inside == NULL)
		return;
	free(inside->real);
	free(inside->places);
	free(inside);
}

int
walk_inside_is_tablespace(
    const struct walk_inside *inside, const struct stat *stat)
{
	size_t i;

	for (i = 0; i < inside->count; i++)
		if (inside->places[i].device == stat->st_dev &&
		    inside->places[i].inode == stat->st_ino)
			return 1;
	return 0;
}
