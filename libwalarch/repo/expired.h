/*
 * expired.h - notes of WAL that was removed although older WAL stays: it is not
 * missing.
 */
#ifndef WA_REPO_EXPIRED_H
#define WA_REPO_EXPIRED_H

#include "repo/repo.h"

struct wa_expired {
	uint32_t timeline;
	uint64_t first, last; /* segments, both included */
};

/* The notes of a system; *out is for wa_sys_free(), NULL when there is none. */
int wa_expired_list(struct wa_expired **out, size_t *count, wa_repo *repo,
    uint64_t system_id, uint32_t segment_size, wa_error *err);

#endif
