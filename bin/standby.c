/* standby.c - standby.signal, or standby_mode in recovery.conf. */
#include "standby.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* "standby_mode = 'on'", with or without the '=' and the quotes: 1 or 0; -1
 * when the line is about something else. */
static int
mode_of(const char *line)
{
	static const char name[] = "standby_mode";
	static const char *const yes[] = { "on", "true", "yes", "1", "t", "y",
		"tr", "tru", "ye" };
	char value[16];
	size_t i;

	line += strspn(line, " \t");
	if (strncasecmp(line, name, sizeof(name) - 1) != 0 ||
	    sscanf(line + sizeof(name) - 1, "%*[ =\t']%15[A-Za-z0-9]", value) !=
		1)
		return -1;
	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcasecmp(value, yes[i]) == 0)
			return 1;
	return 0;
}

/* As PostgreSQL reads it: the last one counts. */
static int
recovery_conf_says_so(void)
{
	char line[1024];
	FILE *file = fopen("recovery.conf", "re");
	int found = 0, mode;

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if ((mode = mode_of(line)) >= 0)
			found = mode;
	(void)fclose(file);
	return found;
}

int
is_standby(void)
{
	return access("standby.signal", F_OK) == 0 || recovery_conf_says_so();
}
