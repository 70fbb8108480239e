/* set_remove.c - remove a set, so that it is gone before its parts are. */
#include "config.h"

#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "repo/retention_sets.h"
#include "repo/set_label.h"

static int
remove_object(uint64_t *freed, wa_repo *repo, const char *label,
    const char *name, wa_error *err)
{
	uint64_t size = 0;
	wa_key key;
	int rc;

	wa_key_set_object(key, repo->stanza, label, name);
	rc = wa_storage_remove(&size, repo->storage, key, WA_REMOVE_NOW, err);
	*freed += size;
	return rc;
}

static int
is_upon_one(wa_repo *repo, const char *label, wa_error *err)
{
	wa_set *sets = NULL;
	size_t count = 0, i;
	int rc = wa_set_list(&sets, &count, repo, err);

	for (i = 0; rc == 0 && i < count; i++)
		if (strcmp(sets[i].prior, label) == 0 ||
		    strcmp(sets[i].resumed, label) == 0)
			rc = 1;
	wa_free(sets);
	return rc;
}

static int
is_upon_begun(wa_repo *repo, const char *label, int64_t now, wa_error *err)
{
	wa_set_begun *begun = NULL;
	size_t count = 0, i;
	int rc = wa_set_begun_list(&begun, &count, repo, err);

	for (i = 0; rc == 0 && i < count; i++)
		if ((strcmp(begun[i].prior, label) == 0 ||
			strcmp(begun[i].resumed, label) == 0) &&
		    begun[i].last > now - WA_RUBBISH_AGE)
			rc = 1;
	wa_free(begun);
	return rc;
}

/* The start goes last: as long as anything is left, the rest is found again, and
 * what it was upon is known. */
static int
remove_parts(uint64_t *freed, wa_repo *repo, const char *label, wa_error *err)
{
	wa_names *names = NULL;
	wa_key key;
	size_t i;
	int rc;

	wa_key_set(key, repo->stanza, label);
	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(
		    names, repo->storage, key, WA_LIST_HIDDEN, err);
	for (i = 0; rc == 0 && i < wa_names_count(names); i++)
		if (strcmp(wa_names_at(names, i), WA_KEY_START) != 0 &&
		    strcmp(wa_names_at(names, i), WA_KEY_MANIFEST) != 0)
			rc = remove_object(
			    freed, repo, label, wa_names_at(names, i), err);
	wa_names_free(names);
	return rc < 0 ? rc :
			remove_object(freed, repo, label, WA_KEY_START, err);
}

/* The unfinished ones first: what is finished meanwhile is seen as a set. */
static int
is_upon(wa_repo *repo, const char *label, wa_error *err)
{
	int rc = is_upon_begun(repo, label, wa_sys_now(), err);

	return rc == 0 ? is_upon_one(repo, label, err) : rc;
}

/*
 * A backup that began meanwhile may be upon it.  It puts its start before, and
 * looks for this manifest before it commits; here it is the other way round, so
 * that one of the two sees the other.
 */
int
wa_set_remove(uint64_t *freed, wa_repo *repo, const char *label, wa_error *err)
{
	int rc;

	*freed = 0;
	if (!wa_set_label_valid(label))
		return wa_error_set(err, WA_EUSAGE,
		    "\"%s\" is no label of a backup set", label);
	rc = remove_object(freed, repo, label, WA_KEY_MANIFEST, err);
	if (rc == 0)
		rc = is_upon(repo, label, err);
	if (rc == 0)
		rc = remove_parts(freed, repo, label, err);
	return rc;
}

/*
 * Since it was decided a backup may have begun that goes on with it.  The first
 * list is to an unfinished one what the manifest is to a set: it goes first, and
 * who uses its parts looks for it before it commits.
 */
static int
give_up(uint64_t *freed, wa_repo *repo, const char *label, wa_error *err)
{
	const char *name;
	wa_key list;
	int rc = is_upon(repo, label, err);

	wa_key_list(list, repo->stanza, label, 1);
	name = strrchr(list, '/') + 1;
	if (rc == 0)
		rc = remove_object(freed, repo, label, name, err);
	if (rc == 0)
		rc = is_upon(repo, label, err);
	return rc == 0 ? remove_parts(freed, repo, label, err) : rc;
}

int
wa_set_sweep(uint64_t *freed, wa_repo *repo, const char *label, wa_error *err)
{
	uint64_t size;
	wa_key key;
	int rc;

	*freed = 0;
	if (!wa_set_label_valid(label))
		return wa_error_set(err, WA_EUSAGE,
		    "\"%s\" is no label of a backup set", label);
	wa_key_set_object(key, repo->stanza, label, WA_KEY_MANIFEST);
	rc = wa_storage_stat(&size, repo->storage, key, err);
	if (rc == 0)
		return 1;
	return rc == WA_ENOENT ? give_up(freed, repo, label, err) : rc;
}
