/*
 * support.h - what many tests need: a folder, files, WAL made to measure, a
 * repository.  Nothing here can fail: what goes wrong ends the test.
 */
#ifndef WA_TESTS_SUPPORT_H
#define WA_TESTS_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#include "stream/stream.h"
#include "walarch.h"

#define SYSTEM UINT64_C(7431170312345678901)
#define MB (1u << 20)

/* End the test unless it is so; what is told from errno. */
void ensure(int condition, const char *what);

/*
 * A folder of the test's own, made by the first call, and a path in it.  This
 * and every other text returned here stays until folder_remove(), which each
 * test calls at its end.
 */
const char *folder(void);
const char *path_of(const char *name);
void folder_remove(void);

/* Remove what is at path, if anything is, with all below it. */
void remove_all(const char *path);

void file_put(const char *path, const void *data, size_t size);
void text_put(const char *path, const char *text);
void *file_get(const char *path, size_t *size); /* for free() */
int file_holds(const char *path, const void *data, size_t size);
int file_exists(const char *path);

/* How many entries a folder has, those that begin with "." as well. */
int entries(const char *path);

/* What the command prints, without the last newline; for free().  NULL when
 * it fails. */
char *output_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
int has_program(const char *name);

/* Bytes that are always the same for one seed, and do not compress. */
void fill_random(void *buf, size_t size, uint64_t seed);
uint64_t next_random(uint64_t *state);

/* WAL. */

struct wal {
	uint32_t timeline;
	uint32_t size, block;
	uint64_t number;
	uint64_t system;
	uint16_t magic;
	uint64_t seed;
};

#define WAL_INIT                                                               \
	{                                                                      \
		1, MB, 8192, 5, SYSTEM, 0xD110, 1                              \
	}

/* A whole segment, right in every page and record; for free(). */
uint8_t *wal_make(const struct wal *w);

/* Write the header of page n anew. */
void
wal_page(uint8_t *segment, const struct wal *w, size_t n, uint32_t timeline);

/*
 * End the segment with a switch record that begins at the byte at (a multiple
 * of 8, inside a page), and goes on behind the next page's header when the
 * page is too short.  Zeros follow.  Where the record ends.
 */
size_t wal_switch(uint8_t *segment, const struct wal *w, size_t at);

/* Its name. */
const char *wal_name(const struct wal *w);

/* Make the segment as a file in the folder "pg_wal", under its name and
 * suffix; the path. */
const char *wal_file(const struct wal *w, const char *suffix);

/* A repository. */

struct store {
	wa_config *cfg;
	wa_repo *repo;
};

/* At path_of("repo"), for stanza db, with SYSTEM registered, in segments of
 * segment_size. */
void
store_open(struct store *s, const char *compress_type, uint32_t segment_size);
void store_reopen(struct store *s);
void store_close(struct store *s);
wa_cluster store_cluster(uint64_t system_id, uint32_t segment_size);

/* The path of the object of name. */
const char *object_path(uint64_t system_id, const char *name);

/* Store a segment, a history. */
void push_wal(struct store *s, const struct wal *w, const char *suffix);
void push_history(struct store *s, uint32_t timeline, const char *text);

/* Streams. */

/* Gives size bytes at data (borrowed), at most step at once. */
wa_reader *memory_reader(const void *data, size_t size, size_t step);

/* Takes what is written; memory_taken() is it, until the writer is closed. */
wa_writer *memory_writer(void);
const uint8_t *memory_taken(const wa_writer *w, size_t *size, int *finished);

#endif
