/* failure.c - SIDE.error in the spool: the text, and the hint on a line of its
 * own. */
#include "config.h"

#include "failure.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *
file_of(const struct spool *spool)
{
	return spool->side == SPOOL_PUSH ? "push.error" : "get.error";
}

void
failure_keep(const struct spool *spool, const wa_error *err)
{
	char text[sizeof(err->text) + sizeof(err->hint) + 2];
	char new[32];
	int fd, n;

	(void)snprintf(
	    new, sizeof(new), "%s.%ld", file_of(spool), (long)getpid());
	fd = openat(spool->folder, new,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	    0600);
	if (fd < 0)
		return;
	n = snprintf(text, sizeof(text), "%s\n%s\n", err->text, err->hint);
	if (write(fd, text, (size_t)n) != n ||
	    renameat(spool->folder, new, spool->folder, file_of(spool)) < 0)
		(void)unlinkat(spool->folder, new, 0);
	(void)close(fd);
}

void
failure_forget(const struct spool *spool)
{
	(void)unlinkat(spool->folder, file_of(spool), 0);
}

/* The first line of text, as much as there is room for. */
static void
copy(char *to, size_t size, const char *text)
{
	size_t n = strcspn(text, "\n");

	n = n < size ? n : size - 1;
	memcpy(to, text, n);
	to[n] = '\0';
}

int
failure_read(wa_error *out, int64_t *at, const struct spool *spool)
{
	char text[sizeof(out->text) + sizeof(out->hint)], *line;
	struct stat st;
	ssize_t n;
	int fd = openat(spool->folder, file_of(spool),
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return 1;
	n = fstat(fd, &st) < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0)
		return 1;
	text[n] = '\0';
	line = strchr(text, '\n');
	if (line != NULL)
		*line++ = '\0';
	memset(out, 0, sizeof(*out));
	copy(out->text, sizeof(out->text), text);
	copy(out->hint, sizeof(out->hint), line == NULL ? "" : line);
	*at = (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
	return 0;
}
