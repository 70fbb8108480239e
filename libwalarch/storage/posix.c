/* posix.c - objects as files below one folder. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/newfile.h"
#include "base/sys.h"
#include "storage/posix_path.h"
#include "storage/storage.h"
#include "stream/file.h"

struct posix {
	wa_storage storage;
	int root;
	uid_t owner; /* of the root folder */
};

static int
root_of(wa_storage *s)
{
	return ((struct posix *)s)->root;
}

struct posix_writer {
	wa_writer writer;
	const wa_storage *storage;
	struct wa_path path;
	char name[256]; /* the path's: the key need not last as long */
	wa_newfile *file;
};

static int
posix_write(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	return wa_newfile_write(
	    ((struct posix_writer *)w)->file, buf, size, err);
}

static int
posix_rewrite(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	return wa_newfile_rewrite(
	    ((struct posix_writer *)w)->file, buf, size, err);
}

/* The folders' own names as well: one of them may be new, made just now or
 * by a process that died before it could do this. */
static int
posix_finish(wa_writer *w, wa_error *err)
{
	struct posix_writer *p = (struct posix_writer *)w;
	int rc = wa_newfile_publish(
	    p->file, p->storage->gate, p->storage->gate_arg, err);

	return rc < 0 ? rc : wa_path_sync_folders(&p->path, err);
}

static void
posix_writer_close(wa_writer *w)
{
	struct posix_writer *p = (struct posix_writer *)w;

	wa_newfile_close(p->file);
	wa_path_close(&p->path);
	wa_sys_free(p);
}

/* What root stores, the owner could not add to: archiving would stop. */
static int
check_user(const struct posix *p, wa_error *err)
{
	if (geteuid() != 0 || p->owner == 0)
		return 0;
	(void)wa_error_set(err, WA_EUSAGE,
	    "root must not store into a repository of user %u",
	    (unsigned)p->owner);
	wa_error_hint(err, "Run this as the user PostgreSQL runs as.");
	return WA_EUSAGE;
}

static int
posix_put(wa_writer **out, wa_storage *s, const char *key, wa_error *err)
{
	static const struct wa_writer_ops ops = { posix_write, posix_rewrite,
		posix_finish, posix_writer_close };
	struct posix_writer *p;
	int rc = check_user((struct posix *)s, err);

	if (rc < 0)
		return rc;
	p = wa_sys_malloc(sizeof(*p));
	if (p == NULL)
		return wa_error_memory(err);
	p->writer.ops = &ops;
	p->storage = s;
	rc = wa_path_open(&p->path, root_of(s), key, 1, err);
	if (rc < 0) {
		wa_sys_free(p);
		return rc;
	}
	rc = wa_newfile_open(
	    &p->file, wa_path_folder(&p->path), p->path.name, err);
	if (rc < 0) {
		wa_path_close(&p->path);
		wa_sys_free(p);
		return rc;
	}
	(void)snprintf(p->name, sizeof(p->name), "%s", p->path.name);
	p->path.name = p->name;
	*out = &p->writer;
	return 0;
}

static int
cannot_open(const char *key, wa_error *err)
{
	if (errno == ENOENT)
		return wa_error_set(err, WA_ENOENT, "there is no \"%s\"", key);
	return wa_error_system(err, errno, "could not open \"%s\"", key);
}

