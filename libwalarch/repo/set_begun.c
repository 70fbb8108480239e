/* set_begun.c - sets that are being made, or were interrupted. */
#include "config.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "base/text.h"
#include "repo/set_label.h"

#define PART "part-"

static void
read_start(wa_set_begun *out, const wa_label *label)
{
	char since[WA_TIME_SIZE];

	(void)wa_label_number(&out->system_id, label, "system");
	(void)wa_label_number(&out->total, label, "total");
	if (wa_label_get(label, "prior", out->prior, sizeof(out->prior)) ==
	    NULL)
		out->prior[0] = '\0';
	if (wa_label_get(
		label, "resumed", out->resumed, sizeof(out->resumed)) == NULL)
		out->resumed[0] = '\0';
	out->unsorted =
	    wa_label_get(label, "order", since, sizeof(since)) != NULL;
	if (wa_label_get(label, "since", since, sizeof(since)) != NULL)
		(void)wa_time_parse(&out->since, since);
}

/* How much of the cluster is in the part. */
static int
add_part(wa_set_begun *s, wa_repo *repo, const char *name, wa_error *err)
{
	wa_reader *reader = NULL, *labelled = NULL;
	wa_label label;
	uint64_t plain = 0;
	wa_key key;
	int rc;

	wa_key_set_object(key, repo->stanza, s->label, name);
	rc = wa_storage_get(&reader, repo->storage, key, err);
	if (rc == WA_ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	rc = wa_label_reader(&labelled, &label, reader, err);
	wa_reader_close(rc < 0 ? reader : labelled);
	if (rc == WA_ECORRUPT)
		return 0;
	if (rc == 0 && wa_label_number(&plain, &label, "plain") == 0)
		s->done += plain;
	s->parts++;
	return rc;
}

static int
read_objects(wa_set_begun *s, wa_repo *repo, wa_error *err)
{
	wa_names *names = NULL;
	wa_key key;
	size_t i;
	int rc;

	wa_key_set(key, repo->stanza, s->label);
	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(names, repo->storage, key,
		    WA_LIST_TIMES | WA_LIST_HIDDEN, err);
	for (i = 0; rc == 0 && i < wa_names_count(names); i++) {
		int64_t when = (int64_t)wa_names_number(names, i);
		const char *name = wa_names_at(names, i);

		s->last = when > s->last ? when : s->last;
		if (strncmp(name, PART, sizeof(PART) - 1) == 0)
			rc = add_part(s, repo, name, err);
	}
	wa_names_free(names);
	return rc;
}

/* 1, or 0 when it is a set. */
static int
read_begun(wa_set_begun *out, wa_repo *repo, const char *name, wa_error *err)
{
	wa_label label;
	uint64_t size;
	wa_key key;
	int rc;

	wa_key_set_object(key, repo->stanza, name, WA_KEY_MANIFEST);
	rc = wa_storage_stat(&size, repo->storage, key, err);
	if (rc != WA_ENOENT)
		return rc;
	memset(out, 0, sizeof(*out));
	(void)snprintf(out->label, sizeof(out->label), "%s", name);
	wa_key_set_object(key, repo->stanza, name, WA_KEY_START);
	rc = wa_repo_get_text(&label, repo->storage, key, err);
	if (rc == 0)
		read_start(out, &label);
	else if (rc != WA_ENOENT && rc != WA_ECORRUPT)
		return rc;
	rc = read_objects(out, repo, err);
	return rc < 0 ? rc : 1;
}

static int
by_label(const void *a, const void *b)
{
	const wa_set_begun *x = a, *y = b;
	int64_t when = wa_set_label_time(x->label),
		other = wa_set_label_time(y->label);

	if (when != other)
		return when < other ? -1 : 1;
	return strcmp(x->label, y->label);
}

int
wa_set_begun_list(
    wa_set_begun **out, size_t *count, wa_repo *repo, wa_error *err)
{
	wa_names *names = NULL;
	wa_set_begun *sets = NULL;
	size_t i, n = 0;
	int rc;

	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_set_names(names, repo, err);
	if (rc == 0 && wa_names_count(names) > 0 &&
	    (sets = wa_sys_malloc(wa_names_count(names) * sizeof(*sets))) ==
		NULL)
		rc = wa_error_memory(err);
	for (i = 0; rc >= 0 && i < wa_names_count(names); i++) {
		rc = read_begun(&sets[n], repo, wa_names_at(names, i), err);
		n += rc == 1;
	}
	wa_names_free(names);
	if (rc < 0 || n == 0) {
		wa_sys_free(sets);
		sets = NULL;
	}
	if (rc < 0)
		return rc;
	if (n > 1)
		qsort(sets, n, sizeof(*sets), by_label);
	*out = sets;
	*count = n;
	return 0;
}
