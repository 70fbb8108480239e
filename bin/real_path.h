/* real_path.h - where a path really is. */
#ifndef REAL_PATH_H
#define REAL_PATH_H

/* The path without symbolic links, for free(), also when its last parts are not
 * there; NULL with errno. */
char *real_path(const char *path);

#endif
