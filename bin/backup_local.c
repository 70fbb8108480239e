/* backup_local.c - the files of a data directory, into a set. */
#include "config.h"

#include "backup_local.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "owner.h"
#include "process.h"
#include "walk.h"

#define SECOND INT64_C(1000000000)
#define CONTROL "global/pg_control"
#define CONTROL_MAX 32768
#define TRIES 10

/* A file system's clock ticks every two seconds at the slowest (FAT): what was
 * changed within its last tick may change again without its time doing so. */
#define TICK (2 * SECOND)

static int64_t
nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * SECOND + t->tv_nsec;
}

static int64_t
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return nanoseconds(&t);
}

static void
fill_file(wa_set_file *out, const struct walk_entry *e)
{
	memset(out, 0, sizeof(*out));
	out->path = e->path;
	out->to = e->to;
	out->mode = (uint32_t)e->stat.st_mode & 07777;
	out->user = owner_user(e->stat.st_uid);
	out->group = owner_group(e->stat.st_gid);
	out->mtime = nanoseconds(&e->stat.st_mtim);
	out->kind = (int32_t)e->kind;
	if (out->kind != WA_FILE_REGULAR)
		return;
	out->size = (uint64_t)e->stat.st_size;
	out->inode = e->stat.st_ino;
	out->ctime = nanoseconds(&e->stat.st_ctim);
	if (out->ctime > now() - TICK)
		out->ctime = 0;
}

static struct backup_item *
make_item(
    const struct backup_local *l, const struct walk_entry *e, wa_error *err)
{
	struct backup_item *item;
	wa_set_file file;

	fill_file(&file, e);
	item = backup_item_new(
	    file.kind == WA_FILE_REGULAR ? BACKUP_READ : BACKUP_BARE, &file,
	    err);
	if (item == NULL)
		return NULL;
	if (asprintf(&item->source, "%s/%s", l->path, e->path) < 0) {
		item->source = NULL;
		backup_item_free(item);
		(void)out_of_memory(err);
		return NULL;
	}
	item->checked = l->cluster.checksums == 1 &&
	    wa_data_relation(e->path, &item->segment);
	return item;
}

/* Not touched since: neither its content nor its inode has changed. */
static int
is_untouched(const wa_set_file *file, const wa_set_file *known)
{
	return known->ctime != 0 && file->size == known->size &&
	    file->mtime == known->mtime && file->ctime == known->ctime &&
	    file->inode == known->inode;
}

/* A file that came over the network has its time in whole seconds. */
static int
has_time(const wa_set_file *known, const wa_set_file *file)
{
	return known->mtime == file->mtime ||
	    (known->ctime == 0 && known->mtime % SECOND == 0 &&
		known->mtime == file->mtime - file->mtime % SECOND);
}

/* Which of the known ones are worth a look at the file's content? */
static int
choose(wa_set_file *known, int count, const struct backup_local *l,
    const wa_set_file *file)
{
	int delta = (int)wa_config_number(l->config, "delta");
	int i, n = 0;

	for (i = 0; i < count; i++) {
		int begun =
		    l->begun != NULL && strcmp(known[i].in, l->begun) == 0;

		if (known[i].size != file->size)
			continue;
		if (delta || begun || !l->trust_times ||
		    has_time(&known[i], file))
			known[n++] = known[i];
	}
	return n;
}

static int
put_file(const struct backup_local *l, struct backup_check *check,
    const struct walk_entry *e, wa_error *err)
{
	struct backup_item *item = make_item(l, e, err);
	wa_set_file known[2];
	int n = 0;

	if (item == NULL)
		return WA_ENOMEM;
	if (item->way == BACKUP_READ && l->prior != NULL) {
		n = backup_prior_find(known, l->prior, e->path, err);
		if (n < 0) {
			backup_item_free(item);
			return n;
		}
	}
	if (n > 0 && l->trust_times && !wa_config_number(l->config, "delta") &&
	    is_untouched(&item->file, &known[0])) {
		item = backup_refer(item, &known[0], err);
		return item == NULL ?
		    WA_ENOMEM :
		    backup_check_put(check, item, NULL, 0, err);
	}
	return backup_check_put(
	    check, item, known, choose(known, n, l, &item->file), err);
}

static int
passed_over(const struct walk_entry *e)
{
	if (e->kind == WALK_SPECIAL)
		say(LEVEL_WARN,
		    "\"%s\" is neither file nor folder, and not in the backup",
		    e->path);
	if ((e->flags & WALK_DANGLING) != 0)
		say(LEVEL_WARN, "link \"%s\" leads nowhere", e->path);
	return e->kind == WALK_SPECIAL || strcmp(e->path, CONTROL) == 0;
}

