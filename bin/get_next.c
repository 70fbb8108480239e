/* get_next.c - get.next in the spool. */
#include "config.h"

#include "get_next.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "get.next"
#define NEW "get.next.new"

/* Not synced: it is worth nothing after a crash. */
int
get_next_write(const struct spool *spool, const char *name)
{
	size_t size = strlen(name);
	ssize_t n;
	int saved,
	    fd = openat(spool->folder, NEW,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK |
		    O_CLOEXEC,
		0600);

	if (fd < 0)
		return -1;
	errno = ENOSPC;
	n = write(fd, name, size);
	saved = errno;
	(void)close(fd);
	if (n == (ssize_t)size &&
	    renameat(spool->folder, NEW, spool->folder, NAME) == 0)
		return 0;
	if (n == (ssize_t)size)
		saved = errno;
	(void)unlinkat(spool->folder, NEW, 0);
	errno = saved;
	return -1;
}

static int
read_name(struct get_next *out, int fd)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -1;
	file_identify(&out->file, &st);
	n = read(fd, out->name, sizeof(out->name));
	if (n != (ssize_t)sizeof(out->name) - 1)
		return -1;
	out->name[n] = '\0';
	return wa_name_kind(out->name) == WA_SEGMENT ? 0 : -1;
}

int
get_next_read(struct get_next *next, const struct spool *spool)
{
	struct get_next now;
	int rc,
	    fd = openat(spool->folder, NAME,
		O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return 0;
	rc = read_name(&now, fd);
	(void)close(fd);
	if (rc < 0 || file_is(&now.file, &next->file))
		return 0;
	*next = now;
	return 1;
}
