/* find_begin.h - where the transactions of DROP DATABASE began. */
#ifndef FIND_BEGIN_H
#define FIND_BEGIN_H

#include "find.h"

/*
 * Set the begin of each DROP DATABASE among the hits, by scanning.  When its
 * record is written PostgreSQL has long marked the database as invalid: to
 * have it back, recovery must end before the first record of the transaction.
 */
int
find_begin(struct find_hits *hits, struct find_archive *archive, wa_error *err);

#endif
