/*
 * push_notes.h - notes of dropped WAL that wait for the repository, in the file
 * push.dropped of the spool.
 */
#ifndef PUSH_NOTES_H
#define PUSH_NOTES_H

#include "spool.h"

/* Keep a note.  When 0 is returned it survives a power cut; -1, and errno. */
int notes_keep(const struct spool *spool, const wa_drop *drop);

/* Does any wait? */
int notes_wait(const struct spool *spool);

/* Write those that wait into the repository.  0, or a negative code: all of
 * them go on waiting. */
int notes_write(const struct spool *spool, wa_repo *repo, wa_error *err);

#endif
