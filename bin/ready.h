/* ready.h - what a stopped cluster left unarchived. */
#ifndef READY_H
#define READY_H

#include <walarch.h>

/* Push path under name; 0 or a failure's status. */
typedef int ready_push_file(void *arg, const char *path, const char *name);

/*
 * Push what archive_status calls ready, histories first; then what the server
 * had written since and not finished: whole segments under their names, the
 * last one as .partial.  0 or a failure's status; everything has been said.
 */
int ready_push(const char *pgdata, const wa_cluster *cluster,
    ready_push_file *push, void *arg);

#endif
