/* restore_item.h - the files of a set on their way back. */
#ifndef RESTORE_ITEM_H
#define RESTORE_ITEM_H

#include <pthread.h>
#include <stdint.h>
#include <walarch.h>

enum restore_way {
	RESTORE_WRITE, /* it is written anew */
	RESTORE_KEEP,  /* it is there; its mode and owner are set */
	RESTORE_ZERO   /* a hole of its size: a database not included */
};

/* A file of many chunks; its items share it. */
struct restore_big {
	int fd;
	unsigned users;
	pthread_mutex_t writing; /* the kernel's own lock spins */
};

/* A file, or a chunk of one.  All it points to is its own. */
struct restore_item {
	enum restore_way way;
	wa_set_file file;
	char *to;                /* path to write */
	struct restore_big *big; /* NULL: it has one chunk */
	uint64_t chunk;
	uint64_t at; /* of the chunk's frame in the part */
};

struct restore_item *restore_item_new(enum restore_way way,
    const wa_set_file *file, const char *to, wa_error *err);
void restore_item_free(struct restore_item *item);

#endif
