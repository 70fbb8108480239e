/* front.c - find and name the worker. */
#include "config.h"

#include "front.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <walarch.h>

int
front_version(const char *program, int argc, char **argv)
{
	if (argc != 2 ||
	    (strcmp(argv[1], "--version") != 0 && strcmp(argv[1], "-V") != 0))
		return 0;
	(void)printf("%s (walarch) %s\n", program, WALARCH_VERSION);
	return 1;
}

const char *
front_worker(const char *name)
{
	static char path[4096];
	char self[2048];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[n < 0 ? 0 : n] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL) {
		*slash = '\0';
		(void)snprintf(path, sizeof(path), "%s/" WORKERS_FROM_BIN "/%s",
		    self, name);
		if (access(path, X_OK) == 0)
			return path;
	}
	(void)snprintf(path, sizeof(path), WORKERS "/%s", name);
	return path;
}

void
front_complain(const char *program, const char *worker)
{
	(void)fprintf(stderr,
	    "%s: error: could not start \"%s\": %s\n"
	    "%s: hint: Is walarch installed completely?\n",
	    program, worker, strerror(errno), program);
}
