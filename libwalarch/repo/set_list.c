/* set_list.c - the sets of a stanza. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "repo/set_label.h"

static int
by_time(const void *a, const void *b)
{
	const wa_set *x = a, *y = b;
	int64_t when = wa_set_label_time(x->label),
		other = wa_set_label_time(y->label);

	if (when != other)
		return when < other ? -1 : 1;
	return strcmp(x->label, y->label);
}

/* 1, or 0 when it has no manifest. */
static int
read_set(wa_set *out, wa_repo *repo, const char *name, wa_error *err)
{
	wa_label label;
	int rc = wa_set_stored_label(&label, repo, name, err);

	if (rc == WA_ENOENT)
		return 0;
	if (rc == 0 && (rc = wa_set_of_label(out, &label, name, err)) < 0)
		rc = wa_error_in(err, rc, "backup set \"%s\"", name);
	return rc < 0 ? rc : 1;
}

/* One after the other; damaged, unless it is NULL, counts those whose manifest
 * is, and err is about the first of them. */
static int
read_sets(wa_set *sets, size_t *count, int *damaged, wa_repo *repo,
    const wa_names *names, wa_error *err)
{
	wa_error other = WA_ERROR_INIT;
	size_t i, n = 0;
	int rc = 0;

	for (i = 0; rc >= 0 && i < wa_names_count(names); i++) {
		rc = read_set(&sets[n], repo, wa_names_at(names, i), &other);
		if (rc == WA_ECORRUPT && damaged != NULL) {
			if (++*damaged == 1 && err != NULL)
				*err = other;
			rc = 0;
		}
		n += rc == 1;
	}
	if (rc < 0 && err != NULL)
		*err = other;
	*count = n;
	return rc < 0 ? rc : 0;
}

static int
list_sets(
    wa_set **out, size_t *count, int *damaged, wa_repo *repo, wa_error *err)
{
	wa_names *names = NULL;
	wa_set *sets = NULL;
	size_t n = 0;
	int rc;

	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_set_names(names, repo, err);
	if (rc == 0 && wa_names_count(names) > 0 &&
	    (sets = wa_sys_malloc(wa_names_count(names) * sizeof(*sets))) ==
		NULL)
		rc = wa_error_memory(err);
	if (rc == 0 && sets != NULL)
		rc = read_sets(sets, &n, damaged, repo, names, err);
	wa_names_free(names);
	if (rc < 0 || n == 0) {
		wa_sys_free(sets);
		sets = NULL;
	}
	if (rc < 0)
		return rc;
	if (n > 1)
		qsort(sets, n, sizeof(*sets), by_time);
	*out = sets;
	*count = n;
	return 0;
}

int
wa_set_list(wa_set **out, size_t *count, wa_repo *repo, wa_error *err)
{
	return list_sets(out, count, NULL, repo, err);
}

int
wa_set_list_sound(wa_set **out, size_t *count, wa_repo *repo, wa_error *err)
{
	int damaged = 0;
	int rc = list_sets(out, count, &damaged, repo, err);

	return rc < 0 ? rc : damaged;
}

int
wa_set_annotations(
    char ***out, size_t *count, wa_repo *repo, const char *label, wa_error *err)
{
	static const char key[] = "annotation ";
	wa_names *names = NULL;
	char **array = NULL;
	char line[600];
	wa_label text;
	size_t at = 0;
	int rc;

	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_set_stored_label(&text, repo, label, err);
	while (rc == 0 && wa_label_line(&text, &at, line, sizeof(line)))
		if (strncmp(line, key, sizeof(key) - 1) == 0)
			rc =
			    wa_names_add(names, line + sizeof(key) - 1, 0, err);
	if (rc == 0 && (array = wa_names_array(names)) == NULL)
		rc = wa_error_memory(err);
	if (rc == 0) {
		*out = array;
		*count = wa_names_count(names);
	}
	wa_names_free(names);
	return rc;
}
