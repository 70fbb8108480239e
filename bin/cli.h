/* cli.h - command lines: the settings a program takes, and its own options. */
#ifndef CLI_H
#define CLI_H

#include <stddef.h>
#include <walarch.h>

/* An option that is no setting. */
struct cli_option {
	const char *name;     /* "all-ready" */
	const char *argument; /* "PGDATA", or NULL: it takes none */
	const char *help;
	char letter;       /* 'o' for -o, or 0 */
	const char *value; /* out: as given; "" when it takes none */
};

struct cli {
	const char *program;        /* "walarch-push" */
	const char *command;        /* "push", its section of the file */
	const char *purpose;        /* one line */
	const char *arguments;      /* "FILE...", or "" */
	const char *settings;       /* names between blanks */
	struct cli_option *options; /* to one without a name, or NULL */
	const char *epilogue;       /* the last lines of --help, or NULL */
	int failure;    /* exit status when the command line is wrong */
	int prometheus; /* 1: cli_refuse_prometheus() is the program's */

	wa_config *config; /* out */
	char **argv;       /* out: the arguments, NULL behind the last */
	int argc;
};

/*
 * Read the command line, the environment and the configuration file.  -1: go
 * on; else the status to exit with, everything having been said.
 */
int cli_start(struct cli *cli, int argc, char **argv);
void cli_end(struct cli *cli);

/* -1; or output is prometheus: say that this is not printed so, and return
 * cli->failure. */
int cli_refuse_prometheus(const struct cli *cli);

/* Say that the command line is wrong; returns cli->failure. */
int cli_usage(const struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
