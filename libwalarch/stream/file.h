/* file.h - an open file as a reader. */
#ifndef WA_STREAM_FILE_H
#define WA_STREAM_FILE_H

#include "stream/stream.h"

/* Reads fd from where it stands, and closes it, also when this call fails. */
int wa_file_reader(wa_reader **out, int fd, wa_error *err);

#endif
