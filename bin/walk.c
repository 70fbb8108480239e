/* walk.c - a sorted walk through a data directory. */
#include "config.h"

#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "folder_names.h"
#include "message.h"
#include "walk_inside.h"

/* A folder on the way. */
struct step {
	int fd;
	struct folder_names *names;
	size_t next;        /* of them */
	size_t path_length; /* of its own path */
	dev_t device;
	ino_t inode;
	unsigned flags; /* WALK_BELOW_LINK, or 0 */
	int tablespace; /* pg_tblspc/OID */
};

enum after {
	GO_ON,
	ENTER, /* the folder that was given out last */
	FOLLOW /* the link that was */
};

struct walk {
	char *root, *catalog;
	uint32_t version;
	unsigned flags;
	struct walk_inside *inside;
	struct step *steps; /* the innermost last */
	size_t depth, room;
	char *path; /* of the entry that is looked at */
	size_t path_room;
	char to[PATH_MAX];
	enum after after;
	unsigned below; /* ENTER: flags of what is in it */
	int emptied;    /* ENTER: of it only WAL's folders are wanted */
};

static struct step *
innermost(struct walk *walk)
{
	return &walk->steps[walk->depth - 1];
}

static const char *
name_of(struct walk *walk)
{
	size_t length = innermost(walk)->path_length;

	return walk->path + (length == 0 ? 0 : length + 1);
}

static int
vanished(void)
{
	return errno == ENOENT || errno == ENOTDIR;
}

static int
failed(struct walk *walk, const char *verb, wa_error *err)
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
kind_of(struct walk *walk, int folder)
{
	return wa_data_kind(walk->path, folder, walk->version);
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
			    "symbolic links lead in a circle: \"%s/%s\" is a folder that it lies in",
			    walk->root, walk->path);
			error_hint(err, "Remove the link that leads there.");
			return WA_EUSAGE;
		}
	return 0;
}

static int
read_names(struct folder_names **out, struct walk *walk, int fd, wa_error *err)
{
	static const char *const kept[] = { "archive_status", "summaries",
		NULL };
	int rc = walk->emptied ? folder_names_make(out, kept) :
				 folder_names_read(out, fd);

	return rc < 0 ? failed(walk, "read folder", err) : 0;
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
		rc = failed(walk, "stat", err);
	else
		rc = check_loop(walk, &stat, err);
	if (rc == 0)
		rc = make_room(walk, err);
	if (rc == 0)
		rc = read_names(&step.names, walk, fd, err);
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
	int fd = openat(innermost(walk)->fd, name_of(walk),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return vanished() ? 0 : failed(walk, "open folder", err);
	return push(walk, fd, err);
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
	walk->emptied = emptied;
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

	return wa_data_init_fork(init, walk->path) &&
	    folder_names_have(innermost(walk)->names, init);
}

/* Anything but a link. */
static int
give(struct walk_entry *out, struct walk *walk)
{
	int folder = S_ISDIR(out->stat.st_mode);

	if ((walk->flags & WALK_BACKUP) != 0 &&
	    (kind_of(walk, folder) == WA_DATA_SKIP ||
		(!folder && is_unlogged(walk))))
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
	    innermost(walk)->fd, name_of(walk), walk->to, sizeof(walk->to));

	if (n < 0)
		return vanished() ? 1 : failed(walk, "read symbolic link", err);
	if ((size_t)n >= sizeof(walk->to)) {
		errno = ENAMETOOLONG;
		return failed(walk, "read symbolic link", err);
	}
	walk->to[n] = '\0';
	return 0;
}

static int
cannot_follow(struct walk *walk, wa_error *err)
{
	int rc = failed(walk, "follow symbolic link", err);

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
	if ((walk->flags & WALK_BACKUP) != 0 &&
	    kind_of(walk, 0) == WA_DATA_SKIP)
		return 0;
	out->to = walk->to;
	out->kind = WALK_LINK;
	if (fstatat(innermost(walk)->fd, name_of(walk), &stat, 0) < 0) {
		out->flags |= WALK_DANGLING;
		return vanished() ? 1 : cannot_follow(walk, err);
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
static int
follow(struct walk_entry *out, struct walk *walk, wa_error *err)
{
	begin_entry(out, walk);
	out->flags |= WALK_BELOW_LINK;
	if (fstatat(innermost(walk)->fd, name_of(walk), &out->stat, 0) < 0)
		return vanished() ? 0 : cannot_follow(walk, err);
	return give(out, walk);
}

static int
look(struct walk_entry *out, struct walk *walk, const char *name, wa_error *err)
{
	struct step *step = innermost(walk);

	if (step->tablespace && walk->catalog != NULL &&
	    strncmp(name, walk->catalog, strlen(walk->catalog)) != 0)
		return 0;
	if (set_path(walk, name) < 0)
		return out_of_memory(err);
	begin_entry(out, walk);
	if (fstatat(step->fd, name, &out->stat, AT_SYMLINK_NOFOLLOW) < 0)
		return vanished() ? 0 : failed(walk, "stat", err);
	return S_ISLNK(out->stat.st_mode) ? give_link(out, walk, err) :
					    give(out, walk);
}

/* The next entry, if there is one in the innermost folder's next name. */
static int
advance(struct walk_entry *out, struct walk *walk, wa_error *err)
{
	struct step *step = innermost(walk);
	const char *name = folder_names_at(step->names, step->next++);

	if (name != NULL)
		return look(out, walk, name, err);
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
			rc = follow(&entry, walk, err);
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
