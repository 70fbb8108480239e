/* place.h - give a fetched file its place. */
#ifndef PLACE_H
#define PLACE_H

/*
 * Give the file called name in folder, a descriptor, the name path as well,
 * which appears whole and is not replaced: EEXIST.  Over the border of a file
 * system it is copied.  Nothing is synced.  -1, and errno.
 */
int place_file(int folder, const char *name, const char *path);

#endif
