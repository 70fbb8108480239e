/* wal_get.c - a stored WAL file becomes a file again. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/newfile.h"
#include "base/sys.h"
#include "repo/hole.h"
#include "repo/wal_object.h"

static int
to_newfile(void *arg, const uint8_t *buf, size_t size, wa_error *err)
{
	return wa_newfile_write(arg, buf, size, err);
}

/* The folder and the name of path. */
static int
open_folder(int *dir, const char **name, const char *path, wa_error *err)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];
	int rc;

	*name = slash == NULL ? path : slash + 1;
	(void)snprintf(folder, sizeof(folder), "%.*s",
	    slash == NULL ? 1 : (int)(slash - path + 1),
	    slash == NULL ? "." : path);
	if (**name == '\0' || strlen(*name) > 255 ||
	    strlen(path) >= sizeof(folder))
		return wa_error_set(err, WA_EUSAGE,
		    "\"%.300s\" is no path of a file, or a folder that does "
		    "not exist",
		    path);
	*dir = wa_sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	if (*dir >= 0)
		return 0;
	rc =
	    wa_error_system(err, errno, "could not open folder \"%s\"", folder);
	return wa_error_in(err, rc == WA_ESYSTEM ? WA_EUSAGE : rc,
	    "\"%s\" cannot be put in place", *name);
}

/*
 * Whatever appears at the path while we work was put there by somebody else:
 * by a server that was started anew, perhaps, which reads it now.  It stays.
 */
static int
fetch(wa_repo *repo, struct wa_wal_object *object, const char *name,
    const char *path, wa_error *err)
{
	struct wa_newfile_old old;
	wa_newfile *file = NULL;
	const char *base;
	int dir = -1, rc;

	rc = open_folder(&dir, &base, path, err);
	if (rc < 0)
		return rc;
	rc = wa_newfile_old(&old, dir, base, err);
	if (rc == 0)
		rc = wa_newfile_open(&file, dir, base, err);
	if (rc == 0)
		rc = wa_newfile_reserve(file, object->facts.size, err);
	if (rc == 0)
		rc = wa_wal_object_read(
		    object, repo, name, to_newfile, file, err);
	if (rc == 0)
		rc = wa_newfile_replace(file, &old, err);
	wa_newfile_close(file);
	(void)wa_sys_close(dir);
	return rc;
}

/* Nothing that is damaged is given for what it was. */
static int
judge_damaged(
    wa_repo *repo, uint64_t system_id, const char *name, wa_error *err)
{
	char damaged[WA_NAME_MAX];
	uint64_t size;
	wa_key key;
	int rc;

	(void)snprintf(damaged, sizeof(damaged), "%s.damaged", name);
	wa_key_wal(key, repo->stanza, system_id, damaged);
	rc = wa_storage_stat(&size, repo->storage, key, err);
	if (rc < 0)
		return rc;
	(void)wa_error_set(err, WA_ECORRUPT,
	    "\"%s\" had damaged records when it was pushed", name);
	wa_error_hint(err,
	    "Is there a sound copy, in the pg_wal of a server or a standby? "
	    "Store it with walarch-push. To recover up to the damage, fetch "
	    "what there is with walarch-get -o FILE %s, and let "
	    "restore_command copy FILE for \"%s\".",
	    damaged, name);
	return WA_ECORRUPT;
}

/* Nor does recovery end where WAL was dropped. */
static int
judge_dropped(
    wa_repo *repo, uint64_t system_id, const char *name, wa_error *err)
{
	char partial[WA_NAME_MAX], why[WA_DROP_SIZE];
	wa_drop drop;
	int rc = wa_wal_dropped(&drop, repo, system_id, name, err);

	(void)snprintf(partial, sizeof(partial), "%s.partial", name);
	if (rc == WA_ENOENT)
		rc = wa_wal_dropped(&drop, repo, system_id, partial, err);
	if (rc < 0)
		return rc;
	wa_drop_why(why, &drop);
	(void)wa_error_set(err, WA_EHOLE,
	    "\"%s\" is not in the repository: it was %s", drop.name, why);
	wa_error_hint(err,
	    "Recovery cannot pass it. Is there a copy, in the pg_wal of a "
	    "standby? Store it with walarch-push. Else restore a base backup "
	    "that was begun later, or recover to a target before the gap.");
	return WA_EHOLE;
}

