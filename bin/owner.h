/* owner.h - the names of users and groups, remembered. */
#ifndef OWNER_H
#define OWNER_H

#include <sys/types.h>

/* The name, or the number where there is none; borrowed for a while.  NULL: out
 * of memory.  Not for several threads. */
const char *owner_user(uid_t uid);
const char *owner_group(gid_t gid);

/* And back: -1 when this machine has no such user or group. */
int owner_uid(uid_t *out, const char *name);
int owner_gid(gid_t *out, const char *name);

#endif
