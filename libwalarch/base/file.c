/* file.c - reads and writes that do not stop half way. */
#include "config.h"

#include "base/file.h"

#include <errno.h>

#include "base/error.h"
#include "base/sys.h"

int64_t
wa_file_fill(int fd, void *buf, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = wa_sys_read(fd, (char *)buf + done, size - done);

		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (int64_t)done;
}

int
wa_file_write(int fd, const void *buf, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n =
		    wa_sys_write(fd, (const char *)buf + done, size - done);

		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

int
wa_file_write_at(int fd, const void *buf, size_t size, uint64_t offset)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = wa_sys_pwrite(fd, (const char *)buf + done,
		    size - done, (off_t)(offset + done));

		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

int
wa_file_read_all(char **out, size_t *size, int fd, size_t max, wa_error *err)
{
	char *text = NULL;
	size_t used = 0, room = 0;

	for (;;) {
		int64_t n;

		if (used + 1 >= room) {
			char *more = wa_sys_realloc(
			    text, room = room == 0 ? 4096 : room * 2);

			if (more == NULL) {
				wa_sys_free(text);
				return wa_error_memory(err);
			}
			text = more;
		}
		n = wa_file_fill(fd, text + used, room - used - 1);
		if (n < 0 || used + (size_t)n > max) {
			int errnum = errno;

			wa_sys_free(text);
			return n < 0 ?
			    wa_error_system(err, errnum, "could not read it") :
			    wa_error_set(err, WA_ECORRUPT,
				"it is larger than %zu bytes", max);
		}
		used += (size_t)n;
		if (used + 1 < room)
			break;
	}
	text[used] = '\0';
	*out = text;
	*size = used;
	return 0;
}
