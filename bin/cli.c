/* cli.c - from argv to a configuration. */
#include "config.h"

#include "cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "process.h"

#define MAX_OPTIONS 64
#define OWN 1000     /* getopt's value of a program's own options */
#define SETTING 2000 /* and of settings, by their position */
#define SHOW_HELP 500
#define SHOW_VERSION 501

int
cli_usage(const struct cli *cli, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say(LEVEL_ERROR, "%s", text);
	hint("Try \"%s --help\" for more information.", cli->program);
	return cli->failure;
}

/* Is name among the names between blanks? */
static int
takes(const struct cli *cli, const char *name)
{
	const char *p = cli->settings;
	size_t length = strlen(name);

	while ((p = strstr(p, name)) != NULL) {
		if ((p == cli->settings || p[-1] == ' ') &&
		    (p[length] == ' ' || p[length] == '\0'))
			return 1;
		p += length;
	}
	return 0;
}

static void
print_option(char letter, const char *name, const char *argument,
    const char *help, const char *initial)
{
	char left[64];

	(void)snprintf(left, sizeof(left), "%s%c%s--%s%s%s",
	    letter != 0 ? "-" : " ", letter != 0 ? letter : ' ',
	    letter != 0 ? ", " : "  ", name,
	    argument != NULL && argument[0] != '[' ? "=" : "",
	    argument == NULL ? "" : argument);
	if (strlen(left) > 30)
		(void)printf("  %s\n  %-30s", left, "");
	else
		(void)printf("  %-30s", left);
	(void)printf(" %s", help);
	if (initial != NULL)
		(void)printf(" (default: %s)", initial);
	(void)printf("\n");
}

static void
print_help(const struct cli *cli)
{
	const struct cli_option *o;
	const wa_setting *s;
	size_t i;

	(void)printf("%s %s\n\nUsage:\n  %s [OPTION]... %s\n", cli->program,
	    cli->purpose, cli->program, cli->arguments);
	if (cli->options != NULL) {
		(void)printf("\nOptions:\n");
		for (o = cli->options; o->name != NULL; o++)
			print_option(
			    o->letter, o->name, o->argument, o->help, NULL);
	}
	(void)printf("\nSettings (also in walarch.conf and, as "
		     "WALARCH_NAME, in the environment):\n");
	for (i = 0; (s = wa_setting_at(i)) != NULL; i++)
		if (takes(cli, s->name))
			print_option(
			    0, s->name, s->argument, s->help, s->initial);
	(void)printf("\n  -V, --version                  print the version\n"
		     "  -?, --help                     print this\n");
	if (cli->epilogue != NULL)
		(void)printf("\n%s", cli->epilogue);
	(void)printf("\nThe manual: man %s\n", cli->program);
}

struct table {
	struct option options[MAX_OPTIONS];
	char shorts[32];
	size_t count;
};

static void
add(struct table *t, const char *name, int argument, int value)
{
	struct option o = { name, argument, NULL, value };

	if (t->count + 1 < MAX_OPTIONS)
		t->options[t->count++] = o;
}

/* "repo1-path" may be written "repo-path". */
static char *
without_one(const char *name)
{
	static char names[MAX_OPTIONS][32];
	static size_t used;
	const char *one = strstr(name, "1-");

	if (one == NULL || used == MAX_OPTIONS)
		return NULL;
	(void)snprintf(names[used], sizeof(names[0]), "%.*s%s",
	    (int)(one - name), name, one + 1);
	return names[used++];
}

/* "--target-exclusive" is "--target-exclusive=y". */
static int
argument_of(const wa_setting *s)
{
	return s->argument[0] == '[' ? optional_argument : required_argument;
}

