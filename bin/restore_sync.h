/* restore_sync.h - what was restored survives a power cut. */
#ifndef RESTORE_SYNC_H
#define RESTORE_SYNC_H

#include <walarch.h>

/* All of the file system that the folder at path is on, or of the tree below
 * it where the kernel would not tell of failures. */
int restore_sync_tree(const char *path, wa_error *err);

/* A file or folder alone. */
int restore_sync(const char *path, wa_error *err);

#endif
