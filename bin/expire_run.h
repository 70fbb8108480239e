/* expire_run.h - what goes by the settings, and to remove it. */
#ifndef EXPIRE_RUN_H
#define EXPIRE_RUN_H

#include <stddef.h>
#include <walarch.h>

struct expire_result {
	size_t sets, begun; /* that were removed, or would be */
	uint64_t segments, files;
	uint64_t freed; /* bytes; 0 when nothing is removed in earnest */
};

/* Tells what becomes of each thing, when that is settled. */
typedef void
expire_tell(const wa_decision *decision, uint32_t segment_size, uint64_t freed);

/*
 * Warn if the settings let the repository grow for ever, decide, and unless dry
 * remove what goes.  tell may be NULL.  WA_EUSAGE when the set that was asked
 * for cannot go.
 */
int expire(struct expire_result *out, wa_repo *repo, const wa_config *config,
    int dry, expire_tell *tell, wa_error *err);

/* The same after a backup, with a line for what was removed. */
int expire_run(wa_repo *repo, const wa_config *config, int dry, wa_error *err);

#endif
