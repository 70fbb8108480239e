/* progress.h - how far a long run is: one line on a terminal, rewritten. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

/* Is standard error a terminal?  Otherwise nothing is shown. */
int progress_wanted(void);

/* So many bytes are to be read. */
void progress_begin(uint64_t total);

/* So many have been.  Draws a few times a second. */
void progress_show(uint64_t done);

/* Take the line away, to print others; the next progress_show() brings it
 * back. */
void progress_hide(void);

#endif
