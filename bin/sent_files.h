/*
 * sent_files.h - what a server has sent, held against its backup_manifest.
 *
 * The manifest comes last and lists the files in the order they came in, so
 * what was seen of each waits in a file without a name, not in memory.
 */
#ifndef SENT_FILES_H
#define SENT_FILES_H

#include <stdint.h>
#include <walarch.h>

struct sent_files;

/* The file is made in the folder open as dir, or, for -1, where temporary files
 * are. */
int sent_files_open(struct sent_files **out, int dir, wa_error *err);
void sent_files_close(struct sent_files *sent);

/* One more file came. */
int sent_files_add(struct sent_files *sent, const char *path, uint64_t size,
    uint32_t crc, wa_error *err);

/* Does the manifest, the file open as fd, list these and no others, with
 * their sizes and checksums?  WA_ECORRUPT when it does not. */
int sent_files_check(struct sent_files *sent, int fd, wa_error *err);

#endif
