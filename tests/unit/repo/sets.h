/* sets.h - backup sets for tests: by the library, or line by line. */
#ifndef WA_TESTS_SETS_H
#define WA_TESTS_SETS_H

#include "repo/set_line.h"
#include "support.h"

#define SET_REDO UINT64_C(0x5000028)
#define SET_STOP UINT64_C(0x5000138)
#define SET_TIME INT64_C(1795262400000000) /* 2026-11-21T12:00:00Z */

/* What a set of that type has to be told. */
wa_set set_facts(int type, const char *prior);

/* A writer, which must be had. */
wa_set_writer *set_writer(struct store *s, int type, const char *prior);

/* Append a file of size bytes (of its path's own) as frames; the facts, whose
 * frames are static, for wa_set_add(). */
wa_set_file
set_append(struct store *s, wa_set_writer *w, const char *path, size_t size);

/* set_append() and wa_set_add(). */
void set_put(struct store *s, wa_set_writer *w, const char *path, size_t size);
void set_put_folder(wa_set_writer *w, const char *path);
void set_put_link(wa_set_writer *w, const char *path, const char *to);

/* Files, folders and links of all kinds, to the end of a manifest. */
void set_fill(struct store *s, wa_set_writer *w);

/* Make it a set, and close the writer; its label. */
const char *set_commit(wa_set_writer *w);

/* All of these: a set; its label, until folder_remove(). */
const char *set_make(struct store *s, int type, const char *prior);

/* A manifest (or, with number, that list) of these bytes, with a good label.
 * What was there goes. */
void set_raw(struct store *s, const char *label, uint32_t number,
    const void *text, size_t size);

/* The path of an object of the set. */
const char *set_path(const char *label, const char *object);

/* Read to the end: how many lines, or what went wrong. */
int set_read(struct store *s, const char *label, wa_error *err);

#endif
