/* set_label.h - what sets are called, and what a manifest's label says. */
#ifndef WA_REPO_SET_LABEL_H
#define WA_REPO_SET_LABEL_H

#include "repo/repo.h"

/* Is it a set's, such as "20261121T031500ZF"? */
int wa_set_label_valid(const char *label);

/* The time in it, of a diff or incr the second, in seconds since 1970. */
int64_t wa_set_label_time(const char *label);

/* The label of a set of that type and second, upon prior. */
void wa_set_label_make(
    char out[WA_SET_LABEL_SIZE], int type, const char *prior, int64_t seconds);

/* Begin the label of a manifest; read it back.  WA_ECORRUPT when it is none, or
 * of another set than the one called name. */
void wa_set_to_label(wa_label *out, const wa_set *set);
int wa_set_of_label(
    wa_set *out, const wa_label *label, const char *name, wa_error *err);

/* The stored manifest's label.  WA_ENOENT when there is none. */
int wa_set_stored_label(
    wa_label *out, wa_repo *repo, const char *name, wa_error *err);

/* Add the names of all folders that are called as sets are, to out, sorted. */
int wa_set_names(wa_names *out, wa_repo *repo, wa_error *err);

#endif
