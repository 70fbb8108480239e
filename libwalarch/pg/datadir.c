/*
 * datadir.c - what of a data directory is in a base backup.
 *
 * As PostgreSQL has it in basebackup.c (excludeFiles, excludeDirContents and
 * sendDir()) and in common/relpath.c, for 9.6 and later, with these differences:
 * names are looked for where PostgreSQL makes them, and not in every folder;
 * leftovers of recoveries (backup_label.old, recovery.signal and so on) are left
 * out, as pgBackRest does it; and temporary relations are left out of 9.6 and
 * 10, too, which remove them when they start, as all others do.
 */
#include "config.h"

#include "walarch.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A file of a relation. */
struct relation {
	uint32_t number; /* its relfilenode */
	uint32_t segment;
	int init; /* the fork that makes an unlogged one anew */
	int temporary;
	int database; /* in a database's folder, not in global/ */
};

/* Files by their whole path. */
static const char *const left_out[] = {
	"backup_label",
	"backup_label.old",
	"backup_manifest", /* of the backup this server came from */
	"current_logfiles.tmp",
	"global/pg_control.walarch", /* walarch-restore's own, and its mark */
	"postgresql.auto.conf.tmp",
	"postmaster.opts",
	"postmaster.pid",
	"recovery.conf", /* before 12 */
	"recovery.done",
	"recovery.signal",
	"standby.signal",
	"tablespace_map",
	"tablespace_map.old",
	"walarch.restore",
};

/* Folders whose contents the server makes anew, or that are of this server
 * alone. */
static const struct {
	const char *path;
	uint32_t from, to; /* majors; 9 is 9.6 */
} emptied[] = {
	{ "pg_dynshmem", 9, 99 },
	{ "pg_notify", 9, 99 },
	{ "pg_replslot", 9, 99 },
	{ "pg_serial", 9, 99 },
	{ "pg_snapshots", 9, 99 },
	{ "pg_stat_tmp", 9, 99 },
	{ "pg_subtrans", 9, 99 },
	{ "pg_wal", 10, 99 },
	{ "pg_wal/archive_status", 10, 99 },
	{ "pg_wal/summaries", 17, 99 },
	{ "pg_xlog", 9, 9 },
	{ "pg_xlog/archive_status", 9, 9 },
};

/* Any file or folder whose name begins so. */
static const char *const prefixes[] = {
	"pgsql_tmp",       /* PG_TEMP_FILE_PREFIX */
	"pg_internal.init" /* RELCACHE_INIT_FILENAME */
};

static int
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* A number of at most 32 bits, as PostgreSQL prints it, and not 0; what is
 * behind it, or NULL. */
static const char *
number(uint32_t *out, const char *text)
{
	uint64_t value = 0;

	if (*text == '0')
		return NULL;
	for (; *text >= '0' && *text <= '9'; text++) {
		value = value * 10 + (uint64_t)(*text - '0');
		if (value > UINT32_MAX)
			return NULL;
	}
	*out = (uint32_t)value;
	return value == 0 ? NULL : text;
}

/* "16384", "16384_fsm", "16384.1", "16384_vm.1", "t3_16384": as
 * parse_filename_for_nontemp_relation() and looks_like_temp_rel_name(). */
static int
parse_name(struct relation *out, const char *name)
{
	static const char *const forks[] = { "_fsm", "_vm", "_init" };
	size_t i;

	if (*name == 't') {
		size_t digits = strspn(name + 1, "0123456789");

		if (digits == 0 || name[1 + digits] != '_')
			return 0;
		out->temporary = 1;
		name += digits + 2;
	}
	name = number(&out->number, name);
	if (name == NULL)
		return 0;
	for (i = 0; i < COUNT(forks); i++)
		if (begins(name, forks[i])) {
			out->init = i == 2;
			name += strlen(forks[i]);
			break;
		}
	if (*name == '.')
		name = number(&out->segment, name + 1);
	return name != NULL && *name == '\0';
}

/* path behind a folder whose name is a number, or NULL. */
static const char *
below_number(const char *path)
{
	uint32_t ignored;

	path = number(&ignored, path);
	return path == NULL || *path != '/' ? NULL : path + 1;
}

/* path behind the folder of a database, or NULL. */
static const char *
below_database(const char *path)
{
	if (begins(path, "base/"))
		return below_number(path + 5);
	if (!begins(path, "pg_tblspc/"))
		return NULL;
	path = below_number(path + 10);
	if (path == NULL || !begins(path, "PG_"))
		return NULL;
	path = strchr(path, '/');
	return path == NULL ? NULL : below_number(path + 1);
}

static int
parse(struct relation *out, const char *path)
{
	struct relation relation = { 0 };
	const char *name = below_database(path);

	relation.database = name != NULL;
	if (name == NULL && begins(path, "global/"))
		name = path + 7;
	if (name == NULL || !parse_name(&relation, name))
		return 0;
	*out = relation;
	return 1;
}

static int
is_emptied(const char *path, uint32_t version)
{
	uint32_t major = version > 900 ? version / 100 : version;
	size_t i;

	for (i = 0; i < COUNT(emptied); i++)
		if (major >= emptied[i].from && major <= emptied[i].to &&
		    strcmp(path, emptied[i].path) == 0)
			return 1;
	return 0;
}

/* Is path in one of the folders that are emptied? */
static int
is_in_emptied(const char *path, uint32_t version)
{
	char top[32];
	size_t n = strcspn(path, "/");

	if (path[n] == '\0' || n >= sizeof(top))
		return 0;
	memcpy(top, path, n);
	top[n] = '\0';
	return is_emptied(top, version);
}

static int
is_left_out(const char *path)
{
	const char *name = last_part(path);
	size_t i;

	for (i = 0; i < COUNT(prefixes); i++)
		if (begins(name, prefixes[i]))
			return 1;
	for (i = 0; i < COUNT(left_out); i++)
		if (strcmp(path, left_out[i]) == 0)
			return 1;
	return 0;
}

enum wa_data_kind
wa_data_kind(const char *path, int folder, uint32_t version)
{
	struct relation relation;

	if (folder && is_emptied(path, version))
		return WA_DATA_EMPTY;
	if (is_in_emptied(path, version) || is_left_out(path))
		return WA_DATA_SKIP;
	if (!folder && parse(&relation, path) && relation.temporary &&
	    relation.database)
		return WA_DATA_SKIP;
	return WA_DATA_COPY;
}

int
wa_data_relation(const char *path, uint32_t *segment)
{
	struct relation relation;

	if (!parse(&relation, path) || relation.temporary)
		return 0;
	*segment = relation.segment;
	return 1;
}

int
wa_data_init_fork(char buf[WA_INIT_FORK_SIZE], const char *path)
{
	struct relation relation;

	if (!parse(&relation, path) || !relation.database ||
	    relation.temporary || relation.init)
		return 0;
	(void)snprintf(buf, WA_INIT_FORK_SIZE, "%u_init", relation.number);
	return 1;
}