static void
build(struct table *t, const struct cli *cli)
{
	const struct cli_option *o;
	const wa_setting *s;
	size_t i;

	memset(t, 0, sizeof(*t));
	(void)strcpy(t->shorts, ":?V");
	add(t, "help", no_argument, SHOW_HELP);
	add(t, "version", no_argument, SHOW_VERSION);
	for (o = cli->options; o != NULL && o->name != NULL; o++) {
		int kind =
		    o->argument != NULL ? required_argument : no_argument;
		size_t end = strlen(t->shorts);

		add(t, o->name, kind, OWN + (int)(o - cli->options));
		if (o->letter != 0)
			(void)snprintf(t->shorts + end, sizeof(t->shorts) - end,
			    "%c%s", o->letter, o->argument != NULL ? ":" : "");
	}
	for (i = 0; (s = wa_setting_at(i)) != NULL; i++) {
		char *shorter = without_one(s->name);

		if (!takes(cli, s->name))
			continue;
		add(t, s->name, argument_of(s), SETTING + (int)i);
		if (shorter != NULL)
			add(t, shorter, argument_of(s), SETTING + (int)i);
	}
}

static int
own_option(const struct cli *cli, int value)
{
	struct cli_option *o;

	if (value >= OWN) {
		o = &cli->options[value - OWN];
		o->value = o->argument != NULL ? optarg : "";
		return 1;
	}
	for (o = cli->options; o != NULL && o->name != NULL; o++)
		if (value == o->letter) {
			o->value = o->argument != NULL ? optarg : "";
			return 1;
		}
	return 0;
}

/* Its value may be a password. */
static int
refuse_option(const struct cli *cli, const char *given)
{
	int known = optopt != 0 && strncmp(given, "--", 2) == 0;
	int length = (int)strcspn(given, "=");

	return known ?
	    cli_usage(cli, "option \"%.*s\" takes no value", length, given) :
	    cli_usage(cli, "unknown option \"%.*s\"", length, given);
}

/* One option; -1 goes on. */
static int
take(struct cli *cli, int value, char **argv)
{
	wa_error err = WA_ERROR_INIT;

	if (value == SHOW_HELP ||
	    (value == '?' && strcmp(argv[optind - 1], "-?") == 0)) {
		print_help(cli);
		return 0;
	}
	if (value == SHOW_VERSION || value == 'V') {
		(void)printf(
		    "%s (walarch) %s\n", cli->program, WALARCH_VERSION);
		return 0;
	}
	if (value == ':')
		return cli_usage(
		    cli, "option \"%s\" needs a value", argv[optind - 1]);
	if (value == '?')
		return refuse_option(cli, argv[optind - 1]);
	if (value < SETTING)
		return own_option(cli, value) ? -1 : cli->failure;
	if (wa_config_set(cli->config,
		wa_setting_at((size_t)(value - SETTING))->name,
		optarg == NULL ? "y" : optarg, &err) < 0) {
		say_error(LEVEL_ERROR, &err);
		return cli->failure;
	}
	return -1;
}

static int
parse(struct cli *cli, int argc, char **argv)
{
	struct table t;
	int status = -1, value;

	build(&t, cli);
	opterr = 0;
	while (status < 0 &&
	    (value = getopt_long(argc, argv, t.shorts, t.options, NULL)) != -1)
		status = take(cli, value, argv);
	cli->argv = argv + optind;
	cli->argc = argc - optind;
	return status;
}

int
cli_refuse_prometheus(const struct cli *cli)
{
	if (!takes(cli, "output") ||
	    strcmp(wa_config_get(cli->config, "output"), "prometheus") != 0)
		return -1;
	say(LEVEL_ERROR, "output \"prometheus\" is for the status alone");
	hint("Use \"walarch-info --status --output=prometheus\", or another "
	     "output.");
	return cli->failure;
}

int
cli_start(struct cli *cli, int argc, char **argv)
{
	wa_error err = WA_ERROR_INIT;
	int status;

	process_fill_descriptors();
	message_begin(cli->program);
	if (wa_config_new(&cli->config, &err) < 0) {
		say_error(LEVEL_ERROR, &err);
		return cli->failure;
	}
	status = parse(cli, argc, argv);
	if (status < 0 && wa_config_load(cli->config, cli->command, &err) < 0) {
		say_error(LEVEL_ERROR, &err);
		status = cli->failure;
	}
	if (status < 0 && !cli->prometheus)
		status = cli_refuse_prometheus(cli);
	if (status >= 0)
		cli_end(cli);
	else
		message_level(wa_config_get(cli->config, "log-level-console"));
	return status;
}

void
cli_end(struct cli *cli)
{
	wa_config_free(cli->config);
	cli->config = NULL;
}
