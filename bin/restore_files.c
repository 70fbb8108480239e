/* restore_files.c - the files of a set into a data directory. */
#include "config.h"

#include "restore_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digests.h"
#include "errors.h"
#include "message.h"
#include "pg_manifest.h"
#include "restore_database.h"
#include "restore_remove.h"
#include "walk.h"

#define SECOND INT64_C(1000000000)
#define CONTROL "global/pg_control"

struct run {
	struct restore_files *f;
	struct restore_flow *flow;
	struct digests *digests;
	struct walk *walk; /* of what is there; NULL: nothing is */
	struct walk_entry there;
	int standing; /* the walk stands at there */
};

static int
path_of(char *buf, const struct run *r, const char *path, wa_error *err)
{
	if (snprintf(buf, PATH_MAX, "%s/%s", r->f->root, path) < PATH_MAX)
		return 0;
	return error_set(
	    err, WA_EUSAGE, "the path of \"%s\" is too long", path);
}

static void
drop(void *thing)
{
	restore_item_free(thing);
}

/* The same content is kept. */
static int
judged(void *arg, void *thing, const char *digest, wa_error *err)
{
	struct run *r = arg;
	struct restore_item *item = thing;

	if (digest != NULL && strcmp(digest, item->file.xxh128) == 0)
		item->way = RESTORE_KEEP;
	return restore_flow_put(r->flow, item, err);
}

static int
is_ours(const struct run *r, const char *path)
{
	static const char *const names[] = { "recovery.conf", "recovery.signal",
		"standby.signal" };
	size_t i;

	if (strcmp(path, RESTORE_MARK) == 0 ||
	    strcmp(path, PG_MANIFEST_TMP) == 0)
		return 1;
	for (i = 0; r->f->preserve && i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(path, names[i]) == 0)
			return 1;
	return 0;
}

static int
next_there(struct run *r, wa_error *err)
{
	int rc = r->walk == NULL ? 0 : walk_next(&r->there, r->walk, err);

	r->standing = rc == 1;
	return rc < 0 ? rc : 0;
}

/* Not in the backup.  Of a tablespace that is not, only the link goes. */
static int
remove_there(struct run *r, wa_error *err)
{
	char path[PATH_MAX];
	int rc = 0;

	if (!is_ours(r, r->there.path)) {
		rc = path_of(path, r, r->there.path, err);
		if (rc == 0)
			rc = restore_remove(path, err);
		if (rc == 0)
			say(LEVEL_DEBUG, "removed \"%s\"", r->there.path);
	}
	return rc == 0 ? next_there(r, err) : rc;
}

/* Go on to path, taking away what stands before it: 1 when it is there. */
static int
seek(struct run *r, const char *path, wa_error *err)
{
	int rc = 0;

	while (
	    rc == 0 && r->standing && wa_path_compare(r->there.path, path) < 0)
		rc = remove_there(r, err);
	if (rc < 0)
		return rc;
	return r->standing && strcmp(r->there.path, path) == 0;
}

/* A link on the way must be the one that is wanted; else it goes, and what it
 * leads to is left alone. */
static int
check_link(struct run *r, const char *path, wa_error *err)
{
	const struct restore_place *place =
	    restore_place_at(r->f->places, path);
	char full[PATH_MAX];
	int rc;

	if (r->there.to == NULL ||
	    (place != NULL && strcmp(place->to, r->there.to) == 0))
		return 0;
	rc = path_of(full, r, path, err);
	if (rc == 0 && unlink(full) < 0 && errno != ENOENT)
		rc = error_system(err, "could not remove \"%s\"", full);
	return rc;
}

static int
make_folder(const char *path, wa_error *err)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISDIR(st.st_mode) &&
	    restore_remove(path, err) < 0)
		return err->code;
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	return error_system(err, "could not create folder \"%s\"", path);
}

static int
dress_folder(
    struct run *r, const char *path, const wa_set_file *file, wa_error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return error_system(err, "could not open folder \"%s\"", path);
	rc = restore_dress(fd, file, &r->f->owner, path, err);
	(void)close(fd);
	return rc;
}

/* Where it leads to, and the link. */
static int
make_place(const struct restore_place *place, const char *path, wa_error *err)
{
	char to[PATH_MAX];
	ssize_t n;

	if (!place->file && mkdir(place->to, 0700) < 0 && errno != EEXIST) {
		(void)error_system(
		    err, "could not create folder \"%s\"", place->to);
		error_hint(err,
		    "Its parent folder must be there. Another place is named "
		    "with --%s.",
		    place->tablespace ? "tablespace-map" : "link-map");
		return err->code;
	}
	n = readlink(path, to, sizeof(to) - 1);
	if (n >= 0) {
		to[n] = '\0';
		if (strcmp(to, place->to) == 0)
			return 0;
	}
	if (restore_remove(path, err) < 0)
		return err->code;
	return symlink(place->to, path) == 0 ?
	    0 :
	    error_system(err, "could not create link \"%s\"", path);
}

static int
put_folder(struct run *r, const wa_set_file *file, wa_error *err)
{
	const struct restore_place *place =
	    restore_place_at(r->f->places, file->path);
	char path[PATH_MAX];
	int rc = path_of(path, r, file->path, err);

	if (rc == 0)
		rc = place != NULL ? make_place(place, path, err) :
				     make_folder(path, err);
	return rc == 0 ? dress_folder(r, path, file, err) : rc;
}

/* A link that led inside the data directory, or nowhere. */
static int
put_link(struct run *r, const wa_set_file *file, wa_error *err)
{
	char path[PATH_MAX];
	int rc = path_of(path, r, file->path, err);

	if (rc == 0)
		rc = restore_remove(path, err);
	if (rc == 0 && symlink(file->to, path) < 0)
		rc = error_system(err, "could not create link \"%s\"", path);
	return rc;
}

