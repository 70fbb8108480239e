/* stray.c - what lies in a stanza and does not belong to it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "repo/set_label.h"
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
	return strcmp(name, "backup/") == 0 || strcmp(name, "expired/") == 0 ||
	    strcmp(name, "system/") == 0 || strcmp(name, "wal/") == 0;
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

/* The label of a set's folder; 0 when it is none. */
static int
take_label(char label[WA_SET_LABEL_SIZE], const char *name)
{
	size_t length = strlen(name);

	if (length < 2 || length > WA_SET_LABEL_SIZE || name[length - 1] != '/')
		return 0;
	(void)snprintf(
	    label, WA_SET_LABEL_SIZE, "%.*s", (int)(length - 1), name);
	return wa_set_label_valid(label);
}

static int
is_set(const struct search *s, const char *name)
{
	char label[WA_SET_LABEL_SIZE];

	(void)s;
	return take_label(label, name);
}

/* "part-00001" */
static int
is_numbered(const char *name, const char *what)
{
	size_t n = strlen(what);

	return strncmp(name, what, n) == 0 && strlen(name + n) >= 5 &&
	    strspn(name + n, "0123456789") == strlen(name + n);
}

static int
is_set_object(const struct search *s, const char *name)
{
	(void)s;
	return strcmp(name, WA_KEY_START) == 0 ||
	    strcmp(name, WA_KEY_MANIFEST) == 0 ||
	    strcmp(name, WA_KEY_KEEP) == 0 || is_numbered(name, "part-") ||
	    is_numbered(name, "list-");
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
search_sets(struct search *s, wa_error *err)
{
	char label[WA_SET_LABEL_SIZE];
	wa_names *names = NULL;
	wa_key key;
	size_t i;
	int rc;

	wa_key_backups(key, s->repo->stanza);
	rc = search_folder(s, key, is_set, err);
	if (rc == 0)
		rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(names, s->repo->storage, key, 0, err);
	for (i = 0; rc == 0 && i < wa_names_count(names); i++) {
		if (!take_label(label, wa_names_at(names, i)))
			continue;
		wa_key_set(key, s->repo->stanza, label);
		rc = search_folder(s, key, is_set_object, err);
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
	wa_key_expirations(key, s->repo->stanza);
	if (rc == 0)
		rc = search_folder(s, key, is_system, err);
	if (rc == 0)
		rc = search_sets(s, err);
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
