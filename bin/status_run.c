/* status_run.c - walarch-info --status. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "message.h"
#include "status.h"

#define FAILED 1

static int
print(const struct status *status, const char *output)
{
	int rc = 0;

	if (strcmp(output, "json") == 0)
		rc = status_print_json(status);
	else if (strcmp(output, "prometheus") == 0)
		status_print_prometheus(status);
	else
		status_print_text(status);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		say(LEVEL_ERROR, "could not write to standard output");
		return FAILED;
	}
	return rc < 0 ? FAILED : 0;
}

int
status_run(const wa_config *config)
{
	static struct status status;
	wa_error err = WA_ERROR_INIT;
	int rc;

	if (status_collect(&status, config, &err) < 0) {
		say_error(LEVEL_ERROR, &err);
		return FAILED;
	}
	rc = print(&status, wa_config_get(config, "output"));
	status_free(&status);
	return rc;
}
