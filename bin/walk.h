/*
 * walk.h - a sorted walk through a data directory: each file, folder and link,
 * a folder before what it holds, ordered as by wa_path_compare().  In memory are
 * the names of the folders on the way.
 */
#ifndef WALK_H
#define WALK_H

#include <sys/stat.h>

#include <walarch.h>

enum walk_kind {
	WALK_REGULAR = 0, /* the first three as in wa_set_file */
	WALK_FOLDER = 1,
	WALK_LINK = 2,
	WALK_SPECIAL = 3 /* a socket, fifo or device: not for copying */
};

#define WALK_DANGLING 1u /* a link that leads nowhere */
#define WALK_INSIDE 2u   /* one that leads into the data directory */
#define WALK_BELOW_LINK                                                        \
	4u /* a WALK_LINK entry leads here; its own content too */

/*
 * A tablespace, pg_tblspc/OID, is a folder.  So is pg_wal, or any other folder
 * that wa_data_kind() says is emptied, if it is a link to one.  Any other link
 * is a WALK_LINK, and what it leads to is walked after it under the same path,
 * unless it is WALK_DANGLING or WALK_INSIDE.
 */
struct walk_entry {
	const char *path; /* below the root; this and to until the next call */
	const char *to;   /* of a link, and of a folder that is one; or NULL */
	enum walk_kind kind;
	unsigned flags;
	struct stat stat; /* of WALK_LINK the link's own */
};

struct walk;

#define WALK_BACKUP 1u /* only what is in a base backup */

/*
 * version is the cluster's major.  Of tablespaces only folders whose name begins
 * with catalog ("PG_15_") are walked; NULL walks all.  The root itself is no
 * entry.
 */
int walk_open(struct walk **out, const char *root, uint32_t version,
    const char *catalog, unsigned flags, wa_error *err);

/* 1, or 0 after the last.  What vanishes meanwhile is passed over.  After a
 * failure there is nothing to be had but walk_close(). */
int walk_next(struct walk_entry *out, struct walk *walk, wa_error *err);
void walk_close(struct walk *walk);

#endif
