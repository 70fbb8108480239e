/* get_tidy.h - what of the spool nobody is going to ask for. */
#ifndef GET_TIDY_H
#define GET_TIDY_H

#include "spool.h"

/* Is the segment still wanted? */
typedef int get_wanted(const void *arg, const char *name);

/* Remove from get/ all but the segments that are; wanted is NULL: all.  Who
 * holds a segment's lock keeps it. */
void get_tidy(const struct spool *spool, get_wanted *wanted, const void *arg);

#define GET_DATA_SIZE 32 /* "000000010000000A000000FF.data" with its NUL */

/* The name of the fetched file. */
void get_data_name(char buf[GET_DATA_SIZE], const char *name);

#endif
