/* confload.c - what the command line left open: environment, then file. */
#include "config.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/conffile.h"
#include "base/error.h"
#include "base/settings.h"
#include "base/text.h"

/* "WALARCH_REPO1_PATH=value" is "repo1-path"; -1: it is no such thing. */
static int
name_of_variable(char name[64], const char *entry)
{
	static const char prefix[] = "WALARCH_";
	size_t i, n;

	if (strncmp(entry, prefix, sizeof(prefix) - 1) != 0)
		return -1;
	entry += sizeof(prefix) - 1;
	n = strcspn(entry, "=");
	if (n >= 64 || entry[n] == '\0')
		return -1;
	for (i = 0; i < n; i++)
		name[i] = entry[i] == '_' ?
		    '-' :
		    (char)tolower((unsigned char)entry[i]);
	name[n] = '\0';
	return 0;
}

/*
 * Other programs' variables may begin with WALARCH_, too, and are left alone;
 * but what is nearly a setting was meant to be one.
 */
static int
read_environment(wa_config *cfg, wa_error *err)
{
	char **entry, name[64];
	int rc = 0;

	for (entry = environ; *entry != NULL && rc == 0; entry++) {
		if (name_of_variable(name, *entry) < 0)
			continue;
		if (wa_setting_find(name) < 0 &&
		    wa_text_distance(name, wa_setting_nearest(name)) > 2)
			continue;
		rc = wa_config_give(cfg, name, strchr(*entry, '=') + 1,
		    WA_FROM_ENVIRONMENT, err);
	}
	return rc < 0 ? wa_error_in(err, rc, "in the environment") : rc;
}

int
wa_config_load(wa_config *cfg, const char *command, wa_error *err)
{
	const char *path;
	int rc = read_environment(cfg, err);

	if (rc < 0)
		return rc;
	path = wa_config_get(cfg, "config");
	rc = wa_config_read_from(cfg, path, err);
	return rc < 0 ?
	    rc :
	    wa_conffile_read(cfg, path, command,
		strcmp(wa_config_source(cfg, "config"), "default") == 0, err);
}
