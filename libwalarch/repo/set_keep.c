/* set_keep.c - marks that keep a set. */
#include "config.h"

#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "base/text.h"
#include "repo/set_label.h"

static int
key_of(wa_key key, wa_repo *repo, const char *label, const char *object,
    wa_error *err)
{
	if (!wa_set_label_valid(label))
		return wa_error_set(err, WA_EUSAGE,
		    "\"%s\" is no label of a backup set", label);
	wa_key_set_object(key, repo->stanza, label, object);
	return 0;
}

static int
put_mark(wa_repo *repo, const wa_key key, int64_t until, wa_error *err)
{
	char since[WA_TIME_SIZE], text[WA_TIME_SIZE] = "forever";
	wa_label label;

	wa_time_format(since, wa_sys_now());
	if (until != INT64_MAX)
		wa_time_format(text, until);
	wa_label_begin(&label, "keep");
	wa_label_add(&label, "since", "%s", since);
	wa_label_add(&label, "until", "%s", text);
	return wa_repo_put_text(repo->storage, key, &label, err);
}

int
wa_set_keep(wa_repo *repo, const char *label, int64_t until, wa_error *err)
{
	uint64_t size;
	wa_key key;
	int rc;

	rc = key_of(key, repo, label, WA_KEY_MANIFEST, err);
	if (rc == 0)
		rc = wa_storage_stat(&size, repo->storage, key, err);
	if (rc == WA_ENOENT)
		return wa_error_set(
		    err, WA_ENOENT, "there is no backup set \"%s\"", label);
	if (rc == 0)
		rc = wa_set_unkeep(repo, label, err);
	if (rc == 0)
		rc = key_of(key, repo, label, WA_KEY_KEEP, err);
	return rc < 0 ? rc : put_mark(repo, key, until, err);
}

int
wa_set_unkeep(wa_repo *repo, const char *label, wa_error *err)
{
	uint64_t freed;
	wa_key key;
	int rc = key_of(key, repo, label, WA_KEY_KEEP, err);

	return rc < 0 ?
	    rc :
	    wa_storage_remove(&freed, repo->storage, key, WA_REMOVE_NOW, err);
}

/* A mark that cannot be read keeps. */
int
wa_set_kept(int64_t *until, wa_repo *repo, const char *label, wa_error *err)
{
	char text[WA_TIME_SIZE];
	wa_label stored;
	wa_key key;
	int rc = key_of(key, repo, label, WA_KEY_KEEP, err);

	if (rc == 0)
		rc = wa_repo_get_text(&stored, repo->storage, key, err);
	if (rc == WA_ENOENT) {
		*until = WA_NO_TIME;
		return 0;
	}
	if (rc < 0 && rc != WA_ECORRUPT)
		return rc;
	if (rc == WA_ECORRUPT ||
	    wa_label_get(&stored, "until", text, sizeof(text)) == NULL ||
	    wa_time_parse(until, text) < 0)
		*until = INT64_MAX;
	return 0;
}
