/*
 * archiver.c - how fast does archive_library acknowledge what was pushed ahead?
 *
 *   bench-archiver PGDATA CONFIG
 *
 * hands whatever is ready to the module, in PostgreSQL's place, and tells how
 * many it took in a second.
 */
#include "config.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "archiver.h"
#include "ready_names.h"

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct archiver archiver = { NULL, { 0, 0, 0, 0, 0 }, 0 };
	wa_error aside = WA_ERROR_INIT, err = WA_ERROR_INIT;
	struct ready_names ready;
	double begin;
	size_t i;

	if (argc != 3 || chdir(argv[1]) < 0 ||
	    ready_names_read(&ready, "pg_wal") < 0) {
		(void)fprintf(stderr, "usage: bench-archiver PGDATA CONFIG\n");
		return 2;
	}
	begin = seconds();
	for (i = 0; i < ready.count; i++) {
		const char *name = ready.entries[i]->d_name;
		char path[256];

		(void)snprintf(path, sizeof(path), "pg_wal/%.200s", name);
		if (archiver_configure(&archiver, "", argv[2], &err) < 0 ||
		    archiver_push(&archiver, name, path, &aside, &err) < 0) {
			(void)fprintf(stderr, "%s: %s\n", name, err.text);
			return 1;
		}
	}
	(void)printf("archive_library: %.0f segments a second, of %zu pushed "
		     "ahead\n",
	    (double)ready.count / (seconds() - begin), ready.count);
	ready_names_free(&ready);
	archiver_close(&archiver);
	return 0;
}
