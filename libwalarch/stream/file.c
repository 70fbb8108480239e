/* file.c - files as the beginning of a chain. */
#include "config.h"

#include "stream/file.h"

#include <errno.h>

#include "base/error.h"
#include "base/sys.h"

struct file_reader {
	wa_reader reader;
	int fd;
};

static int64_t
file_read(wa_reader *r, void *buf, size_t size, wa_error *err)
{
	ssize_t n = wa_sys_read(((struct file_reader *)r)->fd, buf, size);

	return n < 0 ? wa_error_system(err, errno, "could not read it") : n;
}

static void
file_close(wa_reader *r)
{
	(void)wa_sys_close(((struct file_reader *)r)->fd);
	wa_sys_free(r);
}

int
wa_file_reader(wa_reader **out, int fd, wa_error *err)
{
	static const struct wa_reader_ops ops = { file_read, file_close };
	struct file_reader *f = wa_sys_malloc(sizeof(*f));

	if (f == NULL) {
		(void)wa_sys_close(fd);
		return wa_error_memory(err);
	}
	f->reader.ops = &ops;
	f->fd = fd;
	*out = &f->reader;
	return 0;
}