/* The object's file, which must be one; path stays open. */
static int
open_object(int *out, uint64_t *size, struct wa_path *path, const char *key,
    wa_error *err)
{
	struct stat st;
	int fd = wa_sys_openat(wa_path_folder(path), path->name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

	if (fd < 0)
		return cannot_open(key, err);
	if (wa_sys_fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		(void)wa_sys_close(fd);
		return wa_error_set(
		    err, WA_ESYSTEM, "\"%s\" is not a regular file", key);
	}
	*out = fd;
	*size = (uint64_t)st.st_size;
	return 0;
}

static int
posix_get(wa_reader **out, wa_storage *s, const char *key, wa_error *err)
{
	struct wa_path path;
	uint64_t size = 0;
	int fd = -1, rc;

	rc = wa_path_open(&path, root_of(s), key, 0, err);
	if (rc < 0)
		return rc;
	rc = open_object(&fd, &size, &path, key, err);
	wa_path_close(&path);
	if (rc == 0)
		rc = wa_file_reader(out, fd, err);
	if (rc == 0)
		(*out)->size = size;
	return rc;
}

struct posix_random {
	wa_random random;
	int fd;
};

static int64_t
posix_random_read(
    wa_random *r, void *buf, size_t size, uint64_t at, wa_error *err)
{
	int fd = ((struct posix_random *)r)->fd;
	uint8_t *p = buf;
	size_t got = 0;
	ssize_t n;

	do {
		n = wa_sys_pread(fd, p + got, size - got, (off_t)(at + got));
		if (n < 0)
			return wa_error_system(err, errno, "could not read it");
		got += (size_t)n;
	} while (n > 0 && got < size);
	return (int64_t)got;
}

static void
posix_random_close(wa_random *r)
{
	(void)wa_sys_close(((struct posix_random *)r)->fd);
	wa_sys_free(r);
}

static int
posix_open(wa_random **out, wa_storage *s, const char *key, wa_error *err)
{
	static const struct wa_random_ops ops = { posix_random_read,
		posix_random_close };
	struct posix_random *r = wa_sys_malloc(sizeof(*r));
	struct wa_path path;
	int rc;

	if (r == NULL)
		return wa_error_memory(err);
	r->random.ops = &ops;
	rc = wa_path_open(&path, root_of(s), key, 0, err);
	if (rc == 0) {
		rc = open_object(&r->fd, &r->random.size, &path, key, err);
		wa_path_close(&path);
	}
	if (rc < 0) {
		wa_sys_free(r);
		return rc;
	}
	*out = &r->random;
	return 0;
}

static int
posix_stat(uint64_t *size, wa_storage *s, const char *key, wa_error *err)
{
	struct wa_path path;
	struct stat st;
	int rc;

	rc = wa_path_open(&path, root_of(s), key, 0, err);
	if (rc < 0)
		return rc;
	if (wa_sys_fstatat(
		wa_path_folder(&path), path.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		rc = cannot_open(key, err);
	else
		*size = (uint64_t)st.st_size;
	wa_path_close(&path);
	return rc;
}

static int
is_passed_over(const char *name, unsigned flags)
{
	return name[0] == '.' &&
	    ((flags & WA_LIST_HIDDEN) == 0 || strcmp(name, ".") == 0 ||
		strcmp(name, "..") == 0);
}

static uint64_t
microseconds(const struct timespec *t)
{
	return t->tv_sec < 0 ?
	    0 :
	    (uint64_t)t->tv_sec * 1000000 + (uint64_t)t->tv_nsec / 1000;
}

static int
add_entry(wa_names *out, int dir, const struct dirent *entry, unsigned flags,
    wa_error *err)
{
	unsigned char type = entry->d_type;
	struct stat st = { 0 };
	char name[sizeof(entry->d_name) + 1];

	if (is_passed_over(entry->d_name, flags))
		return 0;
	if ((flags & (WA_LIST_SIZES | WA_LIST_TIMES)) != 0 ||
	    type == DT_UNKNOWN) {
		if (wa_sys_fstatat(
			dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return errno == ENOENT ?
			    0 :
			    wa_error_system(err, errno, "could not stat \"%s\"",
				entry->d_name);
		type = S_ISDIR(st.st_mode) ? DT_DIR : DT_REG;
	}
	(void)snprintf(name, sizeof(name), "%s%s", entry->d_name,
	    type == DT_DIR ? "/" : "");
	return wa_names_add(out, name,
	    (flags & WA_LIST_TIMES) != 0 ? microseconds(&st.st_mtim) :
					   (uint64_t)st.st_size,
	    err);
}

static int
read_folder(wa_names *out, DIR *dir, unsigned flags, wa_error *err)
{
	struct dirent *entry;
	int rc = 0;

	while (rc == 0 && (entry = wa_sys_readdir(dir)) != NULL)
		rc = add_entry(out, dirfd(dir), entry, flags, err);
	if (rc == 0 && errno != 0)
		rc = wa_error_system(err, errno, "could not read folder");
	return rc;
}

static int
posix_list(wa_names *out, wa_storage *s, const char *folder, unsigned flags,
    wa_error *err)
{
	struct wa_path path;
	DIR *dir;
	int fd, rc;

	rc = wa_path_open(&path, root_of(s), folder, 0, err);
	if (rc == WA_ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	fd = wa_sys_openat(
	    wa_path_folder(&path), ".", O_RDONLY | O_DIRECTORY, 0);
	dir = fd < 0 ? NULL : wa_sys_fdopendir(fd);
	if (dir == NULL)
		rc = wa_error_system(err, errno, "could not open folder");
	else
		rc = read_folder(out, dir, flags, err);
	wa_sys_closedir(dir);
	wa_path_close(&path);
	wa_names_sort(out);
	return rc < 0 ? wa_error_in(err, rc, "\"%s\"", folder) : 0;
}

static int
posix_settle(wa_storage *s, const char *key, wa_error *err)
{
	struct wa_path path;
	uint64_t size;
	int fd = -1, rc;

	rc = wa_path_open(&path, root_of(s), key, 0, err);
	if (rc < 0)
		return rc;
	rc = open_object(&fd, &size, &path, key, err);
	if (rc == 0 &&
	    (wa_sys_fsync(fd) < 0 || wa_sys_fsync(wa_path_folder(&path)) < 0))
		rc = wa_error_system(err, errno, "could not fsync \"%s\"", key);
	if (fd >= 0)
		(void)wa_sys_close(fd);
	if (rc == 0)
		rc = wa_path_sync_folders(&path, err);
	wa_path_close(&path);
	return rc;
}

static int
posix_age(int64_t *when, wa_storage *s, const char *key, wa_error *err)
{
	struct wa_path path;
	struct stat st;
	int rc;

	rc = wa_path_open(&path, root_of(s), key, 0, err);
	if (rc < 0)
		return rc;
	if (wa_sys_fstatat(
		wa_path_folder(&path), path.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		rc = cannot_open(key, err);
	else
		*when = (int64_t)st.st_mtim.tv_sec * 1000000 +
		    st.st_mtim.tv_nsec / 1000;
	wa_path_close(&path);
	return rc;
}

static int
unlink_object(uint64_t *freed, struct wa_path *path, const char *key,
    unsigned flags, wa_error *err)
{
	int folder = wa_path_folder(path);
	struct stat st;

	*freed = 0;
	if (wa_sys_fstatat(folder, path->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ?
		    0 :
		    wa_error_system(err, errno, "could not stat \"%s\"", key);
	if (wa_sys_unlinkat(folder, path->name, 0) < 0 && errno != ENOENT)
		return wa_error_system(
		    err, errno, "could not remove \"%s\"", key);
	*freed = (uint64_t)st.st_size;
	if ((flags & WA_REMOVE_NOW) != 0 && wa_sys_fsync(folder) < 0)
		return wa_error_system(
		    err, errno, "could not fsync the folder of \"%s\"", key);
	return 0;
}

static int
posix_remove(uint64_t *freed, wa_storage *s, const char *key, unsigned flags,
    wa_error *err)
{
	struct wa_path path;
	int rc = wa_path_open(&path, root_of(s), key, 0, err);

	if (rc == WA_ENOENT) {
		*freed = 0;
		return 0;
	}
	if (rc < 0)
		return rc;
	rc = unlink_object(freed, &path, key, flags, err);
	if (rc == 0)
		rc = wa_path_prune(&path, key, err);
	wa_path_close(&path);
	return rc;
}

/* The nearest folder there is decides whether one could be made in it. */
static int
posix_probe(wa_storage *s, const char *folder, wa_error *err)
{
	char key[512];
	struct wa_path path;
	wa_newfile *file;
	int rc = check_user((struct posix *)s, err);

	if (rc < 0)
		return rc;
	(void)snprintf(key, sizeof(key), "%s", folder);
	while (
	    (rc = wa_path_open(&path, root_of(s), key, 0, err)) == WA_ENOENT) {
		char *slash = strrchr(key, '/');

		*slash = '\0';
		slash = strrchr(key, '/');
		key[slash == NULL ? 0 : (size_t)(slash - key) + 1] = '\0';
	}
	if (rc < 0)
		return rc;
	rc = wa_newfile_open(&file, wa_path_folder(&path), "probe", err);
	if (rc == 0)
		wa_newfile_close(file);
	wa_path_close(&path);
	return rc;
}

static void
posix_close(wa_storage *s)
{
	(void)wa_sys_close(root_of(s));
	wa_sys_free(s);
}

int
wa_posix_open(wa_storage **out, const char *root, wa_error *err)
{
	static const struct wa_storage_ops ops = { posix_put, posix_get,
		posix_open, posix_stat, posix_list, posix_settle, posix_age,
		posix_remove, posix_probe, posix_close };
	struct posix *p = wa_sys_malloc(sizeof(*p));
	struct stat st;
	int rc;

	if (p == NULL)
		return wa_error_memory(err);
	p->storage.ops = &ops;
	p->storage.gate = NULL;
	p->root = wa_sys_openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0);
	if (p->root < 0) {
		wa_sys_free(p);
		return wa_error_system(
		    err, errno, "could not open repository \"%s\"", root);
	}
	if (wa_sys_fstat(p->root, &st) < 0) {
		rc = wa_error_system(
		    err, errno, "could not stat repository \"%s\"", root);
		posix_close(&p->storage);
		return rc;
	}
	p->owner = st.st_uid;
	*out = &p->storage;
	return 0;
}
