/* tarstream.c - libarchive pulls from the source, we pull from libarchive. */
#include "config.h"

#include "tarstream.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"

struct tarstream {
	struct archive *archive;
	tarstream_source *source;
	void *arg;
	wa_error broken; /* what the source said; code 0: nothing */
	char path[TARSTREAM_PATH_MAX];
	uint64_t size, done; /* of the entry */
};

static la_ssize_t
on_read(struct archive *archive, void *arg, const void **piece)
{
	struct tarstream *t = arg;
	size_t size = 0;
	int rc = 1;

	/* libarchive takes nothing for the end. */
	while (rc == 1 && size == 0)
		rc = t->source(piece, &size, t->arg, &t->broken);
	if (rc == 1)
		return (la_ssize_t)size;
	if (rc == 0)
		return 0;
	archive_set_error(archive, EIO, "the source failed");
	return ARCHIVE_FATAL;
}

static int
broken(struct tarstream *t, wa_error *err)
{
	const char *why = archive_error_string(t->archive);

	if (t->broken.code != 0) {
		*err = t->broken;
		return err->code;
	}
	return error_set(err, WA_ECORRUPT, "the tar that came is damaged: %s",
	    why == NULL ? "no reason is known" : why);
}

int
tarstream_open(
    struct tarstream **out, tarstream_source *source, void *arg, wa_error *err)
{
	struct tarstream *t = calloc(1, sizeof(*t));
	int rc = 0;

	if (t == NULL)
		return out_of_memory(err);
	t->source = source;
	t->arg = arg;
	t->archive = archive_read_new();
	if (t->archive == NULL)
		rc = out_of_memory(err);
	else if (archive_read_support_format_tar(t->archive) != ARCHIVE_OK ||
	    archive_read_support_format_empty(t->archive) != ARCHIVE_OK ||
	    archive_read_open(t->archive, t, NULL, on_read, NULL) != ARCHIVE_OK)
		rc = broken(t, err);
	if (rc == 0)
		*out = t;
	else
		tarstream_close(t);
	return rc;
}

void
tarstream_close(struct tarstream *t)
{
	if (t == NULL)
		return;
	(void)archive_read_free(t->archive);
	free(t);
}

int
tarstream_path_is_safe(const char *path)
{
	for (;;) {
		size_t n = strcspn(path, "/");

		if (n == 0 || (n == 1 && path[0] == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return 0;
		if (path[n] == '\0')
			return 1;
		path += n + 1;
	}
}

static int
take_path(struct tarstream *t, const char *path, wa_error *err)
{
	size_t n;

	/* The server begins some of its paths so. */
	if (path != NULL && strncmp(path, "./", 2) == 0)
		path += 2;
	n = path == NULL ? 0 : strlen(path);

	if (n > 1 && path[n - 1] == '/')
		n--;
	if (n == 0)
		return error_set(err, WA_ECORRUPT,
		    "a file in the tar has no name that could be read");
	if (n >= sizeof(t->path))
		return error_set(err, WA_ECORRUPT,
		    "a file in the tar has a name of %zu bytes: \"%.64s...\"",
		    n, path);
	memcpy(t->path, path, n);
	t->path[n] = '\0';
	if (tarstream_path_is_safe(t->path))
		return 0;
	return error_set(err, WA_ECORRUPT,
	    "the tar has the path \"%.512s\", which leads out of the backup",
	    path);
}

/* pg_tblspc/OID */
static int
is_tablespace(const char *path)
{
	const char *oid = path + strlen("pg_tblspc/");

	return strncmp(path, "pg_tblspc/", strlen("pg_tblspc/")) == 0 &&
	    oid[0] != '\0' && oid[strspn(oid, "0123456789")] == '\0';
}

static int
take_kind(struct tarstream_entry *out, const struct tarstream *t,
    struct archive_entry *entry, wa_error *err)
{
	__LA_MODE_T type = archive_entry_filetype(entry);
	const char *what = "a device or another special file";

	if (archive_entry_hardlink(entry) != NULL) {
		what = "a hard link";
	} else if (type == AE_IFREG && archive_entry_sparse_count(entry) == 0) {
		out->kind = TARSTREAM_FILE;
		return 0;
	} else if (type == AE_IFREG) {
		what = "a sparse file";
	} else if (type == AE_IFDIR) {
		out->kind = TARSTREAM_FOLDER;
		return 0;
	} else if (type == AE_IFLNK && is_tablespace(t->path) &&
	    archive_entry_symlink(entry) != NULL) {
		out->kind = TARSTREAM_LINK;
		out->to = archive_entry_symlink(entry);
		return 0;
	} else if (type == AE_IFLNK) {
		what = "a symbolic link";
	}
	return error_set(err, WA_ECORRUPT,
	    "the tar has %s, \"%.512s\", which a base backup has not", what,
	    t->path);
}

int
tarstream_next(struct tarstream_entry *out, struct tarstream *t, wa_error *err)
{
	struct tarstream_entry e = { 0 };
	struct archive_entry *entry;
	int rc = archive_read_next_header(t->archive, &entry);

	if (rc == ARCHIVE_EOF && t->broken.code == 0)
		return 0;
	if (rc != ARCHIVE_OK)
		return broken(t, err);
	rc = take_path(t, archive_entry_pathname(entry), err);
	if (rc == 0)
		rc = take_kind(&e, t, entry, err);
	if (rc == 0 && archive_entry_size(entry) < 0)
		rc = error_set(err, WA_ECORRUPT,
		    "the tar gives \"%.512s\" no size", t->path);
	if (rc < 0)
		return rc;
	e.path = t->path;
	e.mode = (uint32_t)archive_entry_perm(entry);
	e.mtime = archive_entry_mtime(entry);
	e.size =
	    e.kind == TARSTREAM_FILE ? (uint64_t)archive_entry_size(entry) : 0;
	t->size = e.size;
	t->done = 0;
	*out = e;
	return 1;
}

int
tarstream_read(
    const void **piece, size_t *size, struct tarstream *t, wa_error *err)
{
	la_int64_t at;
	int rc;

	if (t->size == 0)
		return 0;
	rc = archive_read_data_block(t->archive, piece, size, &at);
	if (rc == ARCHIVE_EOF && t->done == t->size)
		return 0;
	if (rc == ARCHIVE_EOF)
		return error_set(err, WA_ECORRUPT,
		    "the tar has %llu of the %llu bytes of \"%.512s\"",
		    (unsigned long long)t->done, (unsigned long long)t->size,
		    t->path);
	if (rc != ARCHIVE_OK)
		return broken(t, err);
	if (at < 0 || (uint64_t)at != t->done || *size > t->size - t->done)
		return error_set(err, WA_ECORRUPT,
		    "the tar has holes in \"%.512s\"", t->path);
	t->done += *size;
	return 1;
}
