/* marker.c - markers in their files: this struct as it is, without its words when
 * it has none. */
#include "config.h"

#include "marker.h"

#include <string.h>
#include <unistd.h>

#define MAGIC "walarch marker 0001"

struct stored {
	char magic[sizeof(MAGIC)]; /* of a length that needs no filling up */
	uint32_t check;            /* CRC-32C of what follows */
	struct marker marker;
};

#define WORDS offsetof(struct stored, marker.warning)

static int64_t
nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

void
file_identify(struct file_identity *out, const struct stat *st)
{
	out->device = st->st_dev;
	out->inode = st->st_ino;
	out->size = st->st_size;
	out->modified = nanoseconds(&st->st_mtim);
	out->changed = nanoseconds(&st->st_ctim);
}

int
file_is(const struct file_identity *a, const struct file_identity *b)
{
	return a->device == b->device && a->inode == b->inode &&
	    a->size == b->size && a->modified == b->modified &&
	    a->changed == b->changed;
}

static uint32_t
check_of(const struct stored *s, size_t size)
{
	return wa_crc32c(0, &s->marker, size - offsetof(struct stored, marker));
}

int
marker_write(int fd, const struct marker *marker)
{
	size_t size =
	    marker->warning[0] == '\0' ? WORDS : sizeof(struct stored);
	struct stored s;

	memset(&s, 0, sizeof(s));
	memcpy(s.magic, MAGIC, sizeof(MAGIC));
	s.marker = *marker;
	s.check = check_of(&s, size);
	if (ftruncate(fd, 0) < 0)
		return -1;
	return pwrite(fd, &s, size, 0) == (ssize_t)size ? 0 : -1;
}

/* Only what ends in time is a string. */
static int
is_whole(const struct marker *m)
{
	return memchr(m->name, 0, sizeof(m->name)) != NULL &&
	    memchr(m->repository_id, 0, sizeof(m->repository_id)) != NULL &&
	    memchr(m->xxh128, 0, sizeof(m->xxh128)) != NULL &&
	    memchr(m->boot, 0, sizeof(m->boot)) != NULL &&
	    memchr(m->warning, 0, sizeof(m->warning)) != NULL &&
	    memchr(m->hint, 0, sizeof(m->hint)) != NULL;
}

int
marker_read(struct marker *out, int fd)
{
	struct stored s;
	ssize_t n = pread(fd, &s, sizeof(s), 0);

	if ((n != (ssize_t)sizeof(s) && n != (ssize_t)WORDS) ||
	    memcmp(s.magic, MAGIC, sizeof(MAGIC)) != 0 ||
	    s.check != check_of(&s, (size_t)n))
		return -1;
	if (n == (ssize_t)WORDS)
		s.marker.warning[0] = s.marker.hint[0] = '\0';
	if (!is_whole(&s.marker))
		return -1;
	*out = s.marker;
	return 0;
}
