/* from_dir.c - restore a plain base backup, as pg_basebackup makes it. */
#include "config.h"

#include "from_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "errors.h"
#include "from_dir_copy.h"
#include "from_dir_places.h"
#include "from_dir_scan.h"
#include "from_dir_verify.h"
#include "message.h"

struct restore {
	const struct from_dir *job;
	int from, to; /* folders */
	int made;     /* the data directory was not there */
	struct from_list list;
	struct from_places places;
	struct pg_manifest_list *manifest;
	struct from_copy copy;
};

/* Before 5.8 syncfs(2) does not tell what could not be written. */
static int
syncfs_tells(void)
{
	struct utsname name;
	int major, minor;

	return uname(&name) == 0 &&
	    sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	    (major > 5 || (major == 5 && minor >= 8));
}

static int
open_backup(struct restore *r, wa_error *err)
{
	uint32_t version;
	uint64_t system_id;
	wa_backup backup;
	int rc =
	    from_dir_read(&backup, &version, &system_id, r->job->from, err);

	if (rc < 0)
		return rc;
	r->from = open(r->job->from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->from < 0)
		return error_system(err, "could not open \"%s\"", r->job->from);
	rc = pg_manifest_load(&r->manifest, r->from, err);
	if (rc == 0 && r->manifest->system_id != 0 &&
	    r->manifest->system_id != system_id)
		return error_set(err, WA_ECORRUPT,
		    "backup_manifest is of system %" PRIu64
		    ", and pg_control of %" PRIu64,
		    r->manifest->system_id, system_id);
	if (rc == WA_ENOENT)
		say(LEVEL_WARN,
		    "the backup has no backup_manifest: what is damaged or "
		    "missing will not be found");
	return rc == WA_ENOENT ? 0 : rc;
}

/* It would be copied into itself. */
static int
check_inside(const struct restore *r, wa_error *err)
{
	char *from = realpath(r->job->from, NULL);
	char *folder = strdup(r->job->to), *slash, *to;
	size_t length = from != NULL ? strlen(from) : 0;
	int inside;

	while (folder != NULL && (slash = strrchr(folder, '/')) > folder &&
	    slash[1] == '\0')
		*slash = '\0';
	slash = folder != NULL ? strrchr(folder, '/') : NULL;
	if (slash != NULL)
		slash[slash == folder] = '\0';
	to = realpath(slash != NULL ? folder : ".", NULL);
	inside = from != NULL && to != NULL && length > 1 &&
	    strncmp(to, from, length) == 0 &&
	    (to[length] == '/' || to[length] == '\0');
	free(from);
	free(folder);
	free(to);
	return inside ? error_set(err, WA_EUSAGE,
			    "\"%s\" lies inside the backup", r->job->to) :
			0;
}

/* Whatever is wrong is found here, while nothing has changed. */
static int
look(struct restore *r, wa_error *err)
{
	int rc = open_backup(r, err);

	if (rc == 0)
		rc = from_folder_check(r->job->to, err);
	if (rc == WA_EUSAGE && r->from >= 0)
		error_hint(err, "Restore into a new folder.");
	if (rc >= 0)
		rc = check_inside(r, err);
	if (rc >= 0)
		rc = from_scan(&r->list, r->from, err);
	if (rc >= 0)
		rc = from_places_find(
		    &r->places, &r->list, r->from, r->job, err);
	if (rc >= 0 && r->manifest != NULL)
		rc = from_verify(&r->list, r->manifest, err);
	return rc < 0 ? rc : 0;
}

/* An existing folder's owner stays; a new one's is the backup's, which counts
 * where root restores. */
static int
set_owner(struct restore *r, wa_error *err)
{
	struct stat from, to;

	if (fstat(r->from, &from) < 0 || fstat(r->to, &to) < 0)
		return error_system(
		    err, "could not look at \"%s\"", r->job->to);
	r->copy.group = (from.st_mode & 0050) == 0050;
	r->copy.owner = r->made && geteuid() == 0 ? from.st_uid : to.st_uid;
	r->copy.group_id = r->made && geteuid() == 0 ? from.st_gid : to.st_gid;
	if (fchmod(r->to, r->copy.group ? 0750 : 0700) < 0 ||
	    from_own(&r->copy, r->to) < 0)
		return error_system(
		    err, "could not change the mode of \"%s\"", r->job->to);
	return 0;
}

static int
open_target(struct restore *r, wa_error *err)
{
	r->made = mkdir(r->job->to, 0700) == 0;
	if (!r->made && errno != EEXIST)
		return error_system(err, "could not make \"%s\"", r->job->to);
	r->to = open(r->job->to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->to < 0)
		return error_system(err, "could not open \"%s\"", r->job->to);
	return from_places_open(&r->places, err);
}

