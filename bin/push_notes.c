/*
 * push_notes.c - notes of dropped WAL that wait for the repository.
 *
 * A line each: NAME WHEN WAITING LIMIT CRC, the numbers in decimal, and the
 * CRC-32C of what stands before it.  A note that is written twice is one note,
 * so that whoever dies here leaves nothing that matters.
 */
#include "config.h"

#include "push_notes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "process.h"

#define NOTES "push.dropped"
#define LINE_SIZE 200

/* The file, locked; -1 and errno. */
static int
open_notes(const struct spool *spool, int flags)
{
	int fd = openat(spool->folder, NOTES,
	    O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | flags, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX) < 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static off_t
size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? -1 : st.st_size;
}

/* The folder's own name, and those of the folders it is in: the spool's, the
 * stanza's and the data directory's. */
static int
sync_folders(int folder)
{
	int at = dup(folder), up, i;

	for (i = 0; at >= 0 && i < 4; i++) {
		up = fsync(at) < 0 ?
		    -1 :
		    openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		(void)close(at);
		at = up;
	}
	if (at >= 0)
		(void)close(at);
	return at < 0 ? -1 : 0;
}

static size_t
format_note(char line[LINE_SIZE], const wa_drop *drop)
{
	int n = snprintf(line, LINE_SIZE, "%s %" PRId64 " %" PRIu64 " %" PRIu64,
	    drop->name, drop->when, drop->waiting, drop->limit);

	n += snprintf(line + n, LINE_SIZE - (size_t)n, " %08" PRIx32 "\n",
	    wa_crc32c(0, line, (size_t)n));
	return (size_t)n;
}

/* Behind a line that was cut off a new one begins. */
static int
append(int fd, const char *line, size_t n)
{
	off_t size = size_of(fd);
	char last = '\n';

	if (size < 0 || (size > 0 && pread(fd, &last, 1, size - 1) != 1))
		return -1;
	if (last != '\n' && write(fd, "\n", 1) != 1)
		return -1;
	if (write(fd, line, n) != (ssize_t)n)
		return -1;
	return fsync(fd);
}

int
notes_keep(const struct spool *spool, const wa_drop *drop)
{
	char line[LINE_SIZE];
	size_t n = format_note(line, drop);
	int fd = open_notes(spool, O_CREAT), rc, saved;

	if (fd < 0)
		return -1;
	rc = append(fd, line, n);
	if (rc == 0)
		rc = sync_folders(spool->folder);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return rc;
}

int
notes_wait(const struct spool *spool)
{
	struct stat st;

	return fstatat(spool->folder, NOTES, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_size > 0;
}

static int
parse_note(wa_drop *out, const char *line)
{
	const char *sum = strrchr(line, ' ');
	uint32_t crc;

	memset(out, 0, sizeof(*out));
	return sum != NULL && sscanf(sum, " %8" SCNx32, &crc) == 1 &&
		crc == wa_crc32c(0, line, (size_t)(sum - line)) &&
		sscanf(line, "%63s %" SCNd64 " %" SCNu64 " %" SCNu64, out->name,
		    &out->when, &out->waiting, &out->limit) == 4 ?
	    0 :
	    -1;
}

/* All of it, with a NUL behind; NULL and errno. */
static char *
read_all(int fd, off_t size)
{
	char *text = malloc((size_t)size + 1);
	ssize_t n = text == NULL ? -1 : pread(fd, text, (size_t)size, 0);

	if (n != (ssize_t)size) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	return text;
}

/* What waits, or NULL: nothing does (*rc is 0), or it cannot be read. */
static char *
load(const struct spool *spool, int *rc, wa_error *err)
{
	int fd = open_notes(spool, 0);
	off_t size = fd < 0 ? -1 : size_of(fd);
	char *text = NULL;

	*rc = 0;
	if (size > 0)
		text = read_all(fd, size);
	if ((fd < 0 && errno != ENOENT) || (fd >= 0 && size < 0) ||
	    (size > 0 && text == NULL))
		*rc = error_system(
		    err, "could not read \"%s/%s\"", spool->path, NOTES);
	if (fd >= 0)
		(void)close(fd);
	return text;
}

/* What was written goes, unless others have added to it, or were here before:
 * then the next one writes it again. */
static void
forget(const struct spool *spool, const char *written)
{
	int fd = open_notes(spool, 0);
	off_t n = (off_t)strlen(written);
	char *text = NULL;

	if (fd < 0)
		return;
	if (size_of(fd) == n)
		text = read_all(fd, n);
	if (text != NULL && strcmp(text, written) == 0 && ftruncate(fd, 0) == 0)
		(void)fsync(fd);
	free(text);
	(void)close(fd);
}

static int
write_note(
    const struct spool *spool, const char *line, wa_repo *repo, wa_error *err)
{
	wa_drop drop;
	int rc;

	if (parse_note(&drop, line) < 0) {
		say(LEVEL_WARN,
		    "a note of dropped WAL in \"%s/%s\" cannot be read: "
		    "\"%.100s\"",
		    spool->path, NOTES, line);
		return 0;
	}
	drop.system_id = spool->system_id;
	rc = wa_wal_drop(repo, &drop, err);
	return rc < 0 ? rc : 0;
}

int
notes_write(const struct spool *spool, wa_repo *repo, wa_error *err)
{
	char *text, *copy, *line, *rest;
	int rc = 0;

	text = load(spool, &rc, err);
	if (text == NULL)
		return rc;
	copy = rest = strdup(text);
	if (copy == NULL)
		rc = out_of_memory(err);
	while (rc == 0 && (line = strsep(&rest, "\n")) != NULL) {
		if (line[0] != '\0')
			rc = write_note(spool, line, repo, err);
		if (rc == 0 && process_signal() != 0)
			rc = error_set(err, WA_EINTERRUPTED, "interrupted");
	}
	if (rc == 0)
		forget(spool, text);
	free(copy);
	free(text);
	return rc;
}
