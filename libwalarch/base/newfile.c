/* newfile.c - write first, name last. */
#include "config.h"

#include "base/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/sys.h"

#define NAME_MAX_BYTES 255
#define MODE 0640 /* less the caller's umask */

struct wa_newfile {
	int dir; /* borrowed */
	int fd;
	char name[NAME_MAX_BYTES + 1];
	char temporary[NAME_MAX_BYTES + 1]; /* "" while it has none */
};

/* ".NAME.0123456789abcdef.tmp" */
static int
choose_temporary(wa_newfile *file, wa_error *err)
{
	unsigned char random[8];
	uint64_t number;

	if (wa_sys_getrandom(random, sizeof(random)) < 0)
		return wa_error_system(err, errno, "could not get randomness");
	memcpy(&number, random, sizeof(number));
	(void)snprintf(file->temporary, sizeof(file->temporary),
	    ".%.200s.%016llx.tmp", file->name, (unsigned long long)number);
	return 0;
}

/* For file systems without O_TMPFILE (NFS), and machines without /proc. */
static int
open_named(wa_newfile *file, wa_error *err)
{
	int rc = choose_temporary(file, err);

	if (rc < 0)
		return rc;
	file->fd = wa_sys_openat(file->dir, file->temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
	if (file->fd < 0) {
		rc = wa_error_system(
		    err, errno, "could not create \"%s\"", file->temporary);
		file->temporary[0] = '\0';
	}
	return rc;
}

static int
open_unnamed(wa_newfile *file, wa_error *err)
{
	struct stat st;

	if (wa_sys_fstatat(AT_FDCWD, "/proc/self/fd", &st, 0) == 0)
		file->fd =
		    wa_sys_openat(file->dir, ".", O_WRONLY | O_TMPFILE, MODE);
	else
		errno = EOPNOTSUPP;
	if (file->fd >= 0)
		return 0;
	if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
		return open_named(file, err);
	return wa_error_system(
	    err, errno, "could not create \"%s\"", file->name);
}

int
wa_newfile_open(wa_newfile **out, int dir, const char *name, wa_error *err)
{
	wa_newfile *file = wa_sys_malloc(sizeof(*file));
	int rc;

	if (file == NULL)
		return wa_error_memory(err);
	file->dir = dir;
	file->fd = -1;
	file->temporary[0] = '\0';
	(void)snprintf(file->name, sizeof(file->name), "%s", name);
	rc = open_unnamed(file, err);
	if (rc < 0) {
		wa_sys_free(file);
		return rc;
	}
	*out = file;
	return 0;
}

int
wa_newfile_reserve(wa_newfile *file, uint64_t size, wa_error *err)
{
	if (size == 0 || wa_sys_fallocate(file->fd, size) == 0 ||
	    errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)
		return 0;
	return wa_error_system(
	    err, errno, "could not write \"%s\"", file->name);
}

int
wa_newfile_write(wa_newfile *file, const void *buf, size_t size, wa_error *err)
{
	if (wa_file_write(file->fd, buf, size) < 0)
		return wa_error_system(
		    err, errno, "could not write \"%s\"", file->name);
	return 0;
}

int
wa_newfile_rewrite(
    wa_newfile *file, const void *buf, size_t size, wa_error *err)
{
	if (wa_file_write_at(file->fd, buf, size, 0) < 0)
		return wa_error_system(
		    err, errno, "could not write \"%s\"", file->name);
	return 0;
}

/*
 * link(2) onto name.  Over NFS the answer to a link that was made may be lost
 * and the second try fail: then the file has two names already.
 */
static int
link_as(const wa_newfile *file, const char *name)
{
	char path[40];
	struct stat st;
	int rc, errnum;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	if (file->temporary[0] != '\0')
		rc = wa_sys_linkat(
		    file->dir, file->temporary, file->dir, name, 0);
	else
		rc = wa_sys_linkat(
		    AT_FDCWD, path, file->dir, name, AT_SYMLINK_FOLLOW);
	if (rc == 0 || file->temporary[0] == '\0')
		return rc;
	errnum = errno;
	if (wa_sys_fstat(file->fd, &st) == 0 && st.st_nlink == 2)
		return 0;
	errno = errnum;
	return -1;
}

static int
cannot_name(const wa_newfile *file, wa_error *err)
{
	if (errno == EEXIST)
		return wa_error_set(
		    err, WA_EEXIST, "\"%s\" exists", file->name);
	return wa_error_system(
	    err, errno, "could not create \"%s\"", file->name);
}

static void
drop_temporary(wa_newfile *file)
{
	if (file->temporary[0] != '\0')
		(void)wa_sys_unlinkat(file->dir, file->temporary, 0);
	file->temporary[0] = '\0';
}

/* A quota or a remote disk may speak up only now. */
static int
close_file(wa_newfile *file, wa_error *err)
{
	int rc = wa_sys_close(file->fd);

	file->fd = -1;
	return rc == 0 ?
	    0 :
	    wa_error_system(err, errno, "could not close \"%s\"", file->name);
}

int
wa_newfile_publish(wa_newfile *file, wa_gate *gate, void *arg, wa_error *err)
{
	int rc;

	/* The content first: a name must never precede its bytes.  After a
	 * failed fsync the pages may be gone although a second one succeeds,
	 * so there is none: the file is given up. */
	if (wa_sys_fsync(file->fd) < 0)
		return wa_error_system(
		    err, errno, "could not fsync \"%s\"", file->name);
	rc = gate == NULL ? 0 : gate(arg, err);
	if (rc < 0)
		return rc;
	if (link_as(file, file->name) < 0)
		return cannot_name(file, err);
	drop_temporary(file);
	if (wa_sys_fsync(file->dir) < 0)
		return wa_error_system(err, errno,
		    "could not fsync the folder of \"%s\"", file->name);
	return close_file(file, err);
}

int
wa_newfile_old(
    struct wa_newfile_old *out, int dir, const char *name, wa_error *err)
{
	struct stat st;

	out->device = out->inode = 0;
	if (wa_sys_fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT)
			return 0;
		return wa_error_system(
		    err, errno, "could not stat \"%s\"", name);
	}
	if (!S_ISREG(st.st_mode))
		return wa_error_set(err, WA_EUSAGE,
		    "\"%s\" exists and is not a regular file", name);
	out->device = st.st_dev;
	out->inode = st.st_ino;
	return 0;
}

