/* posix_path.c - walk down to a key's folder. */
#include "config.h"

#include "storage/posix_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"

#define MODE 0750 /* less the caller's umask */

static int
step(int dir, const char *part, int make)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
	int fd = wa_sys_openat(dir, part, flags, 0);

	if (fd >= 0 || errno != ENOENT || !make)
		return fd;
	if (wa_sys_mkdirat(dir, part, MODE) < 0 && errno != EEXIST)
		return -1;
	return wa_sys_openat(dir, part, flags, 0);
}

static int
cannot_step(const char *key, size_t length, wa_error *err)
{
	if (errno == ENOENT)
		return wa_error_set(
		    err, WA_ENOENT, "there is no \"%.*s\"", (int)length, key);
	if (errno == ELOOP || errno == ENOTDIR)
		return wa_error_set(err, WA_ESYSTEM,
		    "\"%.*s\" in the repository is not a folder", (int)length,
		    key);
	return wa_error_system(
	    err, errno, "could not open folder \"%.*s\"", (int)length, key);
}

int
wa_path_open(
    struct wa_path *out, int root, const char *key, int make, wa_error *err)
{
	const char *p = key, *slash;
	char part[256];
	int fd, rc;

	out->fds[0] = root;
	out->count = 1;
	while ((slash = strchr(p, '/')) != NULL) {
		if (out->count > WA_KEY_DEPTH ||
		    (size_t)(slash - p) >= sizeof(part)) {
			wa_path_close(out);
			return wa_error_set(
			    err, WA_EUSAGE, "\"%s\" is no key", key);
		}
		memcpy(part, p, (size_t)(slash - p));
		part[slash - p] = '\0';
		fd = step(wa_path_folder(out), part, make);
		if (fd < 0) {
			rc = cannot_step(key, (size_t)(slash - key), err);
			wa_path_close(out);
			return rc;
		}
		out->fds[out->count++] = fd;
		p = slash + 1;
	}
	out->name = p;
	return 0;
}

int
wa_path_folder(const struct wa_path *path)
{
	return path->fds[path->count - 1];
}

int
wa_path_sync_folders(const struct wa_path *path, wa_error *err)
{
	int i;

	for (i = path->count - 2; i >= 0; i--)
		if (wa_sys_fsync(path->fds[i]) < 0)
			return wa_error_system(err, errno,
			    "could not fsync a folder of \"%s\"", path->name);
	return 0;
}

int
wa_path_prune(const struct wa_path *path, const char *key, wa_error *err)
{
	const char *end = path->name - 1, *begin = end;
	char part[256];

	if (path->count < 3)
		return 0;
	while (begin > key && begin[-1] != '/')
		begin--;
	(void)snprintf(part, sizeof(part), "%.*s", (int)(end - begin), begin);
	if (wa_sys_unlinkat(path->fds[path->count - 2], part, AT_REMOVEDIR) <
		0 &&
	    errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT)
		return wa_error_system(err, errno,
		    "could not remove folder \"%.*s\"", (int)(end - key), key);
	return 0;
}

void
wa_path_close(struct wa_path *path)
{
	while (path->count > 1)
		(void)wa_sys_close(path->fds[--path->count]);
}
