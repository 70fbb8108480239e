/* tar_header.h - what stands in front of a file in a tar archive. */
#ifndef TAR_HEADER_H
#define TAR_HEADER_H

#include <stddef.h>
#include <walarch.h>

#define TAR_BLOCK 512
#define TAR_HEADER_MAX (32u << 10)

/* The header (pax, where ustar has no room for the name) in buf, which has
 * TAR_HEADER_MAX bytes, and how long it is. */
int tar_header(size_t *size, void *buf, const wa_set_file *file, wa_error *err);

/* Zeros behind a file of that size, up to the next block. */
size_t tar_padding(uint64_t size);

#endif
