/* remote_files.c - from the stream of a server into a flow. */
#include "config.h"

#include "remote_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"

#define MANIFEST 130000   /* the server sends one from this version on */
#define MOST_KEPT 1048576 /* bytes */
#define SECOND INT64_C(1000000000)

int
remote_files_begin(struct remote_files *files, struct basebackup *server,
    struct backup_flow *flow, wa_error *err)
{
	memset(files, 0, sizeof(*files));
	files->server = server;
	files->flow = flow;
	files->manifest = -1;
	return basebackup_version(server) < MANIFEST ?
	    0 :
	    sent_files_open(&files->sent, -1, err);
}

void
remote_files_end(struct remote_files *files)
{
	if (files->sent == NULL && files->flow == NULL)
		return;
	sent_files_close(files->sent);
	if (files->manifest >= 0)
		(void)close(files->manifest);
	free(files->control.bytes);
	free(files->label.bytes);
	free(files->map.bytes);
}

/* Others have no business here, and a group only reads. */
static uint32_t
file_mode(uint32_t mode)
{
	return 0600 | (mode & 0040);
}

static uint32_t
folder_mode(uint32_t mode)
{
	return 0700 | ((mode & 0040) != 0 ? 0050 : 0);
}

static int
put_folder(struct remote_files *r, const char *path, const char *to,
    const struct tarstream_entry *e, wa_error *err)
{
	wa_set_file file = { .kind = WA_FILE_FOLDER,
		.path = path,
		.to = to,
		.mode = folder_mode(e->mode),
		.mtime = e->mtime * SECOND };
	struct backup_item *item = backup_item_new(BACKUP_BARE, &file, err);

	return item == NULL ? WA_ENOMEM : backup_flow_put(r->flow, item, err);
}

/* Where a tablespace was, unless that is in the data directory itself. */
static const char *
place_of(const struct remote_files *r, uint32_t oid)
{
	const struct basebackup_tablespace *t;
	size_t count, i;

	t = basebackup_tablespaces(r->server, &count);
	for (i = 0; i < count; i++)
		if (t[i].oid == oid)
			return t[i].path[0] == '/' ? t[i].path : NULL;
	return NULL;
}

/* Of a tablespace's own folder the server tells nothing: it is as the first
 * that is in it. */
static int
put_tablespace(
    struct remote_files *r, const struct tarstream_entry *e, wa_error *err)
{
	struct tarstream_entry folder = *e;
	char path[32];

	(void)snprintf(path, sizeof(path), "pg_tblspc/%u", r->oid);
	return put_folder(r, path, place_of(r, r->oid), &folder, err);
}

static struct remote_kept *
keeper(struct remote_files *r, const char *path)
{
	if (r->oid != 0)
		return NULL;
	if (strcmp(path, "global/pg_control") == 0)
		return &r->control;
	if (strcmp(path, "backup_label") == 0)
		return &r->label;
	return strcmp(path, "tablespace_map") == 0 ? &r->map : NULL;
}

static int
begin_kept(
    struct remote_kept *kept, const struct tarstream_entry *e, wa_error *err)
{
	if (kept->bytes != NULL)
		return error_set(
		    err, WA_ECORRUPT, "the server sent \"%s\" twice", e->path);
	if (e->size > MOST_KEPT)
		return error_set(err, WA_ECORRUPT,
		    "the server sent \"%s\" of %llu bytes", e->path,
		    (unsigned long long)e->size);
	kept->bytes = calloc(1, (size_t)e->size + 1);
	if (kept->bytes == NULL)
		return out_of_memory(err);
	kept->mode = e->mode;
	kept->mtime = e->mtime;
	return 0;
}

static wa_set_file
facts_of(const struct tarstream_entry *e, const char *path)
{
	return (wa_set_file){ .kind = WA_FILE_REGULAR,
		.path = path,
		.size = e->size,
		.mode = file_mode(e->mode),
		.mtime = e->mtime * SECOND };
}

static int
begin_flow(struct remote_files *r, const struct tarstream_entry *e,
    const char *path, wa_error *err)
{
	wa_set_file file = facts_of(e, path);
	struct backup_item *item = backup_item_new(BACKUP_CONTENT, &file, err);

	return item == NULL ? WA_ENOMEM : backup_flow_begin(r->flow, item, err);
}

/* WAL does not belong here, but a server may send a file beside it. */
static int
is_wal(const struct remote_files *r, const char *path)
{
	return r->oid == 0 && strncmp(path, "pg_wal/", strlen("pg_wal/")) == 0;
}

static int
take_bytes(struct remote_files *r, struct tarstream *tar,
    const struct tarstream_entry *e, const char *path, struct remote_kept *kept,
    wa_error *err)
{
	int to_flow = kept == NULL && !is_wal(r, path), rc;
	const void *piece;
	uint32_t crc = 0;
	size_t size;

	while ((rc = tarstream_read(&piece, &size, tar, err)) == 1) {
		crc = wa_crc32c(crc, piece, size);
		rc = 0;
		if (kept != NULL) {
			memcpy(kept->bytes + kept->size, piece, size);
			kept->size += size;
		} else if (to_flow && size > 0) {
			rc = backup_flow_bytes(r->flow, piece, size, err);
		}
		if (rc < 0)
			break;
	}
	if (rc == 0 && r->sent != NULL)
		rc = sent_files_add(r->sent, path, e->size, crc, err);
	return rc;
}

