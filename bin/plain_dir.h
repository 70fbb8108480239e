/* plain_dir.h - a base backup as a plain directory, named after its moment. */
#ifndef PLAIN_DIR_H
#define PLAIN_DIR_H

#include <walarch.h>

struct plain_dir {
	wa_config *config;
	const char *base;  /* where BASE/2026-11-21-03-15-00 is to be */
	const char *label; /* of backup_label */
	int fast;          /* checkpoint at once */
};

/*
 * Make one.  It appears under its name when all of it is synced and, where
 * the server sends a backup_manifest, was held against that; its path is
 * printed then.  Returns the exit status; everything has been said.
 */
int plain_dir_backup(const struct plain_dir *plain);

#endif
