/* from_dir_copy.h - the files of a plain base backup, in several threads. */
#ifndef FROM_DIR_COPY_H
#define FROM_DIR_COPY_H

#include <sys/types.h>

#include "from_dir_places.h"
#include "from_dir_scan.h"
#include "pg_manifest_read.h"

/* pg_control has another name until all is there. */
#define FROM_CONTROL "global/pg_control"
#define FROM_CONTROL_TMP "global/pg_control.tmp"

struct from_copy {
	const struct from_list *list;
	const struct from_places *places;
	const struct pg_manifest_list *manifest; /* or NULL */
	int from, to;                            /* folders */
	int group;   /* the data directory's group may read */
	int sync;    /* each file by itself */
	uid_t owner; /* of what is made */
	gid_t group_id;
	size_t threads;
};

/* Where a file goes: a folder, and the path below it. */
int from_where(const char **path, const struct from_copy *copy,
    const struct from_file *file);

/* The mode it gets there. */
mode_t from_mode(const struct from_copy *copy, const struct from_file *file);

int from_own(const struct from_copy *copy, int fd);

/* Copy and verify all files, their folders being there. */
int from_copy_files(const struct from_copy *copy, wa_error *err);

#endif