/* The file is not stored: is that all there is to it? */
static int
judge(wa_repo *repo, uint64_t system_id, const char *name, wa_error *err)
{
	int rc = WA_ENOENT;

	if (wa_name_kind(name) == WA_SEGMENT) {
		rc = judge_damaged(repo, system_id, name, err);
		if (rc == WA_ENOENT)
			rc = judge_dropped(repo, system_id, name, err);
	}
	return rc == WA_ENOENT ? wa_hole_judge(repo, system_id, name, err) : rc;
}

static int
open_partial(struct wa_wal_object **out, char partial[WA_NAME_MAX],
    wa_repo *repo, uint64_t system_id, const char *name, wa_error *err)
{
	(void)snprintf(partial, WA_NAME_MAX, "%s.partial", name);
	return wa_wal_object_open(out, repo, system_id, partial, err);
}

/* Not stored: what is to be said, and perhaps given, instead? */
static int
absent(wa_repo *repo, uint64_t system_id, const char *name, const char *path,
    unsigned flags, wa_error *err)
{
	struct wa_wal_object *object = NULL;
	char partial[WA_NAME_MAX];
	int rc = judge(repo, system_id, name, err);

	if (rc != WA_ENOENT || (flags & WA_GET_PARTIAL) == 0 ||
	    wa_name_kind(name) != WA_SEGMENT)
		return rc;
	rc = open_partial(&object, partial, repo, system_id, name, err);
	if (rc == WA_ENOENT)
		return wa_error_set(
		    err, rc, "\"%s\" is not in the repository", name);
	if (rc == 0)
		rc = fetch(repo, object, partial, path, err);
	wa_wal_object_close(object);
	return rc < 0 ? rc : 1;
}

static int
check_name(const char *name, wa_error *err)
{
	enum wa_kind kind = wa_name_kind(name);

	if (strlen(name) < WA_NAME_MAX && kind != WA_NOT_WAL &&
	    kind != WA_DROPPED)
		return 0;
	(void)wa_error_set(
	    err, WA_EUSAGE, "\"%.80s\" is no name of a WAL file", name);
	wa_error_hint(err,
	    "restore_command passes the name, %%f, and then "
	    "the path, \"%%p\".");
	return WA_EUSAGE;
}

int
wa_wal_get(wa_repo *repo, uint64_t system_id, const char *name,
    const char *path, unsigned flags, wa_error *err)
{
	struct wa_wal_object *object = NULL;
	int rc = check_name(name, err);

	if (rc == 0)
		rc = wa_wal_object_open(&object, repo, system_id, name, err);
	if (rc == WA_ENOENT)
		return absent(repo, system_id, name, path, flags, err);
	if (rc == 0)
		rc = fetch(repo, object, name, path, err);
	wa_wal_object_close(object);
	return rc;
}

static int
to_descriptor(void *arg, const uint8_t *buf, size_t size, wa_error *err)
{
	return wa_file_write(*(int *)arg, buf, size) == 0 ?
	    0 :
	    wa_error_system(err, errno, "could not write the file");
}

int
wa_wal_write(
    wa_repo *repo, uint64_t system_id, const char *name, int fd, wa_error *err)
{
	int pass, rc = check_name(name, err);

	for (pass = 0; pass < 2 && rc == 0; pass++) {
		struct wa_wal_object *object = NULL;

		rc = wa_wal_object_open(&object, repo, system_id, name, err);
		if (rc == WA_ENOENT)
			return judge(repo, system_id, name, err);
		if (rc == 0)
			rc = wa_wal_object_read(object, repo, name,
			    pass == 0 ? NULL : to_descriptor, &fd, err);
		wa_wal_object_close(object);
	}
	return rc;
}
