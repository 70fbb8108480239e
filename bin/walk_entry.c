/* walk_entry.c - what a name in a folder is to the walk that meets it. */
#include "config.h"

#include "walk_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "folder_names.h"
#include "message.h"
#include "walk_inside.h"

static struct step *
innermost(const struct walk *walk)
{
	return &walk->steps[walk->depth - 1];
}

const char *
walk_name(const struct walk *walk)
{
	size_t length = innermost(walk)->path_length;

	return walk->path + (length == 0 ? 0 : length + 1);
}

int
walk_vanished(void)
{
	return errno == ENOENT || errno == ENOTDIR;
}

int
walk_failed(struct walk *walk, const char *verb, wa_error *err)
{
	return error_system(
	    err, "could not %s \"%s/%s\"", verb, walk->root, walk->path);
}

static int
set_path(struct walk *walk, const char *name)
{
	size_t length = innermost(walk)->path_length;
	size_t room = length + strlen(name) + 2;

	if (room > walk->path_room) {
		char *path = realloc(walk->path, room * 2);

		if (path == NULL)
			return -1;
		walk->path = path;
		walk->path_room = room * 2;
	}
	if (length > 0)
		walk->path[length++] = '/';
	(void)strcpy(walk->path + length, name);
	return 0;
}

static enum wa_data_kind
kind_of(const struct walk *walk, int folder)
{
	return wa_data_kind(walk->path, folder, walk->version);
}

static int
is_left_out(const struct walk *walk, int folder)
{
	return (walk->flags & WALK_BACKUP) != 0 &&
	    kind_of(walk, folder) == WA_DATA_SKIP;
}

static int
is_wal(const struct walk *walk)
{
	return strcmp(walk->path, "pg_wal") == 0 ||
	    strcmp(walk->path, "pg_xlog") == 0;
}

static int
give_folder(struct walk_entry *out, struct walk *walk)
{
	int emptied = (walk->flags & WALK_BACKUP) != 0 &&
	    kind_of(walk, 1) == WA_DATA_EMPTY;

	out->kind = WALK_FOLDER;
	walk->below = out->flags;
	if ((!emptied || is_wal(walk)) &&
	    (out->to != NULL ||
		!walk_inside_is_tablespace(walk->inside, &out->stat)))
		walk->after = ENTER;
	return 1;
}

static int
is_unlogged(struct walk *walk)
{
	char init[WA_INIT_FORK_SIZE];

	return (walk->flags & WALK_BACKUP) != 0 &&
	    wa_data_init_fork(init, walk->path) &&
	    folder_names_have(innermost(walk)->names, init);
}

/* Anything but a link. */
static int
give(struct walk_entry *out, struct walk *walk)
{
	int folder = S_ISDIR(out->stat.st_mode);

	if (is_left_out(walk, folder) || (!folder && is_unlogged(walk)))
		return 0;
	if (folder)
		return give_folder(out, walk);
	out->kind = S_ISREG(out->stat.st_mode) ? WALK_REGULAR : WALK_SPECIAL;
	return 1;
}

static int
read_link(struct walk *walk, wa_error *err)
{
	ssize_t n = readlinkat(
	    innermost(walk)->fd, walk_name(walk), walk->to, sizeof(walk->to));

	if (n < 0)
		return walk_vanished() ?
		    1 :
		    walk_failed(walk, "read symbolic link", err);
	if ((size_t)n >= sizeof(walk->to)) {
		errno = ENAMETOOLONG;
		return walk_failed(walk, "read symbolic link", err);
	}
	walk->to[n] = '\0';
	return 0;
}

static int
cannot_follow(struct walk *walk, wa_error *err)
{
	int rc = walk_failed(walk, "follow symbolic link", err);

	if (errno == ELOOP)
		error_hint(err, "It leads to itself; remove it.");
	return rc;
}

static int
give_link(struct walk_entry *out, struct walk *walk, wa_error *err)
{
	struct stat stat;
	int inside, rc = read_link(walk, err);

	if (rc != 0)
		return rc < 0 ? rc : 0;
	if (is_left_out(walk, 0))
		return 0;
	out->to = walk->to;
	out->kind = WALK_LINK;
	if (fstatat(innermost(walk)->fd, walk_name(walk), &stat, 0) < 0) {
		out->flags |= WALK_DANGLING;
		return walk_vanished() ? 1 : cannot_follow(walk, err);
	}
	if (S_ISDIR(stat.st_mode) &&
	    (walk_is_tablespace(walk->path) ||
		kind_of(walk, 1) == WA_DATA_EMPTY)) {
		out->stat = stat;
		return give_folder(out, walk);
	}
	inside = walk_inside_leads(walk->inside, walk->path, err);
	if (inside > 0)
		out->flags |= WALK_INSIDE;
	else
		walk->after = FOLLOW;
	return inside < 0 ? inside : 1;
}

static void
begin_entry(struct walk_entry *out, struct walk *walk)
{
	memset(out, 0, sizeof(*out));
	out->path = walk->path;
	out->flags = innermost(walk)->flags;
}

/* What the link leads to that was given out before. */
int
walk_follow(struct walk_entry *out, struct walk *walk, wa_error *err)
{
	begin_entry(out, walk);
	out->flags |= WALK_BELOW_LINK;
	if (fstatat(innermost(walk)->fd, walk_name(walk), &out->stat, 0) < 0)
		return walk_vanished() ? 0 : cannot_follow(walk, err);
	return give(out, walk);
}

int
walk_look(
    struct walk_entry *out, struct walk *walk, const char *name, wa_error *err)
{
	struct step *step = innermost(walk);

	if (step->tablespace && walk->catalog != NULL &&
	    strncmp(name, walk->catalog, strlen(walk->catalog)) != 0)
		return 0;
	if (set_path(walk, name) < 0)
		return out_of_memory(err);
	if (is_left_out(walk, 0) && is_left_out(walk, 1))
		return 0;
	begin_entry(out, walk);
	if (fstatat(step->fd, name, &out->stat, AT_SYMLINK_NOFOLLOW) < 0)
		return walk_vanished() ? 0 : walk_failed(walk, "stat", err);
	return S_ISLNK(out->stat.st_mode) ? give_link(out, walk, err) :
					    give(out, walk);
}
