/* plain_place.c - a folder that appears whole or not at all. */
#include "config.h"

#include "plain_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "process.h"

#define DAY 86400
#define TIME_SIZE 20 /* "2026-11-21-03-15-00", NUL */
#define TRIES 100    /* names taken by others while we look for one */

struct plain_place {
	char base[PATH_MAX];
	int base_fd;
	char folder[48]; /* its name while it is made; "" when it has its own */
	int fd;
	time_t begun;
	char path[PATH_MAX + TIME_SIZE];
};

static void
format_time(char buf[TIME_SIZE], time_t when)
{
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL ||
	    strftime(buf, TIME_SIZE, "%Y-%m-%d-%H-%M-%S", &tm) == 0)
		(void)strcpy(buf, "0000-00-00-00-00-00");
}

/* Does name look like text, where "0" there is any hexadecimal digit? */
static int
looks_like(const char *name, const char *text)
{
	for (; *text != '\0'; name++, text++)
		if (*text == '0' ? strchr("0123456789abcdef", *name) == NULL ||
			    *name == '\0' :
				   *name != *text)
			return 0;
	return *name == '\0';
}

static int
is_unfinished(const char *name)
{
	return looks_like(name, ".0000-00-00-00-00-00.tmp.00000000");
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static int
remove_tree(const char *base, const char *name)
{
	char path[PATH_MAX + 64];

	(void)snprintf(path, sizeof(path), "%s/%s", base, name);
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Left by a run that is dead, and for a day. */
static int
is_left(const struct plain_place *p, const char *name)
{
	struct stat st;
	int fd, left;

	if (!is_unfinished(name))
		return 0;
	fd = openat(
	    p->base_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return 0;
	left = fstat(fd, &st) == 0 && p->begun - st.st_mtime > DAY &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0;
	(void)close(fd);
	return left;
}

static void
sweep(const struct plain_place *p)
{
	int fd = openat(p->base_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (dir == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (!is_left(p, entry->d_name))
			continue;
		if (remove_tree(p->base, entry->d_name) == 0)
			say(LEVEL_INFO,
			    "removed \"%s/%s\", which an interrupted backup "
			    "had left",
			    p->base, entry->d_name);
		else
			say(LEVEL_WARN, "could not remove \"%s/%s\": %s",
			    p->base, entry->d_name, strerror(errno));
	}
	(void)closedir(dir);
}

/* As it was given, when that holds from everywhere. */
static int
name_base(struct plain_place *p, const char *base)
{
	size_t n = strlen(base);

	if (base[0] != '/')
		return realpath(base, p->base) == NULL ? -1 : 0;
	while (n > 1 && base[n - 1] == '/')
		n--;
	if (n >= sizeof(p->base)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(p->base, base, n);
	p->base[n] = '\0';
	return 0;
}

static int
open_base(struct plain_place *p, const char *base, wa_error *err)
{
	if (mkdir(base, 0700) < 0 && errno != EEXIST)
		return error_system(
		    err, "could not create directory \"%s\"", base);
	if (name_base(p, base) < 0)
		return error_system(
		    err, "could not open directory \"%s\"", base);
	p->base_fd = open(p->base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->base_fd < 0)
		return error_system(
		    err, "could not open directory \"%s\"", base);
	return 0;
}

static int
make_folder(struct plain_place *p, wa_error *err)
{
	char when[TIME_SIZE];
	uint32_t salt;

	format_time(when, p->begun);
	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		salt = (uint32_t)getpid();
	(void)snprintf(
	    p->folder, sizeof(p->folder), ".%s.tmp.%08x", when, salt);
	if (mkdirat(p->base_fd, p->folder, 0700) < 0) {
		p->folder[0] = '\0';
		return error_system(
		    err, "could not create a directory in \"%s\"", p->base);
	}
	p->fd = openat(p->base_fd, p->folder,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (p->fd < 0)
		return error_system(err, "could not open directory \"%s/%s\"",
		    p->base, p->folder);
	(void)flock(p->fd, LOCK_EX | LOCK_NB);
	return 0;
}

int
plain_place_open(struct plain_place **out, const char *base, wa_error *err)
{
	struct plain_place *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return out_of_memory(err);
	p->base_fd = p->fd = -1;
	p->begun = time(NULL);
	rc = open_base(p, base, err);
	if (rc == 0) {
		sweep(p);
		rc = make_folder(p, err);
	}
	if (rc == 0)
		*out = p;
	else
		plain_place_close(p);
	return rc;
}

int
plain_place_folder(const struct plain_place *place)
{
	return place->fd;
}

/*
 * 0, or -1 and errno; EEXIST: the name is taken.  Where the file system
 * cannot refuse to replace, an empty folder holds the name: a folder may be
 * renamed onto an empty one, and mkdir(2) takes a name once.
 */
static int
take_name(const struct plain_place *p, const char *name)
{
	int rc = renameat2(
	    p->base_fd, p->folder, p->base_fd, name, RENAME_NOREPLACE);

	if (rc == 0 || (errno != EINVAL && errno != ENOSYS))
		return rc;
	if (mkdirat(p->base_fd, name, 0700) < 0)
		return -1;
	rc = renameat(p->base_fd, p->folder, p->base_fd, name);
	if (rc < 0) {
		int number = errno;

		(void)unlinkat(p->base_fd, name, AT_REMOVEDIR);
		errno = number;
	}
	return rc;
}

/* It was synced before it is named, and the name is synced behind it. */
static int
name_it(struct plain_place *p, wa_error *err)
{
	char name[TIME_SIZE];
	time_t when = p->begun;
	int rc, tries = 0;

	do {
		format_time(name, when++);
		rc = take_name(p, name);
	} while (rc < 0 && (errno == EEXIST || errno == ENOTEMPTY) &&
	    ++tries < TRIES && process_signal() == 0);
	if (rc < 0)
		return error_system(err, "could not rename \"%s/%s\" to \"%s\"",
		    p->base, p->folder, name);
	(void)strcpy(p->folder, name);
	if (fsync(p->base_fd) < 0)
		return error_system(
		    err, "could not sync directory \"%s\"", p->base);
	p->folder[0] = '\0';
	(void)snprintf(p->path, sizeof(p->path), "%s/%s", p->base, name);
	return 0;
}

int
plain_place_publish(
    const char **path, struct plain_place *place, int group, wa_error *err)
{
	int rc;

	if (group && fchmod(place->fd, 0750) < 0)
		return error_system(
		    err, "could not change the mode of \"%s\"", place->folder);
	if (syncfs(place->fd) < 0)
		return error_system(err, "could not sync the backup");
	if (process_signal() != 0)
		return error_set(
		    err, WA_EINTERRUPTED, "the backup was interrupted");
	rc = name_it(place, err);
	if (rc == 0)
		*path = place->path;
	return rc;
}

void
plain_place_close(struct plain_place *place)
{
	if (place == NULL)
		return;
	if (place->folder[0] != '\0' &&
	    remove_tree(place->base, place->folder) < 0)
		say(LEVEL_WARN, "could not remove \"%s/%s\": %s", place->base,
		    place->folder, strerror(errno));
	if (place->fd >= 0)
		(void)close(place->fd);
	if (place->base_fd >= 0)
		(void)close(place->base_fd);
	free(place);
}
