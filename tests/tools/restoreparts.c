/* restoreparts.c - the parts of walarch-restore by themselves, for tests. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <walarch.h>

#include "from_dir.h"
#include "message.h"
#include "process.h"
#include "recovery_settings.h"
#include "restoreparts.h"

static const char *
value_of(const char *argument, const char *key)
{
	size_t length = strlen(key);

	return strncmp(argument, key, length) == 0 && argument[length] == '=' ?
	    argument + length + 1 :
	    NULL;
}

int
failed(const wa_error *err)
{
	(void)fprintf(stderr, "error %d: %s\n", -err->code, err->text);
	if (err->hint[0] != '\0')
		(void)fprintf(stderr, "hint: %s\n", err->hint);
	return 1;
}

const char *
argument(char **argv, const char *key, const char *otherwise)
{
	const char *value = otherwise;

	for (; *argv != NULL; argv++)
		if (value_of(*argv, key) != NULL)
			value = value_of(*argv, key);
	return value;
}

/* Every "set=NAME=VALUE" is a setting as of the command line. */
wa_config *
configuration(char **argv)
{
	wa_error err = WA_ERROR_INIT;
	wa_config *config = NULL;
	int rc = wa_config_new(&config, &err);

	for (; *argv != NULL && rc == 0; argv++) {
		const char *setting = value_of(*argv, "set");
		char *name = setting != NULL ? strdup(setting) : NULL;

		if (name != NULL) {
			char *value = strchr(name, '=');

			*value = '\0';
			rc = wa_config_set(config, name, value + 1, &err);
		}
		free(name);
	}
	if (rc < 0)
		exit(failed(&err));
	return config;
}

static enum recovery_kind
kind_of(const char *word)
{
	if (strcmp(word, "standby") == 0)
		return RECOVERY_STANDBY;
	if (strcmp(word, "none") == 0)
		return RECOVERY_NONE;
	return strcmp(word, "preserve") == 0 ? RECOVERY_PRESERVE :
					       RECOVERY_TARGET;
}

int
parse_target(wa_target *out, char **argv, uint32_t version, wa_error *err)
{
	int rc = wa_target_parse(out, argument(argv, "type", "default"),
	    argument(argv, "target", NULL), argument(argv, "timeline", NULL),
	    version, 0, err);

	if (rc == 0)
		out->exclusive = argument(argv, "exclusive", NULL) != NULL;
	return rc;
}

/* DIR version=N [kind=] [type=] [target=] [timeline=] [exclusive=]
 * [action=] [get=] [risky=] [archive-off=] [options=LINES] [set=NAME=VALUE]
 * [check=]: only look. */
static int
settings(char **argv)
{
	wa_error err = WA_ERROR_INIT;
	struct recovery_settings s = {
		.version = (uint32_t)atoi(argument(argv, "version", "15")),
		.kind = kind_of(argument(argv, "kind", "target")),
		.action = argument(argv, "action", NULL),
		.get = argument(argv, "get", "/usr/bin/walarch-get"),
		.risky = argument(argv, "risky", NULL) != NULL,
		.archive_off = argument(argv, "archive-off", NULL) != NULL,
		.options = argument(argv, "options", NULL),
	};
	wa_config *config = configuration(argv);
	int dir = open(argv[0], O_RDONLY | O_DIRECTORY);
	int rc = parse_target(&s.target, argv, s.version, &err);

	s.config = config;
	if (rc == 0)
		rc = argument(argv, "check", NULL) != NULL ?
		    recovery_settings_check(&s, &err) :
		    recovery_settings_write(dir, &s, &err);
	wa_config_free(config);
	return rc < 0 ? failed(&err) : 0;
}

static const char *finish_with;

static int
finish(void *arg, int dir, wa_error *err)
{
	(void)arg;
	(void)dir;
	if (finish_with == NULL || system(finish_with) == 0)
		return 0;
	err->code = WA_ESYSTEM;
	(void)snprintf(err->text, sizeof(err->text), "it was not to be");
	return WA_ESYSTEM;
}

/* FROM to= [map=LINES] [map-all=] [threads=] [finish=COMMAND] */
static int
from_dir(char **argv)
{
	wa_error err = WA_ERROR_INIT;
	wa_config *config = configuration(argv);
	struct from_dir job = {
		.from = argv[0],
		.to = argument(argv, "to", NULL),
		.tablespace_map = argument(argv, "map", NULL),
		.tablespace_map_all = argument(argv, "map-all", NULL),
		.threads = (size_t)atoi(argument(argv, "threads", "1")),
		.finish = finish,
	};
	int rc;

	message_begin("restoreparts");
	process_catch_signals(config);
	finish_with = argument(argv, "finish", NULL);
	rc = from_dir_restore(&job, &err);
	wa_config_free(config);
	return rc < 0 ? failed(&err) : 0;
}

/* FROM */
static int
read_dir(char **argv)
{
	char redo[WA_LSN_SIZE], stop[WA_LSN_SIZE];
	wa_error err = WA_ERROR_INIT;
	uint64_t system_id;
	uint32_t version;
	wa_backup backup;
	int rc = from_dir_read(&backup, &version, &system_id, argv[0], &err);

	if (rc < 0)
		return failed(&err);
	wa_lsn_format(redo, backup.redo);
	wa_lsn_format(stop, backup.stop);
	(void)printf("%s %u %llu %u %s %s %s\n", backup.name, version,
	    (unsigned long long)system_id, backup.timeline, redo, stop,
	    backup.label);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(char **argv);
} parts[] = {
	{ "settings", settings },
	{ "from-dir", from_dir },
	{ "read-dir", read_dir },
	{ "guard", guard },
	{ "write-manifest", write_manifest },
	{ "read-manifest", read_manifest },
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 2 && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(argv[1], parts[i].name) == 0)
			return parts[i].run(argv + 2);
	(void)fprintf(stderr, "usage: restoreparts PART ARGUMENT...\n");
	return 2;
}
