/* backup_emit.h - what comes out of a backup's threads goes into the set. */
#ifndef BACKUP_EMIT_H
#define BACKUP_EMIT_H

#include "backup_pack.h"

struct backup_counts {
	uint64_t done; /* bytes of files, read or referred to */
	uint32_t bad_pages;
	uint64_t gone; /* files that vanished before they were read */
};

struct backup_emit {
	wa_set_writer *writer;
	struct backup_counts counts;
	/* The file of many chunks that is coming out. */
	wa_digest *digest;
	uint32_t crc;
	uint32_t *frames;
	uint32_t part;
	uint64_t at;
	uint32_t bad_pages, first_bad;
};

int backup_emit_begin(
    struct backup_emit *emit, wa_set_writer *writer, wa_error *err);
void backup_emit_end(struct backup_emit *emit);

/* All of a task, whose own rc is 0. */
int backup_emit_task(
    struct backup_emit *emit, struct backup_task *task, wa_error *err);

#endif
