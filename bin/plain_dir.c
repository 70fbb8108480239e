/* plain_dir.c - the steps of a plain backup. */
#include "config.h"

#include "plain_dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basebackup.h"
#include "errors.h"
#include "message.h"
#include "plain_place.h"
#include "plain_write.h"
#include "process.h"
#include "progress.h"
#include "size.h"

#define FAILED 1
#define MANIFEST 130000 /* PostgreSQL sends it from this version on */

static int
is_default(const wa_config *config, const char *name)
{
	return strcmp(wa_config_source(config, name), "default") == 0;
}

static int
check_wish(const struct plain_dir *plain, wa_error *err)
{
	int rc = basebackup_check_label(plain->label, err);

	if (rc < 0)
		return rc;
	if (plain->base[0] == '\0')
		return error_set(
		    err, WA_EUSAGE, "--plain-dir needs the path of a folder");
	if (!is_default(plain->config, "pg1-host") ||
	    !is_default(plain->config, "pg1-socket-path") ||
	    getenv("PGHOST") != NULL || getenv("PGHOSTADDR") != NULL ||
	    getenv("PGSERVICE") != NULL)
		return 0;
	(void)error_set(err, WA_EUSAGE, "pg1-host is not set");
	error_hint(
	    err, "Name the server with --pg1-host (or --pg1-socket-path).");
	return err->code;
}

static void
show_begin(const struct basebackup *b, const struct basebackup_point *start)
{
	const struct basebackup_tablespace *t;
	char lsn[WA_LSN_SIZE];
	uint64_t total = 0;
	size_t count, i;

	t = basebackup_tablespaces(b, &count);
	for (i = 0; i < count; i++)
		total += t[i].size;
	wa_lsn_format(lsn, start->lsn);
	say(LEVEL_INFO,
	    "the backup of system %llu (PostgreSQL %d) begins at %s on "
	    "timeline %u",
	    (unsigned long long)basebackup_system(b),
	    basebackup_version(b) / 10000, lsn, start->timeline);
	progress_begin(total);
}

static int
receive(struct plain_write *w, struct basebackup *b,
    const struct plain_dir *plain, wa_error *err)
{
	struct basebackup_wish wish = { .label = plain->label,
		.fast = plain->fast,
		.wal = 1,
		.sizes = progress_wanted(),
		.rate = wa_config_number(plain->config, "rate") };
	struct basebackup_point start, stop;
	struct basebackup_part part;
	int manifest = 0, rc;
	size_t tars = 0, count;

	rc = basebackup_begin(&start, b, &wish, err);
	if (rc == 0)
		show_begin(b, &start);
	while (rc == 0 && (rc = basebackup_next(&part, b, err)) == 1) {
		manifest |= part.kind == BASEBACKUP_MANIFEST;
		tars += part.kind == BASEBACKUP_TAR;
		rc = plain_write_part(w, b, &part, err);
	}
	progress_hide();
	(void)basebackup_tablespaces(b, &count);
	if (rc == 0 &&
	    (tars != count || (!manifest && basebackup_version(b) >= MANIFEST)))
		rc = error_set(err, WA_ECORRUPT,
		    "the server did not send all of the backup");
	if (rc == 0)
		rc = basebackup_end(&stop, b, err);
	return rc;
}

static int
make(const char **path, struct plain_place *place, struct basebackup *b,
    const struct plain_dir *plain, wa_error *err)
{
	struct plain_write *w = NULL;
	int rc = plain_write_open(&w, plain_place_folder(place), err);

	if (rc == 0)
		rc = receive(w, b, plain, err);
	if (rc == 0)
		rc = plain_write_check(w, err);
	if (rc == 0)
		rc =
		    plain_place_publish(path, place, plain_write_group(w), err);
	plain_write_close(w);
	return rc;
}

/* The line that others look for. */
static int
print_path(const char *path, wa_error *err)
{
	(void)printf("BACKUP_PATH is set to %s.\n", path);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return error_system(err, "could not print the path, \"%s\"", path);
}

int
plain_dir_backup(const struct plain_dir *plain)
{
	struct plain_place *place = NULL;
	struct basebackup *b = NULL;
	wa_error err = WA_ERROR_INIT;
	const char *path;
	int rc = check_wish(plain, &err);

	if (rc == 0)
		rc = basebackup_open(&b, plain->config, &err);
	/* Until here a signal may end the process: nothing was made. */
	process_catch_signals(plain->config);
	if (rc == 0)
		rc = plain_place_open(&place, plain->base, &err);
	if (rc == 0)
		rc = make(&path, place, b, plain, &err);
	if (rc == 0)
		rc = print_path(path, &err);
	if (rc < 0)
		say_error(LEVEL_ERROR, &err);
	basebackup_close(b);
	plain_place_close(place);
	return rc < 0 ? FAILED : 0;
}
