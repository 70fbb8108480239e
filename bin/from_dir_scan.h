/* from_dir_scan.h - all that is in a plain base backup. */
#ifndef FROM_DIR_SCAN_H
#define FROM_DIR_SCAN_H

#include <stddef.h>
#include <sys/stat.h>
#include <walarch.h>

struct from_file {
	char *path; /* below the data directory */
	int folder;
	int place; /* the tablespace it goes to, or -1 */
	mode_t mode;
	uint64_t size;
	struct timespec modified;
};

struct from_list {
	struct from_file *files; /* a folder is before what is in it */
	size_t count, room;
	uint64_t size; /* of all */
};

/*
 * What links lead to is as if it lay there itself.  Left out are a server's
 * own postmaster.opts, and with a warning what is no file and no folder.
 */
int from_scan(struct from_list *out, int dir, wa_error *err);
void from_list_free(struct from_list *list);

#endif
