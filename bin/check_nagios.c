/* check_nagios.c - walarch-check --nagios: does WAL wait too long? */
#include "config.h"

#include "check_nagios.h"

#include <stdio.h>

#include "message.h"
#include "status.h"

#define LINE_SIZE 2048

static double
seconds(const wa_config *config, const char *name)
{
	return (double)wa_config_number(config, name) / 1000;
}

static int
read_limits(struct nagios_limits *out, const wa_config *config)
{
	out->warning_age = seconds(config, "warning-age");
	out->critical_age = seconds(config, "critical-age");
	out->warning_queue =
	    (uint64_t)wa_config_number(config, "warning-queue");
	out->critical_queue =
	    (uint64_t)wa_config_number(config, "critical-queue");
	if (out->critical_age >= out->warning_age &&
	    out->critical_queue >= out->warning_queue)
		return 0;
	say(LEVEL_ERROR, "%s is less than %s",
	    out->critical_age < out->warning_age ? "critical-age" :
						   "critical-queue",
	    out->critical_age < out->warning_age ? "warning-age" :
						   "warning-queue");
	hint("Set both.");
	return -1;
}

static void
read_facts(struct nagios_facts *out, const struct status *status)
{
	const struct archive_notes *notes = &status->notes;

	out->files = notes->ready;
	out->bytes = notes->ready_bytes;
	out->age = notes->ready == 0 ? 0 : status_age(status, notes->oldest_at);
	out->growing = status->catch_up == CATCH_UP_GROWING;
	out->noted = notes->ready + notes->done > 0;
	out->error = status->push.failed ? status->push.failure.text : NULL;
}

int
check_nagios(const wa_config *config)
{
	static struct status status;
	struct nagios_limits limits;
	struct nagios_facts facts;
	wa_error err = WA_ERROR_INIT;
	char line[LINE_SIZE];

	if (read_limits(&limits, config) < 0)
		return NAGIOS_UNKNOWN;
	if (status_collect(&status, config, &err) < 0) {
		say_error(LEVEL_ERROR, &err);
		return NAGIOS_UNKNOWN;
	}
	read_facts(&facts, &status);
	nagios_line(line, sizeof(line), &limits, &facts);
	status_free(&status);
	(void)printf("%s\n", line);
	if (fflush(stdout) == 0)
		return (int)nagios_judge(&limits, &facts);
	say(LEVEL_ERROR, "could not write to standard output");
	return NAGIOS_UNKNOWN;
}

void
check_nagios_unknown(void)
{
	char line[LINE_SIZE];

	nagios_unknown(line, sizeof(line), message_last_error());
	(void)printf("%s\n", line);
}
