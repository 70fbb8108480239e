/* from_dir_places.h - where the tablespaces of a plain base backup go. */
#ifndef FROM_DIR_PLACES_H
#define FROM_DIR_PLACES_H

#include <stddef.h>
#include <walarch.h>

#include "from_dir.h"
#include "from_dir_scan.h"

/* A tablespace that is not to be inside the data directory. */
struct from_place {
	char oid[16];
	char *was; /* its folder when it was backed up */
	char *to;
	int fd;   /* of that folder, or -1 */
	int made; /* it was not there */
};

struct from_places {
	struct from_place *place;
	size_t count;
	char *map; /* new text of tablespace_map; NULL: it stays */
};

/*
 * Find the tablespaces of the backup in dir, and where they go; the files'
 * place is filled in.  Those that are folders of pg_tblspc themselves, and not
 * in tablespace_map, stay what they are.  WA_EUSAGE when a folder is not
 * empty, or is none to use.
 */
int from_places_find(struct from_places *out, struct from_list *list, int dir,
    const struct from_dir *job, wa_error *err);

/* Make and open the folders. */
int from_places_open(struct from_places *places, wa_error *err);

/* Closes them; what was made and is still empty is removed unless keep. */
void from_places_close(struct from_places *places, int keep);

/* Is the folder missing (0), empty but for lost+found (1) or neither?
 * WA_EUSAGE when neither. */
int from_folder_check(const char *path, wa_error *err);

#endif
