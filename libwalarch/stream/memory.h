/* memory.h - buffers as the ends of a chain. */
#ifndef WA_STREAM_MEMORY_H
#define WA_STREAM_MEMORY_H

#include "stream/stream.h"

/* Reads size bytes at data, which is borrowed. */
int
wa_memory_reader(wa_reader **out, const void *data, size_t size, wa_error *err);

/* Writes into buf, which has room bytes; *used is how many were written. */
int wa_memory_writer(
    wa_writer **out, void *buf, size_t room, size_t *used, wa_error *err);

#endif
