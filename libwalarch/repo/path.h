/*
 * path.h - the way recovery takes through the stored WAL to a timeline: which
 * segment file it asks for at each position, and how far it comes.
 */
#ifndef WA_REPO_PATH_H
#define WA_REPO_PATH_H

#include "repo/archive.h"

struct wa_path {
	const struct wa_archive *archive; /* borrowed */
	uint32_t timeline;
	const wa_history *history; /* NULL: it has no ancestors */
};

/* How far: segments first to last, on their timelines. */
struct wa_stretch {
	uint64_t first, last; /* numbers; last < first: none */
	uint64_t end;         /* LSN behind the last record */
	enum wa_bound bound;
	char last_name[WA_NAME_MAX]; /* of the last file; or "" */
	char missing[WA_NAME_MAX];   /* of the one after it */
};

/* The way to a timeline.  WA_ENOENT when its history is not stored. */
int wa_path_to(struct wa_path *out, const struct wa_archive *archive,
    uint32_t timeline, wa_error *err);

/* Which timeline is a position of?  Where does the path's own begin? */
uint32_t wa_path_timeline(const struct wa_path *path, uint64_t lsn);
uint64_t wa_path_begin(const struct wa_path *path);

/* How far from lsn on?  Reads the last one's label. */
int wa_path_reach(struct wa_stretch *out, const struct wa_path *path,
    uint64_t lsn, wa_error *err);

/* The file of a segment inside a stretch. */
void wa_path_file(char name[WA_NAME_MAX], const struct wa_path *path,
    const struct wa_stretch *stretch, uint64_t number);

/* Is it stored, inside of the stretch or before? */
int wa_path_stored(const struct wa_path *path, const struct wa_stretch *stretch,
    uint64_t number);

/* Does the stretch, from its redo on, take the backup to where it is
 * consistent? */
int wa_path_completes(const struct wa_path *path,
    const struct wa_stretch *stretch, const wa_backup *backup);

/* Can recovery from the backup go this way? */
int wa_path_admits(const struct wa_path *path, const wa_backup *backup);

/*
 * PostgreSQL asks for the history of each timeline from the backup's on, until
 * there is none: for the newest one, and for a number of its own when recovery
 * ends.  The first that is missing, or 0.
 */
uint32_t wa_path_histories(const struct wa_path *path, const wa_backup *backup);

#endif