/* A second name first, for rename(2) replaces and link(2) does not. */
static int
rename_over(wa_newfile *file, const struct wa_newfile_old *old, wa_error *err)
{
	struct wa_newfile_old now;
	int rc;

	rc = wa_newfile_old(&now, file->dir, file->name, err);
	if (rc < 0)
		return rc;
	if (now.inode != 0 &&
	    (now.device != old->device || now.inode != old->inode)) {
		errno = EEXIST;
		return cannot_name(file, err);
	}
	if (file->temporary[0] == '\0') {
		wa_newfile named = *file;

		rc = choose_temporary(file, err);
		if (rc < 0)
			return rc;
		if (link_as(&named, file->temporary) < 0) {
			file->temporary[0] = '\0';
			return cannot_name(file, err);
		}
	}
	if (wa_sys_renameat(file->dir, file->temporary, file->dir, file->name) <
	    0)
		return wa_error_system(
		    err, errno, "could not rename to \"%s\"", file->name);
	file->temporary[0] = '\0';
	return 0;
}

int
wa_newfile_replace(
    wa_newfile *file, const struct wa_newfile_old *old, wa_error *err)
{
	int rc = 0;

	if (old->inode != 0)
		rc = rename_over(file, old, err);
	else if (link_as(file, file->name) < 0)
		rc = cannot_name(file, err);
	else
		drop_temporary(file);
	return rc < 0 ? rc : close_file(file, err);
}

void
wa_newfile_close(wa_newfile *file)
{
	if (file == NULL)
		return;
	drop_temporary(file);
	if (file->fd >= 0)
		(void)wa_sys_close(file->fd);
	wa_sys_free(file);
}
