/* from_dir.h - restore a plain base backup, as pg_basebackup makes it. */
#ifndef FROM_DIR_H
#define FROM_DIR_H

#include <stddef.h>
#include <walarch.h>

struct from_dir {
	const char *from;               /* the backup; it is only read */
	const char *to;                 /* the new data directory */
	const char *tablespace_map;     /* "OID=PATH" or "PATH=PATH" lines, or
					 * NULL */
	const char *tablespace_map_all; /* a tablespace goes to PATH/OID; or
					 * NULL */
	size_t threads;

	/* All is in place and synced but pg_control: what else has to be
	 * written into the data directory dir?  NULL: nothing. */
	int (*finish)(void *arg, int dir, wa_error *err);
	void *arg;
};

/*
 * Copy the backup, verified against its backup_manifest where it has one.
 * What can be found wrong before is found before anything is changed.
 * pg_control comes last, so that no server starts on a half restore.
 *
 * WA_EUSAGE	from is no base backup, or to or a tablespace's folder is not
 *		empty
 * WA_ECORRUPT	a file is missing, damaged, or one too many
 */
int from_dir_restore(const struct from_dir *job, wa_error *err);

/*
 * What the base backup in dir is.  Its stop is known where it has a
 * backup_manifest; else it is said to be the checkpoint, before which it
 * cannot be.
 */
int from_dir_read(wa_backup *out, uint32_t *version, uint64_t *system_id,
    const char *dir, wa_error *err);

#endif
