/* remote_prior.h - the files of the set that an incremental backup of a server
 * is upon, by path, for what it sends comes in no order. */
#ifndef REMOTE_PRIOR_H
#define REMOTE_PRIOR_H

#include <walarch.h>

struct remote_prior;

/*
 * Read the set's manifest.  Lines wait in a file without a name; what is in
 * memory is 25 to 50 bytes a file.  Files with wrong pages are left
 * out: these shall come whole.
 */
int remote_prior_open(
    struct remote_prior **out, wa_repo *repo, const wa_set *set, wa_error *err);

/* 1, or 0 when it is none of these; borrowed until the next call. */
int remote_prior_find(wa_set_file *out, struct remote_prior *prior,
    const char *path, wa_error *err);

/* The same files as a backup_manifest for the server: a descriptor, at its
 * beginning, which stays prior's. */
int remote_prior_manifest(const struct remote_prior *prior);
void remote_prior_close(struct remote_prior *prior);

#endif
