/*
 * get_next.h - get.next in the spool: what PostgreSQL is going to ask for, as
 * the last get that found nothing fetched ahead guessed it.  Only what is worth
 * fetching depends on it.
 */
#ifndef GET_NEXT_H
#define GET_NEXT_H

#include "spool.h"

/* Put name in place of what it says.  -1 and errno. */
int get_next_write(const struct spool *spool, const char *name);

/* Tells one get.next from the one that replaces it; all 0: there was none. */
struct get_next {
	struct file_identity file;
	char name[WA_SEGMENT_NAME_SIZE];
};

/* 1: it is another one than *next was, and *next is that; 0: it is not, or it
 * names no segment. */
int get_next_read(struct get_next *next, const struct spool *spool);

#endif
