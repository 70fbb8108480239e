/* digests.h - digests of files, by several threads, in order. */
#ifndef DIGESTS_H
#define DIGESTS_H

#include <stdint.h>
#include <walarch.h>

struct digests;

/*
 * What becomes of a thing that was put, in the order of putting, in the thread
 * that puts: digest is of the file's first size bytes, or NULL: it was not
 * asked for, or the file is not there, or is shorter.  The thing is taken over.
 */
typedef int
digests_done(void *arg, void *thing, const char *digest, wa_error *err);

/* How a thing is thrown away that was put, but is not done. */
typedef void digests_drop(void *thing);

int digests_open(struct digests **out, const wa_config *config,
    digests_done *done, digests_drop *drop, void *arg, wa_error *err);

/* Read the first size bytes of the file at path, unless that is NULL.  The thing
 * is taken over, also when this fails. */
int digests_put(struct digests *digests, void *thing, const char *path,
    uint64_t size, wa_error *err);
int digests_drain(struct digests *digests, wa_error *err);
void digests_close(struct digests *digests);

#endif
