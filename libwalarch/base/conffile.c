/* conffile.c - the configuration file, which is INI, parsed by libinih. */
#include "config.h"

#include "base/conffile.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/conf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/names.h"
#include "base/settings.h"
#include "base/sys.h"

#define MAX_FILE (1u << 20)
#define MAX_LINE 199 /* libinih would split a longer one, silently */

static const char *const commands[] = { "archive-get", "archive-push", "backup",
	"check", "expire", "find", "get", "info", "init", "push", "restore",
	"verify" };

struct reading {
	wa_config *cfg;
	const char *command;
	const char *stanza; /* NULL: look at [global] only */
	wa_names *seen;     /* "section/setting" */
	wa_error *err;
	int rc;
};

/* archive-push in pgBackRest's files is push here. */
static int
same_command(const char *section, const char *command)
{
	static const char archive[] = "archive-";

	if (strncmp(section, archive, sizeof(archive) - 1) == 0)
		section += sizeof(archive) - 1;
	return strcmp(section, command) == 0;
}

static int
is_command(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(text, commands[i]) == 0)
			return 1;
	return 0;
}

/* Whose values the section holds; WA_FROM_DEFAULT: nobody's here.  Values that
 * add up would do so twice, were they taken before the stanza is known. */
static int
source_of(const struct reading *r, const char *section, int row)
{
	const char *colon = strchr(section, ':');
	size_t length =
	    colon == NULL ? strlen(section) : (size_t)(colon - section);

	if (r->stanza == NULL && row >= 0 &&
	    wa_settings[row].kind == WA_KIND_LIST)
		return WA_FROM_DEFAULT;
	if (colon != NULL && !same_command(colon + 1, r->command))
		return WA_FROM_DEFAULT;
	if (strncmp(section, "global", length) == 0 && length == 6)
		return colon == NULL ? WA_FROM_GLOBAL : WA_FROM_GLOBAL_COMMAND;
	if (r->stanza != NULL && strncmp(section, r->stanza, length) == 0 &&
	    r->stanza[length] == '\0')
		return colon == NULL ? WA_FROM_STANZA : WA_FROM_STANZA_COMMAND;
	return WA_FROM_DEFAULT;
}

static int
check_section(const char *section, wa_error *err)
{
	const char *colon = strchr(section, ':');

	if (section[0] == '\0') {
		(void)wa_error_set(err, WA_EUSAGE,
		    "a setting stands before the first section");
		wa_error_hint(err, "Begin with a line \"[global]\".");
		return WA_EUSAGE;
	}
	if (colon != NULL && !is_command(colon + 1)) {
		(void)wa_error_set(err, WA_EUSAGE,
		    "section \"[%s]\" names no command", section);
		wa_error_hint(err,
		    "After the colon stands push, get, init, check, info, "
		    "find, verify, backup, restore or expire; a section for "
		    "another command of pgBackRest's has to be removed.");
		return WA_EUSAGE;
	}
	return 0;
}

/* Is this the setting's second time in the section? */
static int
check_once(struct reading *r, const char *section, int row)
{
	char key[2 * MAX_LINE];
	size_t i;

	(void)snprintf(
	    key, sizeof(key), "%s/%s", section, wa_settings[row].shown.name);
	for (i = 0; i < wa_names_count(r->seen); i++)
		if (strcmp(wa_names_at(r->seen, i), key) == 0) {
			(void)wa_error_set(r->err, WA_EUSAGE,
			    "setting \"%s\" is given twice in section "
			    "\"[%s]\"",
			    wa_settings[row].shown.name, section);
			wa_error_hint(r->err,
			    "An indented line continues the "
			    "one before it.");
			return WA_EUSAGE;
		}
	return wa_names_add(r->seen, key, 0, r->err);
}

/* Values of other stanzas and commands are checked as well: a mistyped name
 * must not wait for the night it is needed. */
static int
one_value(
    struct reading *r, const char *section, const char *name, const char *value)
{
	int row = wa_setting_find(name), rc;

