/* file.h - whole reads and whole writes. */
#ifndef WA_BASE_FILE_H
#define WA_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "walarch.h"

/*
 * What fd still holds, with a NUL behind it; for wa_sys_free().  WA_ECORRUPT
 * when that is more than max bytes.
 */
int
wa_file_read_all(char **out, size_t *size, int fd, size_t max, wa_error *err);

/* Fill buf as far as fd goes: how many bytes, or -1 with errno set. */
int64_t wa_file_fill(int fd, void *buf, size_t size);

/* All of buf, or -1 with errno set. */
int wa_file_write(int fd, const void *buf, size_t size);
int wa_file_write_at(int fd, const void *buf, size_t size, uint64_t offset);

#endif
