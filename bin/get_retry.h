/* get_retry.h - fetch, and try again while that may help. */
#ifndef GET_RETRY_H
#define GET_RETRY_H

#include <walarch.h>

struct getter {
	const wa_config *config;
	const char *system; /* as given by hand, or NULL */
	int patient;        /* try again, up to archive-timeout */
	unsigned flags;     /* of wa_wal_get() */
	wa_repo *repo;      /* once it is open */
	uint64_t system_id; /* once it is known */
};

/* As wa_wal_get() and wa_wal_write() to standard output. */
int
getter_get(struct getter *g, const char *name, const char *path, wa_error *err);
int getter_print(struct getter *g, const char *name, wa_error *err);

/* Open the repository and find the system. */
int getter_open(struct getter *g, wa_error *err);
void getter_end(struct getter *g);

#endif
