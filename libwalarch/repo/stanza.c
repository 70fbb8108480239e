/*
 * stanza.c - a stanza is one cluster through its life: the systems registered
 * with it, each in an object of its own, which is never changed.
 */
#include "config.h"

#include "repo/stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "base/text.h"

static int
parse_system(wa_system *out, const wa_label *label, uint64_t system_id,
    const char *key, wa_error *err)
{
	uint64_t id, number, version, size;
	char since[WA_TIME_SIZE], kind[16];

	if (wa_label_get(label, "kind", kind, sizeof(kind)) == NULL ||
	    strcmp(kind, "system") != 0 ||
	    wa_label_number(&id, label, "system") < 0 || id != system_id ||
	    wa_label_number(&number, label, "number") < 0 ||
	    wa_label_number(&version, label, "pg") < 0 ||
	    wa_label_number(&size, label, "segment-size") < 0 ||
	    wa_label_get(label, "since", since, sizeof(since)) == NULL ||
	    wa_time_parse(&out->since, since) < 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "\"%s\" is no registration of a system", key);
	out->system_id = id;
	out->number = (uint32_t)number;
	out->version = (uint32_t)version;
	out->segment_size = (uint32_t)size;
	return 0;
}

static int
read_system(wa_system *out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_label label;
	wa_key key;
	int rc;

	wa_key_system(key, repo->stanza, system_id);
	rc = wa_repo_get_text(&label, repo->storage, key, err);
	return rc < 0 ? rc : parse_system(out, &label, system_id, key, err);
}

static int
not_registered(wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count;
	int rc = wa_stanza_systems(&systems, &count, repo, err);

	if (rc < 0)
		return rc;
	(void)wa_error_set(err, WA_EMISMATCH,
	    "system identifier %llu is not registered with stanza \"%s\", "
	    "which is of system %llu",
	    (unsigned long long)system_id, repo->stanza,
	    (unsigned long long)systems[count - 1].system_id);
	wa_error_hint(err,
	    "Another cluster needs another stanza. After an "
	    "upgrade of this one use \"walarch-init --upgrade\".");
	wa_free(systems);
	return WA_EMISMATCH;
}

int
wa_stanza_system(
    wa_system *out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	int rc = read_system(out, repo, system_id, err);

	return rc == WA_ENOENT ? not_registered(repo, system_id, err) : rc;
}

static int
by_number(const void *a, const void *b)
{
	const wa_system *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->since < y->since ? -1 : x->since > y->since;
}

static int
read_systems(
    wa_system *out, wa_repo *repo, const wa_names *names, wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < wa_names_count(names) && rc == 0; i++) {
		uint64_t id;

		if (wa_text_number(&id, wa_names_at(names, i), UINT64_MAX) < 0)
			return wa_error_set(err, WA_ECORRUPT,
			    "\"%s/system/%s\" is no registration of a system",
			    repo->stanza, wa_names_at(names, i));
		rc = read_system(&out[i], repo, id, err);
	}
	return rc;
}

/* The systems registered, oldest first; perhaps none. */
static int
load_systems(wa_system **out, size_t *count, wa_repo *repo, wa_error *err)
{
	wa_names *names = NULL;
	wa_system *systems = NULL;
	size_t n = 0;
	wa_key key;
	int rc;

	wa_key_systems(key, repo->stanza);
	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(names, repo->storage, key, 0, err);
	if (rc == 0) {
		n = wa_names_count(names);
		systems = wa_sys_malloc((n + 1) * sizeof(*systems));
		if (systems == NULL)
			rc = wa_error_memory(err);
	}
	if (rc == 0)
		rc = read_systems(systems, repo, names, err);
	wa_names_free(names);
	if (rc < 0) {
		wa_free(systems);
		return rc;
	}
	qsort(systems, n, sizeof(*systems), by_number);
	*out = systems;
	*count = n;
	return 0;
}

int
wa_stanza_systems(wa_system **out, size_t *count, wa_repo *repo, wa_error *err)
{
	wa_system *systems = NULL;
	size_t n = 0;
	int rc = load_systems(&systems, &n, repo, err);

	if (rc == 0 && n == 0) {
		rc = wa_error_set(err, WA_EUSAGE,
		    "there is no stanza \"%s\" in repository \"%s\"",
		    repo->stanza, repo->path);
		wa_error_hint(err,
		    "Is --stanza right? A new one is made by "
		    "walarch-init.");
	}
	if (rc < 0) {
		wa_free(systems);
		return rc;
	}
	*out = systems;
	*count = n;
	return 0;
}

