/* recovery_lines.c - lines of postgresql.auto.conf or recovery.conf. */
#include "config.h"

#include "recovery_lines.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "errors.h"
#include "message.h"

/* Two kinds of target keep a server from starting. */
static const char *const of_recovery[] = { "recovery_target",
	"recovery_target_action", "recovery_target_inclusive",
	"recovery_target_lsn", "recovery_target_name", "recovery_target_time",
	"recovery_target_timeline", "recovery_target_xid", "restore_command" };

/* Bytes of a name: letters, digits, "_", "$", what is not ASCII, and "."
 * behind an extension's. */
static size_t
name_length(const char *text)
{
	const char *p = text;

	while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
	    *p == '_' || (unsigned char)*p > 127 ||
	    (p > text && ((*p >= '0' && *p <= '9') || *p == '$' || *p == '.')))
		p++;
	return (size_t)(p - text);
}

static struct recovery_line *
find(const struct recovery_lines *lines, const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < lines->count; i++)
		if (strlen(lines->line[i].name) == length &&
		    strncasecmp(lines->line[i].name, name, length) == 0)
			return (struct recovery_line *)&lines->line[i];
	return NULL;
}

/* A new line, at the end. */
static struct recovery_line *
add(struct recovery_lines *lines, const char *name)
{
	struct recovery_line *line;

	if (lines->count == RECOVERY_LINES_MAX)
		return NULL;
	line = &lines->line[lines->count++];
	(void)snprintf(line->name, sizeof(line->name), "%s", name);
	return line;
}

static int
check(const char *name, const char *value, wa_error *err)
{
	size_t length = name_length(name);

	if (length == 0 || name[length] != '\0' ||
	    length >= sizeof(((struct recovery_line *)NULL)->name))
		return error_set(
		    err, WA_EUSAGE, "\"%s\" is no name of a setting", name);
	if (strchr(value, '\n') != NULL)
		return error_set(err, WA_EUSAGE,
		    "the value of \"%s\" has a newline, which PostgreSQL's "
		    "configuration cannot have",
		    name);
	return 0;
}

int
recovery_lines_set(struct recovery_lines *lines, const char *name,
    const char *value, wa_error *err)
{
	int rc = check(name, value, err);
	struct recovery_line *line;
	char *copy;

	if (rc < 0)
		return rc;
	copy = strdup(value);
	if (copy == NULL)
		return out_of_memory(err);
	line = find(lines, name, strlen(name));
	if (line == NULL)
		line = add(lines, name);
	if (line == NULL) {
		free(copy);
		return error_set(err, WA_EUSAGE,
		    "there are more than %d recovery settings",
		    RECOVERY_LINES_MAX);
	}
	free(line->value);
	line->value = copy;
	return 0;
}

/* Another kind of target than that of --type would keep the server from
 * starting, and none of them would have been looked for in the WAL. */
static int
is_target(const char *name)
{
	static const char *const kinds[] = { "", "_lsn", "_name", "_time",
		"_xid" };
	const char *rest = name + strlen("recovery_target");
	size_t i;

	if (strncasecmp(name, "recovery_target", strlen("recovery_target")) !=
	    0)
		return 0;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcasecmp(rest, kinds[i]) == 0)
			return 1;
	return 0;
}

int
recovery_lines_option(
    struct recovery_lines *lines, const char *option, wa_error *err)
{
	const char *value = strchr(option, '=');
	char name[64], *p;
	int rc;

	if (value == NULL || (size_t)(value - option) >= sizeof(name)) {
		rc = error_set(err, WA_EUSAGE,
		    "recovery option \"%s\" is no \"NAME=VALUE\"", option);
		return rc;
	}
	(void)snprintf(
	    name, sizeof(name), "%.*s", (int)(value - option), option);
	for (p = name; *p != '\0'; p++)
		if (*p == '-')
			*p = '_';
	if (is_target(name)) {
		rc = error_set(
		    err, WA_EUSAGE, "\"%s\" is no recovery option", name);
		error_hint(err, "Use --type and --target.");
		return rc;
	}
	return recovery_lines_set(lines, name, value + 1, err);
}

/* Both are doubled by PostgreSQL's own ALTER SYSTEM. */
static void
print_value(FILE *out, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			(void)fputc(*value, out);
		(void)fputc(*value, out);
	}
}

void
recovery_lines_print(FILE *out, const struct recovery_lines *lines)
{
	size_t i;

	for (i = 0; i < lines->count; i++) {
		(void)fprintf(out, "%s = '", lines->line[i].name);
		print_value(out, lines->line[i].value);
		(void)fputs("'\n", out);
	}
}

static int
fights(const char *line, const struct recovery_lines *lines)
{
	static const char command[] = "restore_command";
	size_t length, i;

	line += strspn(line, " \t\r\f");
	length = name_length(line);
	if (length == 0)
		return 0;
	if (find(lines, line, length) != NULL)
		return 1;
	if (find(lines, command, strlen(command)) == NULL)
		return 0;
	for (i = 0; i < sizeof(of_recovery) / sizeof(of_recovery[0]); i++)
		if (strlen(of_recovery[i]) == length &&
		    strncasecmp(of_recovery[i], line, length) == 0)
			return 1;
	return 0;
}

void
recovery_lines_clean(FILE *out, const char *text,
    const struct recovery_lines *lines, const char *now)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		if (fights(text, lines))
			(void)fprintf(
			    out, "# Removed by walarch-restore on %s: ", now);
		(void)fwrite(text, 1, length, out);
		(void)fputc('\n', out);
		text += length + (text[length] == '\n');
	}
}

void
recovery_lines_free(struct recovery_lines *lines)
{
	while (lines->count > 0)
		free(lines->line[--lines->count].value);
}
