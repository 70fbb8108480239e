/* walk_entry.h - what a name in a folder is to the walk that meets it. */
#ifndef WALK_ENTRY_H
#define WALK_ENTRY_H

#include <limits.h>

#include "walk.h"

struct folder_names;
struct walk_inside;

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
};

/* The innermost folder's name that is looked at. */
const char *walk_name(const struct walk *walk);

/* Of a system call: is what we looked at gone? */
int walk_vanished(void);

/* An error about walk->path, with errno's words. */
int walk_failed(struct walk *walk, const char *verb, wa_error *err);

/* 1, or 0 when name is nothing to give out; walk->after says what is next. */
int walk_look(
    struct walk_entry *out, struct walk *walk, const char *name, wa_error *err);

/* The same for what the link leads to that was given out before. */
int walk_follow(struct walk_entry *out, struct walk *walk, wa_error *err);

#endif
