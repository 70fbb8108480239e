/* backup_item.h - the files of a backup on their way into it. */
#ifndef BACKUP_ITEM_H
#define BACKUP_ITEM_H

#include <stdint.h>
#include <walarch.h>

enum backup_way {
	BACKUP_READ,    /* it is read by a worker */
	BACKUP_CONTENT, /* its bytes are at hand */
	BACKUP_REFER,   /* a set holds it already */
	BACKUP_BARE     /* a folder or link, without bytes */
};

/* A file that spans chunks; its items share it. */
struct backup_big {
	int fd; /* -1: the bytes are at hand */
	uint64_t size;
	unsigned users;
};

/* A file, or a chunk of one.  All it points to is its own. */
struct backup_item {
	enum backup_way way;
	wa_set_file file;
	char *source; /* path to read */
	char *content;
	struct backup_big *big; /* NULL: the file is in one chunk */
	uint64_t chunk, chunks;
	int checked;      /* it has pages with checksums */
	uint32_t segment; /* of a relation */
	/* What the worker found. */
	int gone;
	size_t packed;    /* bytes of its frame */
	size_t data;      /* plain bytes of the file in it */
	uint64_t plain;   /* bytes of the tar in it */
	uint32_t bad[16]; /* the first pages that are wrong */
};

/* A copy of facts, with strings and frames of its own.  NULL: out of memory. */
struct backup_item *
backup_item_new(enum backup_way way, const wa_set_file *file, wa_error *err);

/* A file whose bytes are at hand: a copy of all file->size of them. */
struct backup_item *backup_item_content(
    const wa_set_file *file, const void *content, wa_error *err);
void backup_item_free(struct backup_item *item);

#endif
