/* plain_write.c - from the stream to files; their CRCs on the way. */
#include "config.h"

#include "plain_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "progress.h"
#include "sent_files.h"
#include "tarstream.h"

/* Without these it is no backup. */
static const char *const needed[] = { "backup_label", "PG_VERSION",
	"global/pg_control" };
#define NEEDED (sizeof(needed) / sizeof(needed[0]))

struct plain_write {
	int dir;
	struct sent_files *sent;
	int manifest; /* descriptor of backup_manifest, or -1 */
	int found[NEEDED];
	int group;
	uint64_t done; /* bytes */
	uint32_t oid;  /* of the tablespace that comes */
};

int
plain_write_open(struct plain_write **out, int dir, wa_error *err)
{
	struct plain_write *w = calloc(1, sizeof(*w));
	int rc;

	if (w == NULL)
		return out_of_memory(err);
	w->dir = dir;
	w->manifest = -1;
	rc = sent_files_open(&w->sent, dir, err);
	if (rc == 0)
		*out = w;
	else
		free(w);
	return rc;
}

void
plain_write_close(struct plain_write *w)
{
	if (w == NULL)
		return;
	if (w->manifest >= 0)
		(void)close(w->manifest);
	sent_files_close(w->sent);
	free(w);
}

int
plain_write_group(const struct plain_write *w)
{
	return w->group;
}

static int
write_all(int fd, const char *path, const void *buf, size_t size, wa_error *err)
{
	const char *p = buf;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int full = errno == ENOSPC || errno == EDQUOT;

			(void)error_system(
			    err, "could not write \"%.512s\"", path);
			if (full)
				error_hint(err,
				    "Make room, and begin again: nothing of "
				    "this backup was kept.");
			return err->code;
		}
		p += n;
		size -= (size_t)n;
	}
	return 0;
}

/* O_EXCL: a name that comes twice is refused, and nothing is followed. */
static int
create(struct plain_write *w, const char *path, mode_t mode, wa_error *err)
{
	int fd = openat(w->dir, path,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_system(
		    err, "could not create file \"%.512s\"", path);
	if (mode == 0600 || fchmod(fd, mode) == 0)
		return fd;
	(void)error_system(
	    err, "could not change the mode of \"%.512s\"", path);
	(void)close(fd);
	return err->code;
}

static int
copy(struct plain_write *w, struct tarstream *tar, int fd,
    const struct tarstream_entry *e, const char *path, wa_error *err)
{
	const void *piece;
	uint32_t crc = 0;
	size_t size;
	int rc;

	while ((rc = tarstream_read(&piece, &size, tar, err)) == 1) {
		crc = wa_crc32c(crc, piece, size);
		rc = write_all(fd, path, piece, size, err);
		if (rc < 0)
			break;
		w->done += size;
		progress_show(w->done);
	}
	if (rc == 0)
		rc = sent_files_add(w->sent, path, e->size, crc, err);
	return rc;
}

static void
note(struct plain_write *w, const char *path, uint32_t mode)
{
	size_t i;

	for (i = 0; i < NEEDED; i++)
		if (w->oid == 0 && strcmp(path, needed[i]) == 0) {
			w->found[i] = 1;
			w->group |= (mode & 0040) != 0;
		}
}

/* Others have no business here, and a group only reads. */
static int
write_file(struct plain_write *w, struct tarstream *tar,
    const struct tarstream_entry *e, const char *path, wa_error *err)
{
	int fd = create(w, path, 0600 | (e->mode & 0040), err);
	int rc;

	if (fd < 0)
		return fd;
	note(w, path, e->mode);
	rc = copy(w, tar, fd, e, path, err);
	if (close(fd) < 0 && rc == 0)
		rc = error_system(err, "could not write \"%.512s\"", path);
	return rc;
}

/* The folder of a tablespace may come by itself, and as a link. */
static int
write_folder(struct plain_write *w, const struct tarstream_entry *e,
    const char *path, wa_error *err)
{
	mode_t mode = 0700 | (e->mode & 0040 ? 0050 : 0);

	if (mkdirat(w->dir, path, 0700) < 0 && errno != EEXIST)
		return error_system(
		    err, "could not create directory \"%.512s\"", path);
	if (mode != 0700 && fchmodat(w->dir, path, mode, 0) < 0)
		return error_system(
		    err, "could not change the mode of \"%.512s\"", path);
	return 0;
}

static int
write_entry(struct plain_write *w, struct tarstream *tar,
    const struct tarstream_entry *e, wa_error *err)
{
	char path[TARSTREAM_PATH_MAX + 32];

	if (w->oid == 0)
		(void)snprintf(path, sizeof(path), "%s", e->path);
	else
		(void)snprintf(
		    path, sizeof(path), "pg_tblspc/%u/%s", w->oid, e->path);
	if (e->kind == TARSTREAM_FILE)
		return write_file(w, tar, e, path, err);
	return write_folder(w, e, path, err);
}

/* The data directory, which has pg_tblspc, comes behind the tablespaces. */
static int
make_tablespace(struct plain_write *w, wa_error *err)
{
	static const struct tarstream_entry folder = { TARSTREAM_FOLDER, NULL,
		NULL, 0, 0700, 0 };
	char path[32];
	int rc;

	(void)snprintf(path, sizeof(path), "pg_tblspc/%u", w->oid);
	rc = write_folder(w, &folder, "pg_tblspc", err);
	return rc == 0 ? write_folder(w, &folder, path, err) : rc;
}

static int
pull(const void **piece, size_t *size, void *arg, wa_error *err)
{
	return basebackup_read(piece, size, arg, err);
}

static int
write_tar(struct plain_write *w, struct basebackup *b, wa_error *err)
{
	struct tarstream *tar = NULL;
	struct tarstream_entry e;
	int rc = w->oid == 0 ? 0 : make_tablespace(w, err);

	if (rc == 0)
		rc = tarstream_open(&tar, pull, b, err);
	while (rc == 0 && (rc = tarstream_next(&e, tar, err)) == 1)
		rc = write_entry(w, tar, &e, err);
	tarstream_close(tar);
	return rc;
}

static int
write_manifest(struct plain_write *w, struct basebackup *b, wa_error *err)
{
	static const char name[] = "backup_manifest";
	const void *piece;
	size_t size;
	int rc = create(w, name, w->group ? 0640 : 0600, err);

	if (rc < 0)
		return rc;
	w->manifest = rc;
	while ((rc = basebackup_read(&piece, &size, b, err)) == 1)
		if ((rc = write_all(w->manifest, name, piece, size, err)) < 0)
			break;
	return rc;
}

int
plain_write_part(struct plain_write *w, struct basebackup *b,
    const struct basebackup_part *part, wa_error *err)
{
	if (part->kind == BASEBACKUP_MANIFEST)
		return write_manifest(w, b, err);
	w->oid = part->oid;
	return write_tar(w, b, err);
}

int
plain_write_check(struct plain_write *w, wa_error *err)
{
	size_t i;

	for (i = 0; i < NEEDED; i++)
		if (!w->found[i])
			return error_set(err, WA_ECORRUPT,
			    "the server did not send \"%s\"", needed[i]);
	return w->manifest < 0 ? 0 :
				 sent_files_check(w->sent, w->manifest, err);
}
