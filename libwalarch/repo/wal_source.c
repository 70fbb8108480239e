/* wal_source.c - read the file that is pushed. */
#include "config.h"

#include "repo/wal_source.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/sys.h"

int
wa_source_open(struct wa_source *out, const char *path, wa_error *err)
{
	int rc = 0;

	out->path = path;
	out->fd = wa_sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	if (out->fd < 0) {
		rc = wa_error_system(
		    err, errno, "could not open file \"%s\"", path);
		if (errno == ENOENT)
			wa_error_hint(err,
			    "archive_command passes the path, "
			    "%%p, not the name, %%f.");
		return rc;
	}
	if (wa_sys_fstat(out->fd, &out->st) < 0)
		rc = wa_error_system(
		    err, errno, "could not stat file \"%s\"", path);
	else if (!S_ISREG(out->st.st_mode))
		rc = wa_error_set(
		    err, WA_EUSAGE, "\"%s\" is not a regular file", path);
	if (rc < 0) {
		wa_source_close(out);
		return rc;
	}
	out->size = (uint64_t)out->st.st_size;
	return 0;
}

int64_t
wa_source_read(struct wa_source *s, void *buf, size_t size, wa_error *err)
{
	int64_t n = wa_file_fill(s->fd, buf, size);

	return n < 0 ?
	    wa_error_system(err, errno, "could not read file \"%s\"", s->path) :
	    n;
}

int
wa_source_rewind(struct wa_source *s, wa_error *err)
{
	if (wa_sys_lseek(s->fd, 0, SEEK_SET) < 0)
		return wa_error_system(
		    err, errno, "could not read file \"%s\" again", s->path);
	return 0;
}

int
wa_source_reread(struct wa_source *s, wa_error *err)
{
	(void)wa_sys_forget(s->fd);
	return wa_source_rewind(s, err);
}

int
wa_source_unchanged(const struct wa_source *s, wa_error *err)
{
	struct stat now, named;
	const struct stat *was = &s->st;

	if (wa_sys_fstat(s->fd, &now) < 0 ||
	    wa_sys_fstatat(AT_FDCWD, s->path, &named, 0) < 0)
		return wa_error_system(
		    err, errno, "could not stat file \"%s\" again", s->path);
	if (now.st_size != was->st_size ||
	    now.st_mtim.tv_sec != was->st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != was->st_mtim.tv_nsec ||
	    now.st_ctim.tv_sec != was->st_ctim.tv_sec ||
	    now.st_ctim.tv_nsec != was->st_ctim.tv_nsec ||
	    named.st_dev != was->st_dev || named.st_ino != was->st_ino)
		return wa_error_set(err, WA_ETRYAGAIN,
		    "file \"%s\" changed while it was read", s->path);
	return 0;
}

void
wa_source_close(struct wa_source *s)
{
	if (s->fd >= 0)
		(void)wa_sys_close(s->fd);
	s->fd = -1;
}
