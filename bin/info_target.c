/* info_target.c - walarch-info --target: can it be reached, and if not, what
 * can? */
#include "config.h"

#include "info_target.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "info_words.h"
#include "message.h"

#define UNREACHABLE 1

int
info_target_asked(const wa_config *config)
{
	return wa_config_get(config, "type") != NULL ||
	    wa_config_get(config, "target") != NULL;
}

/* Without a type the value tells it: a position, a number, a time, a name. */
static const char *
guess_type(const char *value)
{
	wa_error err = WA_ERROR_INIT;
	uint64_t lsn;
	int64_t when;

	if (value == NULL)
		return "default";
	if (wa_lsn_parse(&lsn, value) == 0)
		return "lsn";
	if (strspn(value, "0123456789") == strlen(value))
		return "xid";
	if (wa_when_parse(&when, value, 0, &err) == 0)
		return "time";
	return "name";
}

static int
parse(
    wa_target *target, const wa_config *config, uint32_t version, wa_error *err)
{
	const char *value = wa_config_get(config, "target");
	const char *type = wa_config_get(config, "type");
	char text[WA_TIME_SIZE];
	int rc;

	rc = wa_target_parse(target, type != NULL ? type : guess_type(value),
	    value, wa_config_get(config, "target-timeline"), version,
	    (int64_t)time(NULL) * 1000000, err);
	if (rc < 0)
		return rc;
	target->exclusive =
	    (int32_t)wa_config_number(config, "target-exclusive");
	if (target->type == WA_TARGET_TIME) {
		wa_time_format(text, target->time);
		say(LEVEL_INFO, "\"%s\" is %s", value, text);
	}
	return 0;
}

int
info_target_run(wa_repo *repo, const wa_config *config)
{
	wa_error err = WA_ERROR_INIT;
	wa_system *systems = NULL;
	wa_target target;
	wa_answer answer;
	size_t count = 0;
	int rc;

	rc = wa_stanza_systems(&systems, &count, repo, &err);
	if (rc == 0)
		rc = parse(&target, config, systems[count - 1].version, &err);
	if (rc == 0)
		rc = wa_target_check(
		    &answer, repo, systems[count - 1].system_id, &target, &err);
	wa_free(systems);
	if (rc < 0) {
		say_error(LEVEL_ERROR, &err);
		return UNREACHABLE;
	}
	if (strcmp(wa_config_get(config, "output"), "json") == 0)
		info_print_answer_json(&answer, &target);
	else
		info_print_answer(&answer, &target);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		say(LEVEL_ERROR, "could not write to standard output");
		return UNREACHABLE;
	}
	return answer.reachable ? 0 : UNREACHABLE;
}
