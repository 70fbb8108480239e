/* stray.c - what lies in a stanza and does not belong to it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "repo/repo.h"
#include "repo/stanza.h"

struct search {
	wa_repo *repo;
	wa_names *strays;
	const wa_system *systems;
	size_t count;
};

/* Does the name belong there? */
typedef int belongs(const struct search *s, const char *name);

static int
is_part(const struct search *s, const char *name)
{
	(void)s;
	return strcmp(name, "system/") == 0 || strcmp(name, "wal/") == 0;
}

/* wa_stanza_systems() has read all of them but those that are hidden. */
static int
is_registration(const struct search *s, const char *name)
{
	(void)s;
	return name[0] != '.';
}

static int
is_system(const struct search *s, const char *name)
{
	char folder[24];
	size_t i;

	for (i = 0; i < s->count; i++) {
		(void)snprintf(folder, sizeof(folder), "%llu/",
		    (unsigned long long)s->systems[i].system_id);
		if (strcmp(folder, name) == 0)
			return 1;
	}
	return 0;
}

static int
search_folder(struct search *s, const wa_key key, belongs *fits, wa_error *err)
{
	const char *below = key + strlen(s->repo->stanza) + 1;
	wa_names *names = NULL;
	char path[600];
	size_t i;
	int rc;

	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(
		    names, s->repo->storage, key, WA_LIST_HIDDEN, err);
	for (i = 0; rc == 0 && i < wa_names_count(names); i++) {
		if (fits(s, wa_names_at(names, i)))
			continue;
		(void)snprintf(
		    path, sizeof(path), "%s%s", below, wa_names_at(names, i));
		rc = wa_names_add(s->strays, path, 0, err);
	}
	wa_names_free(names);
	return rc;
}

static int
search_all(struct search *s, wa_error *err)
{
	wa_key key;
	int rc;

	wa_key_stanza(key, s->repo->stanza);
	rc = search_folder(s, key, is_part, err);
	wa_key_systems(key, s->repo->stanza);
	if (rc == 0)
		rc = search_folder(s, key, is_registration, err);
	wa_key_wals(key, s->repo->stanza);
	if (rc == 0)
		rc = search_folder(s, key, is_system, err);
	return rc;
}

int
wa_stanza_strays(char ***out, size_t *count, wa_repo *repo, wa_error *err)
{
	struct search s = { repo, NULL, NULL, 0 };
	wa_system *systems = NULL;
	char **array = NULL;
	int rc;

	rc = wa_stanza_systems(&systems, &s.count, repo, err);
	s.systems = systems;
	if (rc == 0)
		rc = wa_names_new(&s.strays, err);
	if (rc == 0)
		rc = search_all(&s, err);
	if (rc == 0 && (array = wa_names_array(s.strays)) == NULL)
		rc = wa_error_memory(err);
	if (rc == 0) {
		*out = array;
		*count = wa_names_count(s.strays);
	}
	wa_names_free(s.strays);
	wa_free(systems);
	return rc;
}
