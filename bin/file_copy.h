/* file_copy.h - the facts of a file, with strings of their own. */
#ifndef FILE_COPY_H
#define FILE_COPY_H

#include <walarch.h>

/* -1: out of memory, and *out is to be freed all the same. */
int file_copy(wa_set_file *out, const wa_set_file *file);
void file_free(wa_set_file *file);

#endif
