/* folder_names.h - the names in a folder, sorted by byte value. */
#ifndef FOLDER_NAMES_H
#define FOLDER_NAMES_H

#include <walarch.h>

struct folder_names;

/* Of the open folder fd, which stays open, without "." and "..".  -1, and errno
 * says why; ENOMEM may be among it. */
int folder_names_read(struct folder_names **out, int fd);

void folder_names_free(struct folder_names *names);

/* In order; NULL past the last. */
const char *folder_names_at(const struct folder_names *names, size_t i);

int folder_names_have(const struct folder_names *names, const char *name);

#endif
