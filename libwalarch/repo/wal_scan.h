/* wal_scan.h - walk over the records of stored segments. */
#ifndef WA_REPO_WAL_SCAN_H
#define WA_REPO_WAL_SCAN_H

#include "pg/facts.h"
#include "pg/segment.h"
#include "repo/wal_object.h"

struct wa_scan {
	wa_repo *repo;
	const char *name;
	int begun;
	int go_on; /* facts and segment are of the one before, perhaps */
	unsigned kinds;
	wa_event_visit *visit;
	void *arg;
	struct wa_segment segment; /* of its first chunk */
	struct wa_facts facts;
};

/* A wa_wal_sink that walks; begin it with begun 0. */
int wa_scan_add(void *scan, const uint8_t *buf, size_t size, wa_error *err);

#endif
