/* front_config.c - the configuration, for programs that link libc alone. */
#include "config.h"

#include "front_config.h"

#include <stdio.h>
#include <string.h>

/* "--stanza=db" */
static int
set(wa_config *config, const char *argument)
{
	const char *value = strchr(argument, '=');
	char name[64];

	if (strncmp(argument, "--", 2) != 0 || value == NULL ||
	    value - argument - 2 >= (int)sizeof(name))
		return -1;
	(void)snprintf(name, sizeof(name), "%.*s", (int)(value - argument - 2),
	    argument + 2);
	return wa_config_set(config, name, value + 1, NULL);
}

static int
read_arguments(
    wa_config *config, char **operands, int count, int argc, char **argv)
{
	int i, n = 0;

	for (i = 1; i < argc; i++) {
		if (argv[i][0] == '-') {
			if (set(config, argv[i]) < 0)
				return -1;
		} else {
			if (n == count)
				return -1;
			operands[n++] = argv[i];
		}
	}
	return n == count ? 0 : -1;
}

int
front_config(wa_config **out, char **operands, int count, const char *command,
    int argc, char **argv)
{
	wa_config *config;

	if (wa_config_new(&config, NULL) < 0)
		return -1;
	if (read_arguments(config, operands, count, argc, argv) < 0 ||
	    wa_config_load(config, command, NULL) < 0) {
		wa_config_free(config);
		return -1;
	}
	*out = config;
	return 0;
}