/* A link whose content comes next, under the same path. */
static int
is_followed(const struct walk_entry *e)
{
	return e->kind == WALK_LINK &&
	    (e->flags & (WALK_DANGLING | WALK_INSIDE)) == 0;
}

static int
open_walk(struct walk **out, const struct backup_local *l, wa_error *err)
{
	uint32_t version = l->cluster.version;
	char catalog[24];

	if (version > 900)
		(void)snprintf(
		    catalog, sizeof(catalog), "PG_9.%u_", version - 900);
	else
		(void)snprintf(catalog, sizeof(catalog), "PG_%u_", version);
	return walk_open(out, l->path, version, catalog, WALK_BACKUP, err);
}

int
backup_local_files(
    const struct backup_local *local, struct backup_check *check, wa_error *err)
{
	char link[PATH_MAX] = "", from[PATH_MAX] = "";
	struct walk *walk = NULL;
	struct walk_entry entry;
	int rc = open_walk(&walk, local, err);

	while (rc == 0 && (rc = walk_next(&entry, walk, err)) == 1) {
		if (process_signal() != 0)
			rc = error_set(
			    err, WA_EINTERRUPTED, "interrupted by a signal");
		else if (is_followed(&entry)) {
			(void)snprintf(link, sizeof(link), "%s", entry.to);
			(void)snprintf(from, sizeof(from), "%s", entry.path);
			rc = 0;
		} else {
			if (strcmp(entry.path, from) == 0)
				entry.to = link;
			rc = passed_over(&entry) ?
			    0 :
			    put_file(local, check, &entry, err);
		}
	}
	walk_close(walk);
	return rc;
}

int
backup_local_measure(
    uint64_t *out, const struct backup_local *local, wa_error *err)
{
	struct walk *walk = NULL;
	struct walk_entry entry;
	uint64_t total = 0;
	int rc = open_walk(&walk, local, err);

	while (rc == 0 && (rc = walk_next(&entry, walk, err)) == 1) {
		total += entry.kind == WALK_REGULAR ?
		    (uint64_t)entry.stat.st_size :
		    0;
		rc = 0;
	}
	walk_close(walk);
	*out = total;
	return rc;
}

/* All of a small file, and how long it is; -1 with errno. */
static ssize_t
slurp(const char *path, char *buf, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, st) == 0)
		n = read(fd, buf, CONTROL_MAX);
	(void)close(fd);
	return n;
}

/* The server writes it while we read: twice the same, and its checksum right
 * in between, is whole. */
static ssize_t
read_control(const struct backup_local *l, const char *path, char *buf,
    struct stat *st, wa_error *err)
{
	char again[CONTROL_MAX];
	wa_cluster cluster;
	ssize_t n = 0;
	int i;

	for (i = 0; i < TRIES; i++) {
		n = slurp(path, buf, st);
		if (n < 0)
			return error_system(err, "could not read \"%s\"", path);
		if (wa_cluster_read(&cluster, l->path, err) == 0 &&
		    slurp(path, again, st) == n &&
		    memcmp(buf, again, (size_t)n) == 0)
			return n;
		(void)usleep(1000);
	}
	return error_set(err, WA_ECORRUPT,
	    "\"%s\" does not hold still, or is damaged", path);
}

static int
put_content(struct backup_flow *flow, const wa_set_file *file,
    const char *content, wa_error *err)
{
	struct backup_item *item = backup_item_content(file, content, err);

	return item == NULL ? WA_ENOMEM : backup_flow_put(flow, item, err);
}

int
backup_local_control(
    const struct backup_local *local, struct backup_flow *flow, wa_error *err)
{
	struct walk_entry entry = { .path = CONTROL, .kind = WALK_REGULAR };
	char path[4096], buf[CONTROL_MAX];
	wa_set_file file;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%s/" CONTROL, local->path);
	n = read_control(local, path, buf, &entry.stat, err);
	if (n < 0)
		return (int)n;
	entry.stat.st_size = n;
	fill_file(&file, &entry);
	file.ctime = 0;
	return put_content(flow, &file, buf, err);
}

int
backup_local_text(const struct backup_local *local, struct backup_flow *flow,
    const char *name, const char *text, wa_error *err)
{
	struct walk_entry entry = { .path = name, .kind = WALK_REGULAR };
	char path[4096];
	wa_set_file file;

	(void)snprintf(path, sizeof(path), "%s/PG_VERSION", local->path);
	if (stat(path, &entry.stat) < 0)
		return error_system(err, "could not stat \"%s\"", path);
	entry.stat.st_size = (off_t)strlen(text);
	fill_file(&file, &entry);
	file.ctime = 0;
	file.mtime = now();
	return put_content(flow, &file, text, err);
}
