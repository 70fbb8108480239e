/* owner.c - the names of users and groups, remembered: a cluster's files have
 * few. */
#include "config.h"

#include "owner.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REMEMBERED 8

struct known {
	unsigned id;
	char *name;
};

/* A free place, or the oldest one's. */
static const char *
remember(struct known *all, unsigned id, const char *name)
{
	static unsigned next;
	struct known *k = &all[next++ % REMEMBERED];
	char number[16];

	(void)snprintf(number, sizeof(number), "%u", id);
	free(k->name);
	k->id = id;
	k->name = strdup(name == NULL ? number : name);
	return k->name;
}

static const char *
recall(const struct known *all, unsigned id)
{
	size_t i;

	for (i = 0; i < REMEMBERED; i++)
		if (all[i].name != NULL && all[i].id == id)
			return all[i].name;
	return NULL;
}

const char *
owner_user(uid_t uid)
{
	static struct known users[REMEMBERED];
	const char *name = recall(users, uid);
	const struct passwd *pw;

	if (name != NULL)
		return name;
	pw = getpwuid(uid);
	return remember(users, uid, pw == NULL ? NULL : pw->pw_name);
}

const char *
owner_group(gid_t gid)
{
	static struct known groups[REMEMBERED];
	const char *name = recall(groups, gid);
	const struct group *gr;

	if (name != NULL)
		return name;
	gr = getgrgid(gid);
	return remember(groups, gid, gr == NULL ? NULL : gr->gr_name);
}

int
owner_uid(uid_t *out, const char *name)
{
	const struct passwd *pw = getpwnam(name);

	if (pw != NULL)
		*out = pw->pw_uid;
	return pw == NULL ? -1 : 0;
}

int
owner_gid(gid_t *out, const char *name)
{
	const struct group *gr = getgrnam(name);

	if (gr != NULL)
		*out = gr->gr_gid;
	return gr == NULL ? -1 : 0;
}
