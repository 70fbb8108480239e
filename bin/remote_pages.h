/* remote_pages.h - the pages of a file that a set holds. */
#ifndef REMOTE_PAGES_H
#define REMOTE_PAGES_H

#include <walarch.h>

#define REMOTE_PAGE 8192u /* bytes of a server's block */

struct remote_pages;

int remote_pages_open(struct remote_pages **out, wa_repo *repo, wa_error *err);
void remote_pages_close(struct remote_pages *pages);

/* Another file from now on; what it points to is the caller's, until the
 * next. */
void remote_pages_of(struct remote_pages *pages, const wa_set_file *file);

/* A page of it, until the next call: zeros where the file has none.  To be
 * asked for in order, for its frames are unpacked one at a time. */
int remote_pages_get(const void **page, struct remote_pages *pages,
    uint32_t block, wa_error *err);

#endif