	rc = check_section(section, r->err);
	if (rc == 0 && row >= 0 && r->seen != NULL &&
	    wa_settings[row].kind != WA_KIND_LIST)
		rc = check_once(r, section, row);
	if (rc < 0)
		return rc;
	if (row >= 0 && strcmp(wa_settings[row].shown.name, "config") == 0)
		return wa_error_set(r->err, WA_EUSAGE,
		    "setting \"config\" cannot stand in the configuration file");
	return wa_config_give(
	    r->cfg, name, value, source_of(r, section, row), r->err);
}

/* libinih calls this for each "name = value". */
static int
on_value(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;

	if (r->rc == 0)
		r->rc = one_value(r, section, name, value);
	return r->rc == 0;
}

static int
check_lines(const char *text, size_t size, wa_error *err)
{
	size_t line = 1, length = 0, i;

	if (strlen(text) != size)
		return wa_error_set(err, WA_EUSAGE, "it contains a NUL byte");
	for (i = 0; i < size; i++) {
		length = text[i] == '\n' ? 0 : length + 1;
		line += text[i] == '\n';
		if (length > MAX_LINE)
			return wa_error_set(err, WA_EUSAGE,
			    "line %zu is longer than %d characters", line,
			    MAX_LINE);
	}
	return 0;
}

static int
parse(struct reading *r, const char *text)
{
	int line = ini_parse_string(text, on_value, r);

	if (r->rc < 0)
		return wa_error_in(r->err, r->rc, "line %d", line);
	if (line != 0) {
		(void)wa_error_set(r->err, WA_EUSAGE,
		    "line %d is neither a section nor a setting", line);
		wa_error_hint(r->err, "A setting is written \"name=value\".");
		return WA_EUSAGE;
	}
	return 0;
}

/* The stanza may itself stand in [global], so that is read first. */
static int
parse_twice(
    wa_config *cfg, const char *text, const char *command, wa_error *err)
{
	struct reading r = { cfg, command, NULL, NULL, err, 0 };
	char stanza[MAX_LINE + 1];
	int rc;

	rc = wa_names_new(&r.seen, err);
	if (rc == 0)
		rc = parse(&r, text);
	wa_names_free(r.seen);
	r.seen = NULL;
	/* A copy, for the second time the value is given anew. */
	(void)snprintf(
	    stanza, sizeof(stanza), "%s", wa_config_get(cfg, "stanza"));
	r.stanza = stanza;
	if (rc == 0)
		rc = parse(&r, text);
	return rc;
}

static int
check_mode(int fd, wa_error *err)
{
	struct stat st;

	if (wa_sys_fstat(fd, &st) < 0)
		return wa_error_system(err, errno, "could not stat it");
	if (!S_ISREG(st.st_mode))
		return wa_error_set(err, WA_EUSAGE, "it is not a regular file");
	if ((st.st_mode & S_IWOTH) != 0) {
		(void)wa_error_set(err, WA_EUSAGE,
		    "everybody may write to it (mode %04o)",
		    (unsigned)(st.st_mode & 07777));
		wa_error_hint(err,
		    "Use \"chmod o-w\" on it, and see who "
		    "changed it.");
		return WA_EUSAGE;
	}
	return 0;
}

int
wa_conffile_read(wa_config *cfg, const char *path, const char *command,
    int optional, wa_error *err)
{
	char *text = NULL;
	size_t size;
	int fd, rc;

	fd = wa_sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0) {
		if (errno == ENOENT && optional)
			return 0;
		return wa_error_system(err, errno,
		    "could not open configuration file \"%s\"", path);
	}
	rc = check_mode(fd, err);
	if (rc == 0)
		rc = wa_file_read_all(&text, &size, fd, MAX_FILE, err);
	if (rc == 0)
		rc = check_lines(text, size, err);
	if (rc == 0)
		rc = parse_twice(cfg, text, command, err);
	wa_sys_free(text);
	(void)wa_sys_close(fd);
	return rc < 0 ?
	    wa_error_in(err, rc, "configuration file \"%s\"", path) :
	    0;
}
