/* walarch.c - the front of them all: "walarch push" runs walarch-push. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <walarch.h>

static const struct verb {
	const char *name, *purpose;
} verbs[] = {
	{ "init", "make the repository and register a cluster" },
	{ "check", "is archiving set up right, and does it work?" },
	{ "backup", "make a base backup" },
	{ "push", "store WAL files (archive_command)" },
	{ "get", "fetch WAL files (restore_command)" },
	{ "info", "what is stored, and what is missing" },
	{ "find", "restore points, drops, commits: targets for a recovery" },
	{ "expire", "remove what is not to be kept any longer" },
	{ "verify", "read all that is stored: is it well?" },
};

static int
help(FILE *to)
{
	size_t i;

	(void)fprintf(to,
	    "walarch keeps PostgreSQL's write-ahead log in a "
	    "repository.\n\nUsage:\n  walarch VERB [ARGUMENT]...\n"
	    "  walarch help VERB\n\nVerbs:\n");
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		(void)fprintf(
		    to, "  %-8s %s\n", verbs[i].name, verbs[i].purpose);
	(void)fprintf(to,
	    "\nEach is a program of its own: walarch push is "
	    "walarch-push.\nThe manual: man walarch\n");
	return to == stdout ? 0 : 1;
}

static int
is_verb(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return 1;
	return 0;
}

/* The verbs lie beside this program. */
static int
run(const char *verb, char **argv)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	path[n < 0 ? 0 : n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		slash = path;
	else
		slash++;
	(void)snprintf(
	    slash, sizeof(path) - (size_t)(slash - path), "walarch-%s", verb);
	(void)execv(path, argv);
	(void)fprintf(stderr, "walarch: error: could not run \"%s\": %s\n",
	    path, strerror(errno));
	/* The archiver must see no status above 125, recovery none below. */
	return strcmp(verb, "push") == 0 ? 1 : 255;
}

int
main(int argc, char **argv)
{
	static char help_option[] = "--help";
	char *help_argv[3] = { argv[0], help_option, NULL };

	if (argc < 2)
		return help(stderr);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		(void)printf("walarch %s\n", WALARCH_VERSION);
		return 0;
	}
	if (strcmp(argv[1], "help") == 0 && argc > 2 && is_verb(argv[2]))
		return run(argv[2], help_argv);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return help(stdout);
	if (is_verb(argv[1]))
		return run(argv[1], argv + 1);
	(void)fprintf(stderr,
	    "walarch: error: there is no verb \"%s\"\n"
	    "walarch: hint: Try \"walarch --help\".\n",
	    argv[1]);
	return 255;
}
