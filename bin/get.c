/* get.c - walarch-get, as restore_command calls it: what was fetched ahead is
 * answered here; the worker does the rest. */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "front.h"
#include "front_config.h"
#include "get_ahead.h"
#include "standby.h"

#define PROGRAM "walarch-get"

enum { NAME, PATH, OPERANDS };

/* Where somebody fetches it just now, this waits for him, but no longer than the
 * server that asked lives: a file that appears at PATH meanwhile may be another
 * one's. */
static int
take(const struct spool *spool, const char *name, const char *path)
{
	int file, taken;

	if (access(path, F_OK) == 0)
		return 0;
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	file = spool_lock(spool, name, 0);
	if (file < 0)
		return 0;
	taken = get_ahead_take(spool, file, name, path);
	(void)close(file);
	return taken;
}

/* The spool is of the working directory.  Is that whose WAL is asked for? */
static int
is_of_working_directory(const wa_config *config)
{
	return strcmp(wa_config_source(config, "pg1-path"), "command line") !=
	    0;
}

/* Histories are asked for where timelines part: the repository answers. */
static int
was_fetched(int argc, char **argv)
{
	char *operands[OPERANDS];
	wa_config *config;
	struct spool spool;
	int taken = 0;

	if (front_config(&config, operands, OPERANDS, "get", argc, argv) < 0)
		return 0;
	if (wa_name_kind(operands[NAME]) == WA_SEGMENT &&
	    is_of_working_directory(config) &&
	    spool_open(&spool, config, ".", SPOOL_GET, 0, NULL) == 0) {
		taken = take(&spool, operands[NAME], operands[PATH]);
		spool_close(&spool);
	}
	wa_config_free(config);
	return taken;
}

int
main(int argc, char **argv)
{
	const char *path;

	if (front_version(PROGRAM, argc, argv) || was_fetched(argc, argv))
		return 0;
	path = front_worker("walarch-get-worker");
	(void)execv(path, argv);
	front_complain(PROGRAM, path);
	return is_standby() ? 1 : 255;
}
