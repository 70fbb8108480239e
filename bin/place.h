/* place.h - give a fetched file its place. */
#ifndef PLACE_H
#define PLACE_H

/*
 * Move the file called name in folder, a descriptor, to path, where it appears
 * whole and replaces nothing: EEXIST.  Over the border of a file system it is
 * copied.  Nothing is synced.  -1, and errno.
 */
int place_file(int folder, const char *name, const char *path);

#endif
