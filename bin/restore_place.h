/* restore_place.h - what is restored to places outside the data directory:
 * tablespaces, and what symbolic links led to. */
#ifndef RESTORE_PLACE_H
#define RESTORE_PLACE_H

#include <stddef.h>
#include <walarch.h>

struct restore_place {
	char *path; /* of the link, below the data directory */
	char *was;  /* where it led when it was backed up */
	char *to;   /* where it will lead */
	int file;   /* to a file, not a folder */
	int tablespace;
	uint64_t size; /* bytes that go there */
};

struct restore_places {
	const wa_config *config;
	struct restore_place *list;
	size_t count;
	int plain; /* links that become plain files and folders */
};

/* A file of the set that was reached by a link: it becomes a place, or, as the
 * settings say, a plain one. */
int restore_place_add(
    struct restore_places *places, const wa_set_file *file, wa_error *err);

/* The place at that path, or NULL; the one that the path lies in, or NULL. */
struct restore_place *
restore_place_at(const struct restore_places *places, const char *path);
struct restore_place *
restore_place_of(const struct restore_places *places, const char *path);

/* When all are known: does every map name one, and does none lie in the data
 * directory or in another? */
int restore_places_check(
    const struct restore_places *places, const char *root, wa_error *err);

/* The text of tablespace_map for where tablespaces go now, for free(); NULL:
 * out of memory. */
char *restore_places_map(const struct restore_places *places, uint32_t version);
void restore_places_free(struct restore_places *places);

#endif
