/* manifestparts.c - backup_manifest, for tests: written of what is in a folder,
 * and read. */
#include "config.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pg_manifest.h"
#include "pg_manifest_read.h"
#include "restoreparts.h"

static struct pg_manifest *manifest;
static wa_error err;

static uint32_t
sum_of(const char *path)
{
	char buf[65536];
	FILE *file = fopen(path, "r");
	uint32_t crc = 0;
	size_t n;

	while (file != NULL && (n = fread(buf, 1, sizeof(buf), file)) > 0)
		crc = wa_crc32c(crc, buf, n);
	if (file != NULL)
		(void)fclose(file);
	return crc;
}

/* What pg_verifybackup does not look at. */
static int
is_left_out(const char *path)
{
	return strncmp(path, "./pg_wal/", 9) == 0 ||
	    strncmp(path, "./backup_manifest", 17) == 0;
}

static int
visit(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)at;
	if (kind != FTW_F || is_left_out(path))
		return 0;
	return pg_manifest_add(manifest, path + 2, (uint64_t)st->st_size,
	    st->st_mtime, sum_of(path), &err);
}

/* DIR version= system= timeline= start= end= */
int
write_manifest(char **argv)
{
	struct pg_wal_range range = { .timeline = (uint32_t)atoi(
					  argument(argv, "timeline", "1")) };
	int dir = open(argv[0], O_RDONLY | O_DIRECTORY);
	int rc;

	(void)wa_lsn_parse(&range.start, argument(argv, "start", "0/1"));
	(void)wa_lsn_parse(&range.end, argument(argv, "end", "0/2"));
	rc = pg_manifest_begin(&manifest, dir,
	    (uint32_t)atoi(argument(argv, "version", "15")),
	    strtoull(argument(argv, "system", "1"), NULL, 10), &err);
	if (rc == 0 && fchdir(dir) == 0)
		rc = nftw(".", visit, 50, 0);
	if (rc == 0 && argument(argv, "give-up", NULL) == NULL)
		rc = pg_manifest_finish(manifest, &range, 1, &err);
	pg_manifest_close(manifest);
	return rc < 0 ? failed(&err) : 0;
}

static void
show(const struct pg_manifest_list *list)
{
	char text[2 * PG_CHECKSUM_SIZE + 1];
	char start[WA_LSN_SIZE], end[WA_LSN_SIZE];
	size_t i;

	(void)printf("system %" PRIu64 "\n", list->system_id);
	for (i = 0; i < list->range_count; i++) {
		wa_lsn_format(start, list->ranges[i].start);
		wa_lsn_format(end, list->ranges[i].end);
		(void)printf("wal %" PRIu32 " %s %s\n",
		    list->ranges[i].timeline, start, end);
	}
	for (i = 0; i < list->count; i++) {
		pg_sum_format(text, &list->files[i].sum);
		(void)printf("%" PRIu64 " %s %s\n", list->files[i].size,
		    text[0] != '\0' ? text : "-", list->files[i].path);
	}
}

/* DIR [find=PATH] */
int
read_manifest(char **argv)
{
	int dir = open(argv[0], O_RDONLY | O_DIRECTORY);
	const char *path = argument(argv, "find", NULL);
	struct pg_manifest_list *list = NULL;
	int rc = pg_manifest_load(&list, dir, &err);

	if (rc == 0 && path != NULL)
		(void)puts(pg_manifest_find(list, path) != NULL ? "yes" : "no");
	else if (rc == 0)
		show(list);
	pg_manifest_list_free(list);
	return rc < 0 ? failed(&err) : 0;
}
