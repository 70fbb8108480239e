/*
 * set_sort.h - the lines of a manifest whose files come in any order.
 *
 * In memory is no more than room, about; what does not fit waits, sorted, in a
 * file without a name.
 */
#ifndef WA_REPO_SET_SORT_H
#define WA_REPO_SET_SORT_H

#include <stddef.h>

#include "walarch.h"

#define WA_SET_SORT_ROOM (8u << 20)

typedef struct wa_set_sort wa_set_sort;

int wa_set_sort_new(wa_set_sort **out, size_t room, wa_error *err);
void wa_set_sort_free(wa_set_sort *sort);

/* One more line, of the file at path. */
int wa_set_sort_add(wa_set_sort *sort, const char *path, int32_t kind,
    const char *text, size_t size, wa_error *err);

/*
 * Behind the last add: the lines in the order of their paths.  1, or 0 after
 * the last; valid until the next call.  WA_ECORRUPT when a path was added
 * twice, or is in no folder that was.
 */
int wa_set_sort_next(
    const char **text, size_t *size, wa_set_sort *sort, wa_error *err);

#endif
