/* text.h - what people write, and read: numbers, sizes, durations, times. */
#ifndef WA_BASE_TEXT_H
#define WA_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "walarch.h"

/* Each parser takes the whole of text or fails with -1. */

/* Decimal digits, at most max; no sign, no blanks. */
int wa_text_number(uint64_t *out, const char *text, uint64_t max);

/* Hexadecimal digits of either case, exactly n of them, at the start of text. */
int wa_text_hex(uint64_t *out, const char *text, size_t n);

/* "128MiB", "128MB", "128m", "1GiB", "4096": powers of 1024, as pgBackRest
 * reads them. */
int wa_text_size(uint64_t *bytes, const char *text);

/* "60", "60s", "1m", "500ms", "2h", "1d"; without a unit seconds. */
int wa_text_duration(uint64_t *milliseconds, const char *text);

/* y, yes, true, on, 1 and n, no, false, off, 0; either case. */
int wa_text_boolean(int *out, const char *text);

/* What wa_time_format() writes. */
int wa_time_parse(int64_t *when, const char *text);

/* How many single-letter changes turn a into b; for "did you mean". */
size_t wa_text_distance(const char *a, const char *b);

#endif
