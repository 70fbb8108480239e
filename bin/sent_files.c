/* sent_files.c - two lists, compared line by line. */
#include "config.h"

#include "sent_files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "pg_checksum.h"

#define MOST_PATH 4096
#define MOST_LINE 65536 /* of a manifest; more is no path's */

struct sent_files {
	FILE *file; /* size, CRC and path, NUL: one after the other */
	char *text;
	size_t room;
};

struct sent_file {
	const char *path;
	uint64_t size;
	uint32_t crc;
};

static int
file_without_name(int dir)
{
	static const char name[] = ".files";
	int fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 ||
	    (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	fd = openat(dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)unlinkat(dir, name, 0);
	return fd;
}

int
sent_files_open(struct sent_files **out, int dir, wa_error *err)
{
	struct sent_files *sent = calloc(1, sizeof(*sent));
	int fd = -1, rc = 0;

	if (sent == NULL)
		return out_of_memory(err);
	if (dir >= 0)
		fd = file_without_name(dir);
	else
		rc = wa_tempfile(&fd, err);
	if (fd >= 0)
		sent->file = fdopen(fd, "w+");
	if (sent->file == NULL) {
		if (rc == 0)
			(void)error_system(
			    err, "could not create a temporary file");
		if (fd >= 0)
			(void)close(fd);
		free(sent);
		return err->code;
	}
	*out = sent;
	return 0;
}

void
sent_files_close(struct sent_files *sent)
{
	if (sent == NULL)
		return;
	(void)fclose(sent->file);
	free(sent->text);
	free(sent);
}

/* The manifest lists histories and marks of the archiver's, but no segments. */
static int
is_wal(const char *path)
{
	return strncmp(path, "pg_wal/", strlen("pg_wal/")) == 0;
}

int
sent_files_add(struct sent_files *sent, const char *path, uint64_t size,
    uint32_t crc, wa_error *err)
{
	if (fprintf(sent->file, "%" PRIu64 " %" PRIu32 " %s%c", size, crc, path,
		'\0') > 0)
		return 0;
	return error_system(err, "could not write a temporary file");
}

/* The next that came: 1, 0 behind the last. */
static int
next_sent(struct sent_file *out, struct sent_files *sent, wa_error *err)
{
	char *end;

	if (getdelim(&sent->text, &sent->room, '\0', sent->file) <= 0) {
		if (ferror(sent->file))
			return error_system(
			    err, "could not read a temporary file");
		return 0;
	}
	out->size = strtoull(sent->text, &end, 10);
	out->crc = (uint32_t)strtoul(end, &end, 10);
	out->path = end + 1;
	return 1;
}

/* The same, but WAL that the manifest has not, where it lists path. */
static int
next_listed(struct sent_file *out, struct sent_files *sent, const char *path,
    wa_error *err)
{
	int rc;

	while ((rc = next_sent(out, sent, err)) == 1 && is_wal(out->path) &&
	    strcmp(out->path, path) != 0)
		continue;
	return rc;
}

/* "63616665" is "cafe": paths that are no UTF-8 are written so. */
static int
from_hex(char *buf, size_t size, const char *hex)
{
	size_t n = strlen(hex) / 2, i;

	if (strlen(hex) % 2 != 0 || n >= size ||
	    hex[strspn(hex, "0123456789abcdefABCDEF")] != '\0')
		return -1;
	for (i = 0; i < n; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		buf[i] = (char)strtoul(two, NULL, 16);
	}
	buf[n] = '\0';
	return 0;
}

/* The manifest has the CRC's four bytes, the lowest first. */
static void
crc_text(char buf[9], uint32_t crc)
{
	(void)snprintf(buf, 9, "%02x%02x%02x%02x", crc & 0xff, crc >> 8 & 0xff,
	    crc >> 16 & 0xff, crc >> 24);
}

static const char *
text_of(const json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text == NULL ? "" : text;
}

static void
read_path(char *buf, size_t size, const json_t *line)
{
	const char *encoded = text_of(line, "Encoded-Path");

	if (encoded[0] == '\0' || from_hex(buf, size, encoded) < 0)
		(void)snprintf(buf, size, "%s", text_of(line, "Path"));
}

static int
compare(const json_t *line, const char *path, const struct sent_file *file,
    wa_error *err)
{
	const json_t *size = json_object_get(line, "Size");
	char crc[9];

	crc_text(crc, file->crc);
	if (strcmp(path, file->path) != 0)
		return error_set(err, WA_ECORRUPT,
		    "backup_manifest lists \"%.300s\" where \"%.300s\" was "
		    "sent",
		    path, file->path);
	if (!json_is_integer(size) ||
	    (uint64_t)json_integer_value(size) != file->size)
		return error_set(err, WA_ECORRUPT,
		    "\"%.300s\" came with %" PRIu64
		    " bytes, but backup_manifest has another size",
		    path, file->size);
	if (strcmp(text_of(line, "Checksum-Algorithm"), "CRC32C") != 0 ||
	    strcmp(text_of(line, "Checksum"), crc) != 0)
		return error_set(err, WA_ECORRUPT,
		    "\"%.300s\" does not have the checksum that "
		    "backup_manifest has for it",
		    path);
	return 0;
}

/* A line of a file: { "Path": ... }, or { "Encoded-Path": ... }, */
static int
is_file(const char *line)
{
	return strncmp(line, "{ \"Path\":", 9) == 0 ||
	    strncmp(line, "{ \"Encoded-Path\":", 17) == 0;
}

static int
check_line(struct sent_files *sent, char *line, wa_error *err)
{
	size_t n = strcspn(line, "\n");
	char path[MOST_PATH];
	struct sent_file file;
	json_t *json;
	int rc;

	if (n > 0 && line[n - 1] == ',')
		n--;
	json = json_loadb(line, n, 0, NULL);
	if (json == NULL)
		return error_set(err, WA_ECORRUPT,
		    "backup_manifest has a line that cannot be read: %.200s",
		    line);
	read_path(path, sizeof(path), json);
	rc = next_listed(&file, sent, path, err);
	if (rc == 1)
		rc = compare(json, path, &file, err);
	else if (rc == 0)
		rc = error_set(err, WA_ECORRUPT,
		    "backup_manifest lists \"%.300s\", which was not sent",
		    path);
	json_decref(json);
	return rc;
}

/* The last line has the SHA-256 of all before it. */
static const char last_line[] = "\"Manifest-Checksum\": \"";

static int
check_last(const char *line, struct pg_checksum *sum, wa_error *err)
{
	const char *text = line + strlen(last_line);
	char own[2 * PG_CHECKSUM_SIZE + 1];
	struct pg_sum all;
	size_t n;
	int rc = pg_checksum_end(&all, sum, err);

	if (rc < 0)
		return rc;
	pg_sum_format(own, &all);
	n = strlen(own);
	if (strncmp(text, own, n) == 0 && strcmp(text + n, "\"}\n") == 0)
		return 0;
	return error_set(
	    err, WA_ECORRUPT, "backup_manifest fails its own checksum");
}

/* 1 behind the last line. */
static int
take_line(
    struct sent_files *sent, char *line, struct pg_checksum *sum, wa_error *err)
{
	int rc;

	if (strncmp(line, last_line, strlen(last_line)) == 0) {
		rc = check_last(line, sum, err);
		return rc < 0 ? rc : 1;
	}
	rc = pg_checksum_add(sum, line, strlen(line), err);
	if (rc == 0 && is_file(line))
		rc = check_line(sent, line, err);
	return rc;
}

static int
take_lines(struct sent_files *sent, FILE *manifest, struct pg_checksum *sum,
    wa_error *err)
{
	char *line = malloc(MOST_LINE);
	int rc = 0;

	if (line == NULL)
		return out_of_memory(err);
	while (rc == 0 && fgets(line, MOST_LINE, manifest) != NULL)
		rc = take_line(sent, line, sum, err);
	free(line);
	if (rc < 0)
		return rc;
	if (ferror(manifest))
		return error_system(err, "could not read backup_manifest");
	if (rc == 0 || fgetc(manifest) != EOF)
		return error_set(err, WA_ECORRUPT,
		    rc == 0 ? "backup_manifest is cut short" :
			      "backup_manifest goes on behind its end");
	return 0;
}

static int
check_lines(struct sent_files *sent, FILE *manifest, wa_error *err)
{
	struct pg_checksum *sum = NULL;
	int rc = pg_checksum_new(&sum, err);

	if (rc == 0)
		rc = pg_checksum_begin(sum, PG_SHA256, err);
	if (rc == 0)
		rc = take_lines(sent, manifest, sum, err);
	pg_checksum_free(sum);
	return rc;
}

int
sent_files_check(struct sent_files *sent, int fd, wa_error *err)
{
	int copy = dup(fd);
	FILE *manifest = copy < 0 ? NULL : fdopen(copy, "r");
	struct sent_file more;
	int rc;

	if (manifest == NULL) {
		if (copy >= 0)
			(void)close(copy);
		return error_system(err, "could not read backup_manifest");
	}
	if (fflush(sent->file) != 0 || fseeko(sent->file, 0, SEEK_SET) < 0)
		rc = error_system(err, "could not write a temporary file");
	else if (fseeko(manifest, 0, SEEK_SET) < 0)
		rc = error_system(err, "could not read backup_manifest");
	else
		rc = check_lines(sent, manifest, err);
	if (rc == 0 && (rc = next_listed(&more, sent, "", err)) == 1)
		rc = error_set(err, WA_ECORRUPT,
		    "\"%.300s\" was sent, but backup_manifest does not list "
		    "it",
		    more.path);
	(void)fclose(manifest);
	return rc;
}
