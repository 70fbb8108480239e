/* walk.c - a sorted walk through a data directory. */
#include "config.h"

#include "walk_entry.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "folder_names.h"
#include "message.h"
#include "walk_inside.h"

static struct step *
innermost(struct walk *walk)
{
	return &walk->steps[walk->depth - 1];
}

/* A folder that holds itself can only be reached by links. */
static int
check_loop(struct walk *walk, const struct stat *stat, wa_error *err)
{
	size_t i;

	for (i = 0; i < walk->depth; i++)
		if (walk->steps[i].device == stat->st_dev &&
		    walk->steps[i].inode == stat->st_ino) {
			(void)error_set(err, WA_EUSAGE,
			    "symbolic links lead in a circle: "
			    "\"%s/%s\" is a folder that it lies in",
			    walk->root, walk->path);
			error_hint(err, "Remove the link that leads there.");
			return WA_EUSAGE;
		}
	return 0;
}

static int
make_room(struct walk *walk, wa_error *err)
{
	size_t room = walk->room == 0 ? 16 : walk->room * 2;
	struct step *steps;

	if (walk->depth < walk->room)
		return 0;
	steps = realloc(walk->steps, room * sizeof(*steps));
	if (steps == NULL)
		return out_of_memory(err);
	walk->steps = steps;
	walk->room = room;
	return 0;
}

/* Go into the folder fd, which the walk owns from here on. */
static int
push(struct walk *walk, int fd, wa_error *err)
{
	struct step step = { .fd = fd, .flags = walk->below };
	struct stat stat;
	int rc;

	if (fstat(fd, &stat) < 0)
		rc = walk_failed(walk, "stat", err);
	else
		rc = check_loop(walk, &stat, err);
	if (rc == 0)
		rc = make_room(walk, err);
	if (rc == 0 && folder_names_read(&step.names, fd) < 0)
		rc = walk_failed(walk, "read folder", err);
	if (rc < 0) {
		(void)close(fd);
		return rc;
	}
	step.device = stat.st_dev;
	step.inode = stat.st_ino;
	step.path_length = strlen(walk->path);
	step.tablespace = walk_is_tablespace(walk->path);
	walk->steps[walk->depth++] = step;
	return 0;
}

static void
pop(struct walk *walk)
{
	struct step *step = innermost(walk);

	(void)close(step->fd);
	folder_names_free(step->names);
	walk->depth--;
}

static int
enter(struct walk *walk, wa_error *err)
{
	int fd = openat(innermost(walk)->fd, walk_name(walk),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return walk_vanished() ? 0 :
					 walk_failed(walk, "open folder", err);
	return push(walk, fd, err);
}

/* The next entry, if there is one in the innermost folder's next name. */
static int
advance(struct walk_entry *out, struct walk *walk, wa_error *err)
{
	struct step *step = innermost(walk);
	const char *name = folder_names_at(step->names, step->next++);

	if (name != NULL)
		return walk_look(out, walk, name, err);
	pop(walk);
	return 0;
}

int
walk_next(struct walk_entry *out, struct walk *walk, wa_error *err)
{
	struct walk_entry entry = { 0 };
	int rc = 0;

	while (rc == 0 && walk->depth > 0) {
		enum after after = walk->after;

		walk->after = GO_ON;
		if (after == ENTER)
			rc = enter(walk, err);
		else if (after == FOLLOW)
			rc = walk_follow(&entry, walk, err);
		else
			rc = advance(&entry, walk, err);
	}
	if (rc > 0)
		*out = entry;
	return rc;
}

static int
begin(struct walk *walk, const char *root, const char *catalog, wa_error *err)
{
	int fd;

	walk->root = strdup(root);
	walk->path = calloc(1, 1);
	walk->path_room = 1;
	if (catalog != NULL)
		walk->catalog = strdup(catalog);
	if (walk->root == NULL || walk->path == NULL ||
	    (catalog != NULL && walk->catalog == NULL))
		return out_of_memory(err);
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_system(err, "could not open folder \"%s\"", root);
	return push(walk, fd, err);
}

int
walk_open(struct walk **out, const char *root, uint32_t version,
    const char *catalog, unsigned flags, wa_error *err)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	int rc;

	if (walk == NULL)
		return out_of_memory(err);
	walk->version = version;
	walk->flags = flags;
	rc = begin(walk, root, catalog, err);
	if (rc == 0)
		rc = walk_inside_open(&walk->inside, walk->root, err);
	if (rc < 0)
		walk_close(walk);
	else
		*out = walk;
	return rc;
}

void
walk_close(struct walk *walk)
{
	if (walk == NULL)
		return;
	while (walk->depth > 0)
		pop(walk);
	walk_inside_close(walk->inside);
	free(walk->steps);
	free(walk->path);
	free(walk->root);
	free(walk->catalog);
	free(walk);
}
