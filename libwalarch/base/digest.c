/* digest.c - XXH3-128, by libxxhash. */
#include "config.h"

#include <stdio.h>
#ifdef HAVE_XXH3_128BITS_UPDATE_DISPATCH
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

#include "base/error.h"
#include "walarch.h"

int
wa_digest_new(wa_digest **out, wa_error *err)
{
	XXH3_state_t *state = XXH3_createState();

	if (state == NULL)
		return wa_error_memory(err);
	*out = (wa_digest *)state;
	wa_digest_reset(*out);
	return 0;
}

void
wa_digest_reset(wa_digest *digest)
{
	(void)XXH3_128bits_reset((XXH3_state_t *)digest);
}

void
wa_digest_add(wa_digest *digest, const void *data, size_t size)
{
	(void)XXH3_128bits_update((XXH3_state_t *)digest, data, size);
}

void
wa_digest_format(const wa_digest *digest, char text[WA_DIGEST_SIZE])
{
	XXH128_hash_t sum = XXH3_128bits_digest((const XXH3_state_t *)digest);

	(void)snprintf(text, WA_DIGEST_SIZE, "%016llx%016llx",
	    (unsigned long long)sum.high64, (unsigned long long)sum.low64);
}

void
wa_digest_free(wa_digest *digest)
{
	(void)XXH3_freeState((XXH3_state_t *)digest);
}
