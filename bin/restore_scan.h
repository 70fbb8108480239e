/* restore_scan.h - look through a set before anything of it is restored. */
#ifndef RESTORE_SCAN_H
#define RESTORE_SCAN_H

#include "restore_place.h"

struct restore_scan {
	uint64_t size; /* bytes that go into the data directory itself */
	uint64_t total;
	uint64_t files;
	int global; /* it has that folder */
};

/*
 * Read the whole manifest: every path must be in a folder of the set, so that
 * none is reached by a link.  places is filled in.
 */
int restore_scan(struct restore_scan *out, struct restore_places *places,
    wa_repo *repo, const char *set, wa_error *err);

#endif
