/* archive.h - what is stored of a system's WAL, as it was a moment ago. */
#ifndef WA_REPO_ARCHIVE_H
#define WA_REPO_ARCHIVE_H

#include "repo/repo.h"
#include "repo/timeline.h"

struct wa_archive {
	wa_repo *repo;
	wa_system system;
	wa_timelines *histories;
	wa_wal_list *list;    /* read to its end: timelines, names of others */
	wa_wal_range *ranges; /* of stored segments */
	size_t range_count;
};

int wa_archive_open(
    struct wa_archive **out, wa_repo *repo, uint64_t system_id, wa_error *err);
void wa_archive_close(struct wa_archive *archive);

/* The range that has the segment, or NULL. */
const wa_wal_range *wa_archive_find(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number);

/* Is a partial (or damaged) one of the segment stored?  Its name, or NULL.  Was
 * it dropped? */
const char *wa_archive_partial(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number);
const char *wa_archive_damaged(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number);
const char *wa_archive_dropped(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number);

/* Does anything show that the timeline went on after the segment? */
int wa_archive_goes_on(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number);

/* Is there WAL of the timeline, or anything of a later one? */
int wa_archive_newer(const struct wa_archive *archive, uint32_t timeline);

/* As wa_backup_list(). */
int wa_archive_backups(wa_backup **out, size_t *count,
    const struct wa_archive *archive, wa_error *err);

/* What a stored segment's label says of its records, or the segment itself
 * where the label says nothing.  Of one that was stored unseen nothing is known:
 * WA_NOT_WALKED. */
int wa_archive_records(wa_wal_records *out, const struct wa_archive *archive,
    const char *name, wa_error *err);

/* As wa_wal_scan(); 1 when the segment was stored unseen. */
int wa_archive_scan(const struct wa_archive *archive, const char *name,
    unsigned kinds, wa_event_visit *visit, void *arg, wa_error *err);

#endif
