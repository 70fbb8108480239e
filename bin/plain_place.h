/*
 * plain_place.h - where a plain backup is made, and the name it gets.
 *
 * It is made in BASE/.2026-11-21-03-15-00.tmp.1f6b03c8, which is locked
 * (flock) as long as the process lives.
 */
#ifndef PLAIN_PLACE_H
#define PLAIN_PLACE_H

#include <walarch.h>

struct plain_place;

/* Make it, and BASE (but not the folders above).  Removes what runs that were
 * interrupted more than a day ago have left. */
int plain_place_open(struct plain_place **out, const char *base, wa_error *err);

/* A descriptor of the folder that is being made; borrowed. */
int plain_place_folder(const struct plain_place *place);

/*
 * Sync all of it and give it its name, or the next free second's.  Group:
 * whether the server lets its group read the cluster.  *path is borrowed
 * until close.
 */
int plain_place_publish(
    const char **path, struct plain_place *place, int group, wa_error *err);

/* Unpublished: it is removed. */
void plain_place_close(struct plain_place *place);

#endif
