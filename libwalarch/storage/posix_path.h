/*
 * posix_path.h - from a key to the folder that holds it, one step at a time
 * below the root and never through a symbolic link: what is planted inside a
 * repository cannot lead out of it.
 */
#ifndef WA_STORAGE_POSIX_PATH_H
#define WA_STORAGE_POSIX_PATH_H

#include "walarch.h"

#define WA_KEY_DEPTH 8 /* folders in a key, at most */

/* The folders on the way, opened; fds[0] is the root's (borrowed). */
struct wa_path {
	int fds[WA_KEY_DEPTH + 1];
	int count;
	const char *name; /* of the object, inside the key */
};

/*
 * Open the folders of key.  WA_ENOENT when one is missing, unless make: then
 * it is made.
 */
int wa_path_open(
    struct wa_path *out, int root, const char *key, int make, wa_error *err);

/* The folder of the object. */
int wa_path_folder(const struct wa_path *path);

/* Make the names of the folders on the way durable, from the inmost out; the
 * object's own name is that of its publisher. */
int wa_path_sync_folders(const struct wa_path *path, wa_error *err);

/* Remove the object's folder if it is empty; a folder of the root's stays. */
int wa_path_prune(const struct wa_path *path, const char *key, wa_error *err);

void wa_path_close(struct wa_path *path);

#endif
