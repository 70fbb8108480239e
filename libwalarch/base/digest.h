/* digest.h - XXH3-128 of a stream of bytes, as xxh128sum prints it. */
#ifndef WA_BASE_DIGEST_H
#define WA_BASE_DIGEST_H

#include <stddef.h>

#include "walarch.h"

#define WA_DIGEST_SIZE 33 /* 32 hexadecimal digits and a NUL */

typedef struct wa_digest wa_digest;

int wa_digest_new(wa_digest **out, wa_error *err);
void wa_digest_reset(wa_digest *digest);
void wa_digest_add(wa_digest *digest, const void *data, size_t size);
void wa_digest_format(const wa_digest *digest, char text[WA_DIGEST_SIZE]);
void wa_digest_free(wa_digest *digest);

#endif
