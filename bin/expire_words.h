/* expire_words.h - what expire does, for people. */
#ifndef EXPIRE_WORDS_H
#define EXPIRE_WORDS_H

#include "expire_run.h"

#define EXPIRE_WORDS 256

/* "full backup 20261121T031500ZF", "WAL 000...01 to 000...09 (9 segments)". */
void expire_thing(
    char buf[EXPIRE_WORDS], const wa_decision *decision, uint32_t segment_size);

/* "removed 2 backups, 19 WAL segments; 1.2GB freed"; 0 when it was nothing. */
int expire_summary(
    char buf[EXPIRE_WORDS], const struct expire_result *result, int dry);

#endif
