/* ready.c - archive_status/NAME.ready, and the WAL no one has asked for yet. */
#include "config.h"

#include "ready.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "ready_names.h"

#define FAILED 1
#define PATH_SIZE 4096

struct cluster {
	const char *wal; /* PGDATA/pg_wal */
	const wa_cluster *facts;
	ready_push_file *push;
	void *arg;
	int count;
};

/* folder/name, and an ending; too long a path is one nobody has. */
static void
join(char path[PATH_SIZE], const char *folder, const char *name,
    const char *ending)
{
	if (snprintf(path, PATH_SIZE, "%s/%s%s", folder, name, ending) >=
	    PATH_SIZE)
		path[0] = '\0';
}

static int
is_segment(const struct dirent *entry)
{
	return wa_name_kind(entry->d_name) == WA_SEGMENT;
}

static int
push_as(struct cluster *c, const char *file, const char *name)
{
	char path[PATH_SIZE];

	join(path, c->wal, file, "");
	c->count++;
	return c->push(c->arg, path, name);
}

static int
push_ready(struct cluster *c)
{
	struct ready_names ready;
	int status = 0;
	size_t i;

	if (ready_names_read(&ready, c->wal) < 0) {
		say(LEVEL_ERROR,
		    "could not read folder \"%s/archive_status\": %s", c->wal,
		    strerror(errno));
		return FAILED;
	}
	for (i = 0; i < ready.count; i++)
		status |= push_as(
		    c, ready.entries[i]->d_name, ready.entries[i]->d_name);
	ready_names_free(&ready);
	return status;
}

static int
has_status(const struct cluster *c, const char *name)
{
	char folder[PATH_SIZE], path[PATH_SIZE];

	join(folder, c->wal, "archive_status", "");
	join(path, folder, name, ".ready");
	if (access(path, F_OK) == 0)
		return 1;
	join(path, folder, name, ".done");
	return access(path, F_OK) == 0;
}

/* Is this segment in use?  A recycled one holds an earlier one's pages. */
static int
in_use(const struct cluster *c, const char *name)
{
	unsigned char page[16];
	char path[PATH_SIZE];
	uint32_t timeline;
	uint64_t number, address = 0;
	FILE *file;
	size_t n, i;

	join(path, c->wal, name, "");
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	n = fread(page, 1, sizeof(page), file);
	(void)fclose(file);
	if (n < sizeof(page) ||
	    wa_segment_parse(&timeline, &number, name, c->facts->segment_size) <
		0)
		return 0;
	for (i = 0; i < 8; i++)
		address |= (uint64_t)page[8 + i] << 8 * i;
	return address == number * c->facts->segment_size &&
	    address + c->facts->segment_size > c->facts->redo;
}

/* From the last to the first: a segment is finished if its timeline has one
 * after it. */
static int
push_unfinished(struct cluster *c)
{
	struct dirent **list;
	uint32_t later = 0;
	int n, status = 0;

	n = scandir(c->wal, &list, is_segment, alphasort);
	if (n < 0) {
		say(LEVEL_ERROR, "could not read folder \"%s\": %s", c->wal,
		    strerror(errno));
		return FAILED;
	}
	while (n > 0) {
		char name[sizeof(list[0]->d_name) + 8];
		char *file = list[--n]->d_name;
		uint32_t timeline;
		uint64_t number;

		if (in_use(c, file) &&
		    wa_segment_parse(&timeline, &number, file,
			c->facts->segment_size) == 0) {
			(void)snprintf(name, sizeof(name), "%s%s", file,
			    timeline == later ? "" : ".partial");
			if (!has_status(c, file))
				status |= push_as(c, file, name);
			later = timeline;
		}
		free(list[n]);
	}
	free(list);
	return status;
}

/* Is the process of postmaster.pid alive? */
static int
may_run(const char *pgdata)
{
	char path[PATH_SIZE];
	long pid = 0;
	FILE *file;

	join(path, pgdata, "postmaster.pid", "");
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%ld", &pid) != 1)
		pid = 0;
	(void)fclose(file);
	return pid <= 0 || kill((pid_t)pid, 0) == 0 || errno != ESRCH;
}

int
ready_push(const char *pgdata, const wa_cluster *cluster, ready_push_file *push,
    void *arg)
{
	char wal[PATH_SIZE];
	struct cluster c = { wal, cluster, push, arg, 0 };
	int status;

	join(wal, pgdata, cluster->version > 900 ? "pg_xlog" : "pg_wal", "");
	status = push_ready(&c);
	if (may_run(pgdata)) {
		say(LEVEL_WARN,
		    "the server of \"%s\" may be running: what it "
		    "has not finished was left out",
		    pgdata);
		hint("Stop it, or see that no process of it is left and "
		     "remove postmaster.pid.");
		status |= FAILED;
	} else {
		status |= push_unfinished(&c);
	}
	say(LEVEL_INFO, "%d files were pushed%s", c.count,
	    status == 0 ? ", and all are stored" : "; not all are stored");
	return status;
}
