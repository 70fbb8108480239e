/*
 * newfile.h - a file that appears under its name whole, or not at all.
 *
 * It has no name while it is written (O_TMPFILE) where the file system allows
 * that, else one that begins with "." and ends with ".tmp".
 */
#ifndef WA_BASE_NEWFILE_H
#define WA_BASE_NEWFILE_H

#include "walarch.h"

typedef struct wa_newfile wa_newfile;

/* Begin one in the folder dir (a descriptor, which stays the caller's). */
int wa_newfile_open(wa_newfile **out, int dir, const char *name, wa_error *err);

/* It will have size bytes: have the room now, where that can be had. */
int wa_newfile_reserve(wa_newfile *file, uint64_t size, wa_error *err);

int
wa_newfile_write(wa_newfile *file, const void *buf, size_t size, wa_error *err);

/* Write over what was written first. */
int wa_newfile_rewrite(
    wa_newfile *file, const void *buf, size_t size, wa_error *err);

/*
 * Give it its name, unless that is taken: then WA_EEXIST, and nothing has
 * changed.  When 0 is returned the content and the name survive a power cut.
 * gate, unless NULL, is called when the content does, and may give it up.
 */
int
wa_newfile_publish(wa_newfile *file, wa_gate *gate, void *arg, wa_error *err);

/*
 * Give it its name in place of the file old, which may be 0 (then there must
 * be none).  Something else under the name is WA_EEXIST.  Not synced: for
 * files that their reader syncs, or can have again.
 */
struct wa_newfile_old {
	uint64_t device, inode; /* 0, 0: there is none */
};
int wa_newfile_old(
    struct wa_newfile_old *out, int dir, const char *name, wa_error *err);
int wa_newfile_replace(
    wa_newfile *file, const struct wa_newfile_old *old, wa_error *err);

/* Unpublished: no trace of it is left. */
void wa_newfile_close(wa_newfile *file);

#endif
