/* size.h - sizes for people. */
#ifndef SIZE_H
#define SIZE_H

#include <stdint.h>

#define SIZE_TEXT 24

/* "31.2MB", in buf, of SIZE_TEXT bytes. */
const char *size_text(char *buf, uint64_t bytes);

#endif
