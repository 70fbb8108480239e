/* ready_names.h - what archive_status calls ready. */
#ifndef READY_NAMES_H
#define READY_NAMES_H

#include <dirent.h>
#include <stddef.h>

struct ready_names {
	struct dirent **entries; /* each cut before ".ready" */
	size_t count;
};

/* The names in wal/archive_status, in PostgreSQL's order: histories first, then
 * by name.  -1, and errno. */
int ready_names_read(struct ready_names *out, const char *wal);
void ready_names_free(struct ready_names *names);

/* How many there are, but no more than limit are counted; 0, too, when that
 * cannot be read. */
size_t ready_names_count(const char *wal, size_t limit);

/* Is name among them now? */
int is_ready(const char *wal, const char *name);

#endif
