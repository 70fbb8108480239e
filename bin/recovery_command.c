/* recovery_command.c - the restore_command of a restored server. */
#include "config.h"

#include "recovery_command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"

/* What walarch-get takes and may have been told; it is always told the first
 * two. */
static const char *const settings[] = { "repo1-path", "stanza",
	"archive-timeout" };

static int
needs_quotes(const char *text)
{
	return text[0] == '\0' ||
	    text[strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_./:=@%+,-")] != '\0';
}

static void
put_word(FILE *out, const char *text)
{
	int quoted = needs_quotes(text);

	if (quoted)
		(void)fputc('\'', out);
	for (; *text != '\0'; text++)
		if (*text == '\'')
			(void)fputs("'\\''", out);
		else if (*text == '%')
			(void)fputs("%%", out);
		else
			(void)fputc(*text, out);
	if (quoted)
		(void)fputc('\'', out);
}

static void
put_option(FILE *out, const char *name, const char *value)
{
	(void)fprintf(out, " --%s=", name);
	put_word(out, value);
}

/* The server's working directory will be another. */
static int
put_file(FILE *out, const wa_config *config, wa_error *err)
{
	const char *file = wa_config_get(config, "config");
	char folder[PATH_MAX], *path = NULL;

	if (file[0] != '/') {
		if (getcwd(folder, sizeof(folder)) == NULL)
			return error_system(
			    err, "could not find the working directory");
		if (asprintf(&path, "%s/%s", folder, file) < 0)
			return out_of_memory(err);
		file = path;
	}
	put_option(out, "config", file);
	free(path);
	return 0;
}

static int
was_given(const wa_config *config, const char *name)
{
	return strcmp(wa_config_source(config, name), "default") != 0;
}

static int
put_options(FILE *out, const wa_config *config, wa_error *err)
{
	size_t i;
	int rc = 0;

	if (was_given(config, "config"))
		rc = put_file(out, config, err);
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (i < 2 || was_given(config, settings[i]))
			put_option(out, settings[i],
			    wa_config_get(config, settings[i]));
	return rc;
}

int
recovery_command(
    char **out, const char *get, const wa_config *config, wa_error *err)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int rc;

	if (stream == NULL)
		return out_of_memory(err);
	put_word(stream, get);
	rc = put_options(stream, config, err);
	(void)fputs(" %f \"%p\"", stream);
	if (ferror(stream) && rc == 0)
		rc = out_of_memory(err);
	if (fclose(stream) != 0 && rc == 0)
		rc = out_of_memory(err);
	if (rc == 0)
		*out = text;
	else
		free(text);
	return rc;
}
