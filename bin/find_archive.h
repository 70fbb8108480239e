/* find_archive.h - the segments of a system. */
#ifndef FIND_ARCHIVE_H
#define FIND_ARCHIVE_H

#include "find.h"

#define FIND_NONE SIZE_MAX

/* List what is stored of the stanza's current system, or of the one whose
 * identifier this is. */
int find_archive_open(struct find_archive *out, const wa_config *config,
    const char *system, wa_error *err);
void find_archive_close(struct find_archive *archive);

void find_archive_name(
    char buf[FIND_NAME_SIZE], const struct find_archive *archive, size_t file);

/* The timeline's file of this number, or FIND_NONE. */
size_t find_archive_file(
    const struct find_archive *archive, uint32_t timeline, uint64_t number);

/* As it is listed, or NULL. */
const wa_timeline *
find_archive_timeline(const struct find_archive *archive, uint32_t timeline);

/* The timeline that WAL at this LSN belongs to when a file of timeline has it:
 * the head of a timeline's first segment is its parent's. */
uint32_t find_archive_owner(
    const struct find_archive *archive, uint32_t timeline, uint64_t lsn);

/* The file before this one on its own timeline's way, or FIND_NONE. */
size_t find_archive_before(const struct find_archive *archive, size_t file);

#endif