static int
own_folder(const struct from_copy *copy, const struct from_file *file, int dir,
    const char *path)
{
	int fd =
	    openat(dir, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int rc = fd < 0 || fchmod(fd, from_mode(copy, file)) < 0 ||
		from_own(copy, fd) < 0 ?
	    -1 :
	    0;

	if (fd >= 0)
		(void)close(fd);
	return rc;
}

static int
make_folder(const struct from_copy *copy, const struct from_file *file)
{
	const char *path;
	int dir = from_where(&path, copy, file);

	if (mkdirat(dir, path, 0700) < 0)
		return -1;
	return own_folder(copy, file, dir, path);
}

/* pg_tblspc/OID, which leads to the tablespace's folder. */
static int
make_link(const struct from_copy *copy, const struct from_file *file)
{
	const struct from_place *place = &copy->places->place[file->place];
	mode_t mode = from_mode(copy, file);

	if (fchmod(place->fd, mode) < 0 || from_own(copy, place->fd) < 0 ||
	    symlinkat(place->to, copy->to, file->path) < 0)
		return -1;
	return copy->owner == geteuid() ?
	    0 :
	    fchownat(copy->to, file->path, copy->owner, copy->group_id,
		AT_SYMLINK_NOFOLLOW);
}

static int
is_link(const struct restore *r, const struct from_file *file)
{
	return file->place >= 0 &&
	    strcmp(file->path + strlen("pg_tblspc/"),
		r->places.place[file->place].oid) == 0;
}

static int
make_folders(struct restore *r, wa_error *err)
{
	size_t i;

	for (i = 0; i < r->list.count; i++) {
		const struct from_file *file = &r->list.files[i];

		if (file->folder &&
		    (is_link(r, file) ? make_link(&r->copy, file) :
					make_folder(&r->copy, file)) < 0)
			return error_system(
			    err, "could not make \"%s\"", file->path);
	}
	return 0;
}

/* It tells the server, too, where its tablespaces are.  The backup_manifest
 * would not know it again. */
static int
rewrite_map(struct restore *r, wa_error *err)
{
	size_t size = r->places.map != NULL ? strlen(r->places.map) : 0;
	int fd, failed;

	if (r->places.map == NULL)
		return 0;
	fd = openat(r->to, "tablespace_map",
	    O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
	failed = fd < 0 || write(fd, r->places.map, size) != (ssize_t)size ||
	    fsync(fd) < 0 ||
	    (unlinkat(r->to, "backup_manifest", 0) < 0 && errno != ENOENT);
	if (failed)
		(void)error_system(err, "could not write \"tablespace_map\"");
	if (fd >= 0)
		(void)close(fd);
	return failed ? WA_ESYSTEM : 0;
}

static int
sync_folder(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		(void)close(fd);
	return rc;
}

static int
sync_folders(struct restore *r)
{
	const char *path;
	size_t i;

	for (i = 0; i < r->list.count; i++) {
		const struct from_file *file = &r->list.files[i];

		if (file->folder && !is_link(r, file) &&
		    sync_folder(from_where(&path, &r->copy, file), path) < 0)
			return -1;
	}
	return 0;
}

static int
sync_all(struct restore *r, wa_error *err)
{
	size_t i;
	int rc = r->copy.sync ? sync_folders(r) : 0;

	for (i = 0; i < r->places.count && rc == 0; i++)
		rc = r->copy.sync ? fsync(r->places.place[i].fd) :
				    syncfs(r->places.place[i].fd);
	if (rc == 0)
		rc = r->copy.sync ? fsync(r->to) : syncfs(r->to);
	return rc == 0 ? 0 :
			 error_system(err, "could not sync what was restored");
}

/* The names of folders that were made are entries of the folders they are
 * in. */
static int
sync_parents(const struct restore *r)
{
	size_t i;
	int rc = r->made ? sync_folder(r->to, "..") : 0;

	for (i = 0; i < r->places.count && rc == 0; i++)
		if (r->places.place[i].made)
			rc = sync_folder(r->places.place[i].fd, "..");
	return rc;
}

/* From here on a server starts on it. */
static int
publish(struct restore *r, wa_error *err)
{
	if (sync_parents(r) < 0 ||
	    renameat(r->to, FROM_CONTROL_TMP, r->to, FROM_CONTROL) < 0 ||
	    sync_folder(r->to, "global") < 0)
		return error_system(
		    err, "could not put \"%s\" in place", FROM_CONTROL);
	return 0;
}

static int
copy(struct restore *r, wa_error *err)
{
	int rc = open_target(r, err);

	r->copy.list = &r->list;
	r->copy.places = &r->places;
	r->copy.manifest = r->manifest;
	r->copy.from = r->from;
	r->copy.to = r->to;
	r->copy.sync = !syncfs_tells();
	r->copy.threads = r->job->threads;
	if (rc == 0)
		rc = set_owner(r, err);
	if (rc == 0)
		rc = make_folders(r, err);
	if (rc == 0)
		rc = from_copy_files(&r->copy, err);
	if (rc == 0)
		rc = rewrite_map(r, err);
	if (rc == 0)
		rc = sync_all(r, err);
	if (rc == 0 && r->job->finish != NULL)
		rc = r->job->finish(r->job->arg, r->to, err);
	return rc < 0 ? rc : publish(r, err);
}

static void
end(struct restore *r, int done)
{
	if (r->from >= 0)
		(void)close(r->from);
	if (r->to >= 0)
		(void)close(r->to);
	if (r->made && !done)
		(void)rmdir(r->job->to);
	from_places_close(&r->places, done);
	from_list_free(&r->list);
	pg_manifest_list_free(r->manifest);
}

/* What was begun looks like a cluster, and is none. */
static void
say_unfinished(const struct restore *r, wa_error *err)
{
	if (access(r->job->to, F_OK) == 0 && err->hint[0] == '\0')
		error_hint(err,
		    "What was restored so far has no pg_control, and will not "
		    "start: remove it before the next try.");
}

int
from_dir_restore(const struct from_dir *job, wa_error *err)
{
	struct restore r = { .job = job, .from = -1, .to = -1 };
	int rc;

	say(LEVEL_INFO, "Backup Path = '%s'", job->from);
	say(LEVEL_INFO, "Restore Path = '%s'", job->to);
	rc = look(&r, err);
	if (rc == 0) {
		rc = copy(&r, err);
		end(&r, rc == 0);
		if (rc < 0)
			say_unfinished(&r, err);
	} else
		end(&r, 0);
	if (rc == 0)
		say(LEVEL_INFO, "pg_basebackup restore complete");
	return rc;
}