static int
write_system(
    wa_repo *repo, const wa_cluster *cluster, uint32_t number, wa_error *err)
{
	char since[WA_TIME_SIZE];
	wa_label label;
	wa_key key;

	wa_time_format(since, wa_sys_now());
	wa_label_begin(&label, "system");
	wa_label_add(
	    &label, "system", "%llu", (unsigned long long)cluster->system_id);
	wa_label_add(&label, "number", "%u", number);
	wa_label_add(&label, "pg", "%u", cluster->version);
	wa_label_add(&label, "segment-size", "%u", cluster->segment_size);
	wa_label_add(&label, "since", "%s", since);
	wa_key_system(key, repo->stanza, cluster->system_id);
	return wa_repo_put_text(repo->storage, key, &label, err);
}

/* Registered already: still so, and durable? */
static int
confirm(wa_repo *repo, const wa_system *known, const wa_cluster *cluster,
    wa_error *err)
{
	wa_key key;
	int rc;

	if (known->segment_size != cluster->segment_size)
		return wa_error_set(err, WA_EMISMATCH,
		    "system %llu is registered with WAL segments of %u bytes, "
		    "but has segments of %u now",
		    (unsigned long long)known->system_id, known->segment_size,
		    cluster->segment_size);
	wa_key_system(key, repo->stanza, known->system_id);
	rc = wa_storage_settle(repo->storage, key, err);
	return rc < 0 ? rc : 1;
}

int
wa_stanza_register(
    wa_repo *repo, const wa_cluster *cluster, unsigned flags, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count = 0, i;
	uint32_t number = 1;
	wa_key key;
	int rc;

	rc = load_systems(&systems, &count, repo, err);
	if (rc < 0)
		return rc;
	for (i = 0; i < count; i++)
		if (systems[i].system_id == cluster->system_id) {
			rc = confirm(repo, &systems[i], cluster, err);
			wa_free(systems);
			return rc;
		}
	if (count > 0)
		number = systems[count - 1].number + 1;
	wa_free(systems);
	if (count > 0 && (flags & WA_REGISTER_UPGRADE) == 0)
		return not_registered(repo, cluster->system_id, err);
	rc = write_system(repo, cluster, number, err);
	if (rc != WA_EEXIST)
		return rc;
	wa_key_system(key, repo->stanza, cluster->system_id);
	rc = wa_storage_settle(repo->storage, key, err);
	return rc < 0 ? rc : 1;
}

/* Does the folder hold registrations? */
static int
is_stanza(wa_repo *repo, const char *folder, wa_error *err)
{
	wa_names *names = NULL;
	wa_key key;
	int rc;

	wa_key_systems(key, folder);
	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(names, repo->storage, key, 0, err);
	if (rc == 0)
		rc = wa_names_count(names) > 0;
	wa_names_free(names);
	return rc;
}

/* Those that are stanzas, without the '/', which sorts behind '-'. */
static int
add_stanzas(
    wa_names *stanzas, wa_repo *repo, const wa_names *all, wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < wa_names_count(all) && rc >= 0; i++) {
		const char *name = wa_names_at(all, i);
		size_t length = strlen(name) - 1;
		char folder[256];

		if (name[length] != '/' || strcmp(name, "lost+found/") == 0 ||
		    length > WA_STANZA_MAX)
			continue;
		(void)snprintf(
		    folder, sizeof(folder), "%.*s", (int)length, name);
		rc = is_stanza(repo, folder, err);
		if (rc == 1)
			rc = wa_names_add(stanzas, folder, 0, err);
	}
	wa_names_sort(stanzas);
	return rc < 0 ? rc : 0;
}

int
wa_stanza_list(char ***out, size_t *count, wa_repo *repo, wa_error *err)
{
	wa_names *all = NULL, *stanzas = NULL;
	char **array = NULL;
	int rc;

	rc = wa_names_new(&all, err);
	if (rc == 0)
		rc = wa_names_new(&stanzas, err);
	if (rc == 0)
		rc = wa_storage_list(all, repo->storage, "", 0, err);
	if (rc == 0)
		rc = add_stanzas(stanzas, repo, all, err);
	if (rc == 0 && (array = wa_names_array(stanzas)) == NULL)
		rc = wa_error_memory(err);
	if (rc == 0) {
		*out = array;
		*count = wa_names_count(stanzas);
	}
	wa_names_free(stanzas);
	wa_names_free(all);
	return rc;
}
