/*
 * walk_inside.h - what a data directory holds twice: links into it, and
 * tablespaces that were made in it.
 */
#ifndef WALK_INSIDE_H
#define WALK_INSIDE_H

#include <sys/stat.h>

#include <walarch.h>

struct walk_inside;

/* Looks through root/pg_tblspc. */
int walk_inside_open(struct walk_inside **out, const char *root, wa_error *err);
void walk_inside_close(struct walk_inside *inside);

/* Does the link, or any path below the root, lead to a place in it? */
int walk_inside_leads(
    const struct walk_inside *inside, const char *path, wa_error *err);

/* Is the folder a tablespace's location? */
int walk_inside_is_tablespace(
    const struct walk_inside *inside, const struct stat *stat);

/* Is path pg_tblspc/OID? */
int walk_is_tablespace(const char *path);

#endif
