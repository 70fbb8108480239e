/* tempfile.h - files without a name, for what has no room in memory.  The
 * public functions are in walarch.h. */
#ifndef WA_BASE_TEMPFILE_H
#define WA_BASE_TEMPFILE_H

#include "walarch.h"

/* The folder: TMPDIR, else /var/tmp, which is on a disk. */
const char *wa_tempfile_folder(void);

#endif
