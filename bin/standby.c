/* standby.c - standby.signal, or standby_mode in recovery.conf. */
#include "standby.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* "standby_mode = 'on'", with or without the '=' and the quotes. */
static int
turns_on(const char *line)
{
	static const char *const yes[] = { "on", "true", "yes", "1", "t", "y",
		"tr", "tru", "ye" };
	char value[16];
	size_t i;

	if (sscanf(line, " standby_mode%*[ =\t']%15[A-Za-z0-9]", value) != 1)
		return 0;
	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcasecmp(value, yes[i]) == 0)
			return 1;
	return 0;
}

static int
recovery_conf_says_so(void)
{
	char line[1024];
	FILE *file = fopen("recovery.conf", "re");
	int found = 0;

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (strstr(line, "standby_mode") != NULL && line[0] != '#')
			found = turns_on(line);
	(void)fclose(file);
	return found;
}

int
is_standby(void)
{
	return access("standby.signal", F_OK) == 0 || recovery_conf_says_so();
}