/* What changed of a file. */
static int
take_changes(struct remote_files *r, struct tarstream *tar,
    const struct tarstream_entry *e, const char *path, const char *whole,
    wa_error *err)
{
	wa_set_file file = facts_of(e, whole);
	const void *piece;
	uint32_t crc = 0;
	size_t size;
	int rc = remote_incr_begin(r->incr, &file, e->size, err);

	while (rc == 0 && (rc = tarstream_read(&piece, &size, tar, err)) == 1) {
		crc = wa_crc32c(crc, piece, size);
		rc = remote_incr_bytes(r->incr, piece, size, err);
	}
	if (rc == 0)
		rc = remote_incr_end(r->incr, err);
	return rc < 0 ? rc : sent_files_add(r->sent, path, e->size, crc, err);
}

static int
take_file(struct remote_files *r, struct tarstream *tar,
    const struct tarstream_entry *e, const char *path, wa_error *err)
{
	struct remote_kept *kept = keeper(r, path);
	char whole[TARSTREAM_PATH_MAX + 32];
	int rc = 0;

	if (strcmp(path, "backup_manifest") == 0 && r->sent != NULL)
		return error_set(err, WA_ECORRUPT,
		    "the server sent backup_manifest among the files");
	r->has_version |= strcmp(path, "PG_VERSION") == 0;
	if (r->incr != NULL && remote_incr_path(whole, path))
		return take_changes(r, tar, e, path, whole, err);
	if (kept != NULL)
		rc = begin_kept(kept, e, err);
	else if (!is_wal(r, path))
		rc = begin_flow(r, e, path, err);
	return rc < 0 ? rc : take_bytes(r, tar, e, path, kept, err);
}

/* With a tablespace_map there are no links. */
static int
take_entry(struct remote_files *r, struct tarstream *tar,
    const struct tarstream_entry *e, wa_error *err)
{
	char path[TARSTREAM_PATH_MAX + 32];

	if (r->oid == 0)
		(void)snprintf(path, sizeof(path), "%s", e->path);
	else
		(void)snprintf(
		    path, sizeof(path), "pg_tblspc/%u/%s", r->oid, e->path);
	if (e->kind == TARSTREAM_FILE)
		return take_file(r, tar, e, path, err);
	if (e->kind == TARSTREAM_FOLDER)
		return put_folder(r, path, NULL, e, err);
	return error_set(err, WA_ECORRUPT,
	    "the server sent a symbolic link, \"%.300s\", where it should not",
	    path);
}

static int
pull(const void **piece, size_t *size, void *arg, wa_error *err)
{
	return basebackup_read(piece, size, arg, err);
}

static int
take_archive(struct remote_files *r, wa_error *err)
{
	struct tarstream *tar = NULL;
	struct tarstream_entry e;
	int first = r->oid != 0;
	int rc = tarstream_open(&tar, pull, r->server, err);

	while (rc == 0 && (rc = tarstream_next(&e, tar, err)) == 1) {
		rc = first ? put_tablespace(r, &e, err) : 0;
		first = 0;
		if (rc == 0)
			rc = take_entry(r, tar, &e, err);
	}
	tarstream_close(tar);
	r->archives++;
	return rc;
}

static int
write_piece(int fd, const char *piece, size_t size, wa_error *err)
{
	while (size > 0) {
		ssize_t n = write(fd, piece, size);

		if (n < 0)
			return error_system(
			    err, "could not write a temporary file");
		piece += n;
		size -= (size_t)n;
	}
	return 0;
}

static int
take_manifest(struct remote_files *r, wa_error *err)
{
	const void *piece;
	size_t size;
	int rc = r->manifest < 0 ? wa_tempfile(&r->manifest, err) : 0;

	while (rc == 0 &&
	    (rc = basebackup_read(&piece, &size, r->server, err)) == 1)
		rc = write_piece(r->manifest, piece, size, err);
	return rc;
}

static int
is_missing(const char *what, wa_error *err)
{
	return error_set(
	    err, WA_ECORRUPT, "the server did not send \"%s\"", what);
}

static int
check_whole(const struct remote_files *r, wa_error *err)
{
	size_t count;

	(void)basebackup_tablespaces(r->server, &count);
	if (r->archives != count || (r->sent != NULL && r->manifest < 0))
		return error_set(err, WA_ECORRUPT,
		    "the server did not send all of the backup");
	if (r->label.bytes == NULL)
		return is_missing("backup_label", err);
	if (r->control.bytes == NULL)
		return is_missing("global/pg_control", err);
	return r->has_version ? 0 : is_missing("PG_VERSION", err);
}

int
remote_files_receive(struct remote_files *files, wa_error *err)
{
	struct basebackup_part part;
	int rc;

	while ((rc = basebackup_next(&part, files->server, err)) == 1) {
		files->oid = part.oid;
		rc = part.kind == BASEBACKUP_MANIFEST ?
		    take_manifest(files, err) :
		    take_archive(files, err);
		if (rc < 0)
			break;
	}
	return rc < 0 ? rc : check_whole(files, err);
}

int
remote_files_check(struct remote_files *files, wa_error *err)
{
	return files->sent == NULL ?
	    0 :
	    sent_files_check(files->sent, files->manifest, err);
}

int
remote_files_put(struct remote_files *files, const char *path,
    const struct remote_kept *kept, wa_error *err)
{
	wa_set_file file = { .kind = WA_FILE_REGULAR,
		.path = path,
		.size = kept->size,
		.mode = file_mode(kept->mode),
		.mtime = kept->mtime * SECOND };
	struct backup_item *item;

	if (kept->bytes == NULL)
		return 0;
	item = backup_item_content(&file, kept->bytes, err);
	return item == NULL ? WA_ENOMEM :
			      backup_flow_put(files->flow, item, err);
}
