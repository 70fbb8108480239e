/* restore_remove.h - take away what a backup does not have. */
#ifndef RESTORE_REMOVE_H
#define RESTORE_REMOVE_H

#include <walarch.h>

/* A file, a link (not what it leads to), or a folder with all that is in it.
 * What is not there is no error. */
int restore_remove(const char *path, wa_error *err);

#endif
