/* tar_header.c - headers of tar archives, by libarchive. */
#include "config.h"

#include "tar_header.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "errors.h"
#include "message.h"

#define SECOND 1000000000

struct sink {
	char *buf;
	size_t used;
};

static la_ssize_t
take(struct archive *a, void *arg, const void *bytes, size_t size)
{
	struct sink *sink = arg;

	if (size > TAR_HEADER_MAX - sink->used) {
		archive_set_error(a, EIO, "too long");
		return -1;
	}
	memcpy(sink->buf + sink->used, bytes, size);
	sink->used += size;
	return (la_ssize_t)size;
}

static void
fill_entry(struct archive_entry *entry, const wa_set_file *f)
{
	int folder = f->kind == WA_FILE_FOLDER;

	archive_entry_set_pathname(entry, f->path);
	archive_entry_set_filetype(entry, folder ? AE_IFDIR : AE_IFREG);
	archive_entry_set_perm(entry, (mode_t)f->mode);
	archive_entry_set_size(entry, folder ? 0 : (la_int64_t)f->size);
	archive_entry_set_mtime(entry, (time_t)(f->mtime / SECOND), 0);
	archive_entry_set_uname(entry, f->user);
	archive_entry_set_gname(entry, f->group);
}

/* Other names would be turned into the locale's, which may not have them. */
static int
is_ascii(const char *name)
{
	while (*name != '\0' && (*name & 0x80) == 0)
		name++;
	return *name == '\0';
}

/* A new writer for each, which is never told that it has ended: only the
 * header comes out. */
int
tar_header(size_t *size, void *buf, const wa_set_file *file, wa_error *err)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	struct sink sink = { buf, 0 };
	int rc = 0;

	if (a == NULL || entry == NULL) {
		rc = out_of_memory(err);
	} else {
		fill_entry(entry, file);
		(void)archive_write_set_format_pax_restricted(a);
		if (!is_ascii(file->path))
			(void)archive_write_set_options(a, "hdrcharset=BINARY");
		(void)archive_write_set_bytes_per_block(a, 0);
		if (archive_write_open(a, &sink, NULL, take, NULL) !=
			ARCHIVE_OK ||
		    archive_write_header(a, entry) < ARCHIVE_WARN)
			rc = error_set(err, WA_EUSAGE,
			    "\"%s\" has no place in a tar archive: %s",
			    file->path, archive_error_string(a));
	}
	*size = sink.used;
	archive_entry_free(entry);
	sink.used = TAR_HEADER_MAX; /* what freeing would add is refused */
	(void)archive_write_free(a);
	return rc;
}

size_t
tar_padding(uint64_t size)
{
	return (size_t)((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}