/* Could what is there be it? */
static int
may_be(const struct run *r, const wa_set_file *file)
{
	const struct stat *st = &r->there.stat;

	return r->there.kind == WALK_REGULAR &&
	    (r->there.flags & WALK_BELOW_LINK) == 0 &&
	    (uint64_t)st->st_size == file->size;
}

static int
same_time(const struct run *r, const wa_set_file *file)
{
	const struct timespec *t = &r->there.stat.st_mtim;

	return (int64_t)t->tv_sec * SECOND + t->tv_nsec == file->mtime;
}

/* Is it clear what becomes of the file, whatever the backup has? */
static int
is_settled(struct restore_item *item, const struct run *r,
    const wa_set_file *file, int there)
{
	if (there && r->f->keep_auto &&
	    strcmp(file->path, "postgresql.auto.conf") == 0)
		item->way = RESTORE_KEEP;
	else if (restore_database_left_out(
		     file->path, r->f->databases, r->f->database_count))
		item->way = RESTORE_ZERO;
	return item->way != RESTORE_WRITE;
}

static int
put_regular(struct run *r, const wa_set_file *file, int there, wa_error *err)
{
	const struct restore_place *place =
	    restore_place_at(r->f->places, file->path);
	const char *name =
	    strcmp(file->path, CONTROL) == 0 ? RESTORE_CONTROL : file->path;
	struct restore_item *item;
	char path[PATH_MAX];
	int look = there && may_be(r, file);
	int rc = path_of(path, r, name, err);

	if (rc == 0 && place != NULL)
		rc = make_place(place, path, err);
	else if (rc == 0 && there && r->there.kind != WALK_REGULAR)
		rc = restore_remove(path, err);
	if (rc < 0)
		return rc;
	item = restore_item_new(
	    RESTORE_WRITE, file, place != NULL ? place->to : path, err);
	if (item == NULL)
		return WA_ENOMEM;
	if (is_settled(item, r, file, there))
		look = 0;
	if (look && r->f->by_time) {
		item->way = same_time(r, file) ? RESTORE_KEEP : RESTORE_WRITE;
		look = 0;
	}
	return digests_put(
	    r->digests, item, look ? item->to : NULL, file->size, err);
}

static int
put_file(struct run *r, const wa_set_file *file, wa_error *err)
{
	int tail = strcmp(file->path, CONTROL) == 0 ||
	    strcmp(file->path, "backup_label") == 0 ||
	    strcmp(file->path, "tablespace_map") == 0;
	int there = tail ? 0 : seek(r, file->path, err), rc = 0;

	while (tail && rc == 0 && r->standing)
		rc = remove_there(r, err);
	while (there == 1 && rc == 0 && r->there.kind == WALK_LINK) {
		rc = check_link(r, file->path, err);
		if (rc == 0)
			rc = next_there(r, err);
		if (rc == 0)
			there = seek(r, file->path, err);
	}
	if (there < 0 || rc < 0)
		return rc < 0 ? rc : there;
	if (there == 1)
		rc = check_link(r, file->path, err);
	if (rc == 0 && file->kind == WA_FILE_FOLDER)
		rc = put_folder(r, file, err);
	else if (rc == 0 && file->kind == WA_FILE_LINK)
		rc = put_link(r, file, err);
	else if (rc == 0)
		rc = put_regular(r, file, there, err);
	if (rc == 0 && there == 1)
		rc = next_there(r, err);
	return rc;
}

/* All files of the set, and away with what stands behind the last. */
static int
put_all(struct run *r, wa_error *err)
{
	wa_set_reader *reader = NULL;
	wa_set_file file;
	int rc = wa_set_open(&reader, r->f->repo, r->f->set, err);

	while (rc == 0 && (rc = wa_set_next(&file, reader, err)) == 1)
		rc = put_file(r, &file, err);
	while (rc == 0 && r->standing)
		rc = remove_there(r, err);
	if (rc == 0)
		rc = digests_drain(r->digests, err);
	if (rc == 0)
		rc = restore_flow_drain(r->flow, err);
	wa_set_reader_close(reader);
	return rc;
}

static int
open_walk(struct run *r, wa_error *err)
{
	const wa_set *facts;
	wa_set_reader *reader = NULL;
	char catalog[24];
	int rc = wa_set_open(&reader, r->f->repo, r->f->set, err);

	if (rc < 0)
		return rc;
	facts = wa_set_facts(reader);
	if (facts->version > 900)
		(void)snprintf(
		    catalog, sizeof(catalog), "PG_9.%u_", facts->version - 900);
	else
		(void)snprintf(
		    catalog, sizeof(catalog), "PG_%u_", facts->version);
	rc = walk_open(&r->walk, r->f->root, facts->version, catalog, 0, err);
	wa_set_reader_close(reader);
	return rc == 0 ? next_there(r, err) : rc;
}

int
restore_files(struct restore_files *files, wa_error *err)
{
	struct run r = { .f = files };
	int rc = restore_flow_open(&r.flow, files->config, &files->owner,
	    files->done, files->done_arg, err);

	if (rc == 0)
		rc = digests_open(
		    &r.digests, files->config, judged, drop, &r, err);
	if (rc == 0 && files->delta)
		rc = open_walk(&r, err);
	if (rc == 0)
		rc = put_all(&r, err);
	if (r.flow != NULL)
		files->counts = *restore_flow_counts(r.flow);
	digests_close(r.digests);
	restore_flow_close(r.flow);
	walk_close(r.walk);
	return rc;
}
