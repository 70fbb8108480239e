/*
 * marker.h - the word of a runner for one file: what was done ahead.
 *
 * A marker is believed about the very file it names, of the very cluster, for
 * the very repository, and once.
 */
#ifndef MARKER_H
#define MARKER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <walarch.h>

#define MARKER_NAME_SIZE 64
#define MARKER_BOOT_SIZE 37

/* What tells a file from any other, and from itself before a change. */
struct file_identity {
	uint64_t device, inode;
	int64_t size;
	int64_t modified, changed; /* nanoseconds since 1970 UTC */
};

struct marker {
	char name[MARKER_NAME_SIZE]; /* of the WAL file */
	uint64_t system_id;
	struct file_identity file;       /* pushed, or fetched */
	struct file_identity repository; /* its walarch.repo */
	char repository_id[33];          /* wa_repo_id() */
	char xxh128[WA_DIGEST_SIZE];     /* of the file's bytes */
	char boot[MARKER_BOOT_SIZE];     /* what was not synced is gone with
					  * this start of the machine; or "" */
	char warning[720], hint[400];    /* what PostgreSQL's log is to be told;
					  * or "" */
};

void file_identify(struct file_identity *out, const struct stat *st);
int file_is(const struct file_identity *a, const struct file_identity *b);

/* In place of what fd holds;  -1, and errno. */
int marker_write(int fd, const struct marker *marker);

/* 0; or -1: fd holds no marker, or no whole one. */
int marker_read(struct marker *out, int fd);

#endif
