/* real_path.h - where a path really is. */
#ifndef REAL_PATH_H
#define REAL_PATH_H

/* The path without symbolic links, for free(), also when its last parts are not
 * there; NULL with errno. */
char *real_path(const char *path);

/* Is path below folder, or folder itself, as they are written? */
int path_is_in(const char *path, const char *folder);

/* Is one of them in the other, by links, too? */
int paths_overlap(const char *a, const char *b);

#endif
