/* pg_manifest.c - write a backup_manifest. */
#include "config.h"

#include "pg_manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "pg_checksum.h"
#include "utf8.h"

#define NAME "backup_manifest"
#define TMP PG_MANIFEST_TMP

struct pg_manifest {
	int dir; /* the caller's; -1: the file has no name */
	FILE *file;
	struct pg_checksum *sum; /* of all that was written */
	uint64_t files;
};

static int
fail(wa_error *err)
{
	return error_system(err, "could not write \"%s\"", NAME);
}

static int
put(struct pg_manifest *m, const char *text, size_t size, wa_error *err)
{
	if (fwrite(text, 1, size, m->file) != size)
		return fail(err);
	return pg_checksum_add(m->sum, text, size, err);
}

static int print(struct pg_manifest *m, wa_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Of less than 500 bytes. */
static int
print(struct pg_manifest *m, wa_error *err, const char *format, ...)
{
	char text[500];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return put(m, text, (size_t)n, err);
}

/* A new file, of the folder's owner and for its group to read where that may
 * look in. */
static int
make(int dir)
{
	struct stat st;
	int fd;

	if (fstat(dir, &st) < 0 ||
	    (unlinkat(dir, TMP, 0) < 0 && errno != ENOENT))
		return -1;
	fd = openat(dir, TMP,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    (st.st_mode & S_IRGRP) != 0 ? 0640 : 0600);
	if (fd >= 0 && st.st_uid != geteuid() &&
	    fchown(fd, st.st_uid, st.st_gid) < 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static int
open_file(struct pg_manifest *m, int nameless, wa_error *err)
{
	int fd =
	    m->dir < 0 ? fcntl(nameless, F_DUPFD_CLOEXEC, 0) : make(m->dir);

	if (fd < 0)
		return fail(err);
	m->file = fdopen(fd, "w");
	if (m->file != NULL)
		return 0;
	(void)close(fd);
	return out_of_memory(err);
}

static int
put_head(
    struct pg_manifest *m, uint32_t version, uint64_t system_id, wa_error *err)
{
	int rc =
	    print(m, err, "{ \"PostgreSQL-Backup-Manifest-Version\": %d,\n",
		version >= 17 ? 2 : 1);

	if (rc == 0 && version >= 17)
		rc = print(
		    m, err, "\"System-Identifier\": %" PRIu64 ",\n", system_id);
	return rc < 0 ? rc : print(m, err, "\"Files\": [");
}

static int
begin(struct pg_manifest **out, int dir, int nameless, uint32_t version,
    uint64_t system_id, wa_error *err)
{
	struct pg_manifest *m = calloc(1, sizeof(*m));
	int rc;

	if (m == NULL)
		return out_of_memory(err);
	m->dir = dir;
	rc = pg_checksum_new(&m->sum, err);
	if (rc == 0)
		rc = pg_checksum_begin(m->sum, PG_SHA256, err);
	if (rc == 0)
		rc = open_file(m, nameless, err);
	if (rc == 0)
		rc = put_head(m, version, system_id, err);
	if (rc == 0)
		*out = m;
	else
		pg_manifest_close(m);
	return rc;
}

int
pg_manifest_begin(struct pg_manifest **out, int dir, uint32_t version,
    uint64_t system_id, wa_error *err)
{
	return begin(out, dir, -1, version, system_id, err);
}

int
pg_manifest_begin_nameless(struct pg_manifest **out, int fd, uint32_t version,
    uint64_t system_id, wa_error *err)
{
	return begin(out, -1, fd, version, system_id, err);
}

/* Six bytes for one at most. */
static size_t
as_json(char *out, const char *path)
{
	char *p = out;

	for (; *path != '\0'; path++)
		if ((unsigned char)*path < ' ')
			p += sprintf(p, "\\u%04x", (unsigned char)*path);
		else {
			if (*path == '"' || *path == '\\')
				*p++ = '\\';
			*p++ = *path;
		}
	return (size_t)(p - out);
}

static size_t
as_hex(char *out, const char *path)
{
	char *p = out;

	for (; *path != '\0'; path++)
		p += sprintf(p, "%02x", (unsigned char)*path);
	return (size_t)(p - out);
}

static int
put_path(struct pg_manifest *m, const char *path, wa_error *err)
{
	int plain = is_utf8(path), rc;
	char *text = malloc(6 * strlen(path) + 1);
	size_t size;

	if (text == NULL)
		return out_of_memory(err);
	size = plain ? as_json(text, path) : as_hex(text, path);
	rc = print(m, err, "%s\n{ \"%s\": \"", m->files++ == 0 ? "" : ",",
	    plain ? "Path" : "Encoded-Path");
	if (rc == 0)
		rc = put(m, text, size, err);
	free(text);
	return rc;
}

int
pg_manifest_add(struct pg_manifest *manifest, const char *path, uint64_t size,
    int64_t mtime, uint32_t crc32c, wa_error *err)
{
	char sum[2 * PG_CHECKSUM_SIZE + 1], when[64];
	time_t seconds = (time_t)mtime;
	struct pg_sum crc;
	struct tm tm;
	int rc;

	if (gmtime_r(&seconds, &tm) == NULL)
		(void)gmtime_r(&(time_t){ 0 }, &tm);
	(void)strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S GMT", &tm);
	pg_sum_crc32c(&crc, crc32c);
	pg_sum_format(sum, &crc);
	rc = put_path(manifest, path, err);
	if (rc < 0)
		return rc;
	return print(manifest, err,
	    "\", \"Size\": %" PRIu64 ", \"Last-Modified\": \"%s\", "
	    "\"Checksum-Algorithm\": \"CRC32C\", \"Checksum\": \"%s\" }",
	    size, when, sum);
}

static int
put_ranges(struct pg_manifest *m, const struct pg_wal_range *ranges,
    size_t count, wa_error *err)
{
	int rc = print(m, err, "\n],\n\"WAL-Ranges\": [\n");
	size_t i;

	for (i = 0; i < count && rc == 0; i++) {
		char start[WA_LSN_SIZE], end[WA_LSN_SIZE];

		wa_lsn_format(start, ranges[i].start);
		wa_lsn_format(end, ranges[i].end);
		rc = print(m, err,
		    "%s{ \"Timeline\": %" PRIu32 ", \"Start-LSN\": \"%s\", "
		    "\"End-LSN\": \"%s\" }",
		    i == 0 ? "" : ",\n", ranges[i].timeline, start, end);
	}
	return rc < 0 ? rc : print(m, err, "\n],\n");
}

static int
put_checksum(struct pg_manifest *m, wa_error *err)
{
	char text[2 * PG_CHECKSUM_SIZE + 1];
	struct pg_sum sum;
	int rc = pg_checksum_end(&sum, m->sum, err);

	if (rc < 0)
		return rc;
	pg_sum_format(text, &sum);
	return fprintf(m->file, "\"Manifest-Checksum\": \"%s\"}\n", text) < 0 ?
	    fail(err) :
	    0;
}

/* The name comes last: what has it is whole. */
static int
publish(struct pg_manifest *m, wa_error *err)
{
	int failed = fflush(m->file) != 0;

	if (m->dir >= 0)
		failed |= fsync(fileno(m->file)) < 0 ||
		    renameat(m->dir, TMP, m->dir, NAME) < 0;
	if (failed)
		return fail(err);
	(void)fclose(m->file);
	m->file = NULL;
	return 0;
}

int
pg_manifest_finish(struct pg_manifest *manifest,
    const struct pg_wal_range *ranges, size_t count, wa_error *err)
{
	int rc = put_ranges(manifest, ranges, count, err);

	if (rc == 0)
		rc = put_checksum(manifest, err);
	return rc < 0 ? rc : publish(manifest, err);
}

void
pg_manifest_close(struct pg_manifest *manifest)
{
	if (manifest == NULL)
		return;
	if (manifest->file != NULL) {
		(void)fclose(manifest->file);
		if (manifest->dir >= 0)
			(void)unlinkat(manifest->dir, TMP, 0);
	}
	pg_checksum_free(manifest->sum);
	free(manifest);
}
