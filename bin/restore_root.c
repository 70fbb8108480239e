/* restore_root.c - the data directory itself. */
#include "config.h"

#include "restore_root.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "owner.h"

/* What the manifest's header says of it; NULL when it does not. */
static json_t *
header(wa_repo *repo, const char *set, wa_error *err)
{
	wa_set_reader *reader = NULL;
	json_t *json = NULL;
	const char *text;

	if (wa_set_open(&reader, repo, set, err) < 0)
		return NULL;
	text = wa_set_header(reader, "pgdata");
	if (text != NULL)
		json = json_loads(text, 0, NULL);
	wa_set_reader_close(reader);
	return json;
}

static const char *
member(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text == NULL ? "" : text;
}

/* A server starts with these modes only (checkDataDir, postmaster.c). */
static mode_t
mode_of(const json_t *json)
{
	return strcmp(member(json, "mode"), "0750") == 0 ? 0750 : 0700;
}

static int
give(const char *root, const json_t *json, wa_error *err)
{
	uid_t uid;
	gid_t gid;

	if (geteuid() != 0)
		return 0;
	if (owner_uid(&uid, member(json, "user")) < 0 ||
	    owner_gid(&gid, member(json, "group")) < 0) {
		(void)rmdir(root);
		(void)error_set(err, WA_EUSAGE,
		    "this machine does not have the user and group \"%s\", "
		    "\"%s\" that the data directory had",
		    member(json, "user"), member(json, "group"));
		error_hint(err,
		    "Make \"%s\" first, for the user PostgreSQL runs as; "
		    "or run this as that user.",
		    root);
		return WA_EUSAGE;
	}
	return chown(root, uid, gid) == 0 ?
	    0 :
	    error_system(err, "could not set the owner of \"%s\"", root);
}

int
restore_root_make(struct restore_owner *owner, wa_repo *repo, const char *set,
    const char *root, wa_error *err)
{
	json_t *json = header(repo, set, err);
	int made = mkdir(root, 0700) == 0, rc = 0;
	struct stat st;

	if (!made && errno != EEXIST) {
		rc = error_system(err, "could not create folder \"%s\"", root);
		error_hint(
		    err, "Its parent folder must be there, and writable.");
	}
	if (made)
		rc = give(root, json, err);
	if (rc == 0 && (stat(root, &st) < 0 || chmod(root, mode_of(json)) < 0))
		rc =
		    error_system(err, "could not set the mode of \"%s\"", root);
	json_decref(json);
	if (rc < 0)
		return rc;
	owner->uid = st.st_uid;
	owner->gid = st.st_gid;
	return 0;
}
