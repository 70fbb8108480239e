/* restore_files.h - the files of a set into a data directory, all but
 * pg_control, which is beside its place. */
#ifndef RESTORE_FILES_H
#define RESTORE_FILES_H

#include "restore_flow.h"
#include "restore_place.h"
#include "restore_write.h"

/* pg_control's name until all else is done. */
#define RESTORE_CONTROL "global/pg_control.walarch"

/* Says that a restore is under way, or was interrupted. */
#define RESTORE_MARK "walarch.restore"

struct restore_files {
	const wa_config *config;
	wa_repo *repo;
	const char *set;
	const char *root; /* the data directory, which is there */
	struct restore_places *places;
	struct restore_owner owner;
	int delta;     /* keep what is the same */
	int by_time;   /* same size and time is the same */
	int preserve;  /* leave recovery's files alone */
	int keep_auto; /* and postgresql.auto.conf, which is one of them */
	const uint32_t *databases; /* only these have content; NULL: all */
	size_t database_count;
	restore_done *done; /* for each regular file; with done_arg */
	void *done_arg;
	struct restore_counts counts; /* out */
};

int restore_files(struct restore_files *files, wa_error *err);

#endif
