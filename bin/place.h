/* place.h - give a fetched file its place. */
#ifndef PLACE_H
#define PLACE_H

/*
 * Move the file called name in folder, a descriptor, to path, where it appears
 * whole or not at all.  Over the border of a file system it is copied, not
 * synced, and stays.  -1, and errno.
 */
int place_file(int folder, const char *name, const char *path);

#endif
