/*
 * markers.c - leave a marker for whatever is ready and has a name that begins
 * so, as if a runner had pushed it:
 *
 *   markers PGDATA SPOOL-PATH REPOSITORY BEGINNING [WARNING HINT]
 *
 * Nothing is pushed.  It is for trying how markers are taken, and how fast.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ready_names.h"
#include "spool.h"

static int
leave(const struct spool *spool, const char *name, char **words)
{
	struct marker marker;
	struct stat st;
	char path[256];
	int fd, rc;

	(void)snprintf(path, sizeof(path), "pg_wal/%.200s", name);
	if (stat(path, &st) < 0 || spool_marker(&marker, spool, name, &st) < 0)
		return -1;
	if (words[0] != NULL && words[1] != NULL) {
		(void)snprintf(
		    marker.warning, sizeof(marker.warning), "%s", words[0]);
		(void)snprintf(
		    marker.hint, sizeof(marker.hint), "%s", words[1]);
	}
	fd = spool_lock(spool, name, SPOOL_CREATE);
	rc = fd < 0 ? -1 : marker_write(fd, &marker);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

int
main(int argc, char **argv)
{
	struct ready_names ready;
	struct spool spool;
	wa_config *config = NULL;
	wa_error err = WA_ERROR_INIT;
	int rc = -1;
	size_t i;

	if (argc < 5 || chdir(argv[1]) < 0)
		return 2;
	if (wa_config_new(&config, &err) == 0 &&
	    wa_config_set(config, "archive-async", "y", &err) == 0 &&
	    wa_config_set(config, "spool-path", argv[2], &err) == 0 &&
	    wa_config_set(config, "repo1-path", argv[3], &err) == 0)
		rc = spool_open(
		    &spool, config, ".", SPOOL_PUSH, SPOOL_CREATE, &err);
	if (rc == 0) {
		rc = ready_names_read(&ready, "pg_wal");
		for (i = 0; rc == 0 && i < ready.count; i++)
			if (strncmp(ready.entries[i]->d_name, argv[4],
				strlen(argv[4])) == 0)
				rc = leave(
				    &spool, ready.entries[i]->d_name, argv + 5);
	}
	if (rc != 0)
		(void)fprintf(stderr, "markers: %s\n", err.text);
	return rc != 0;
}
