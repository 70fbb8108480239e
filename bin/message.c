/* message.c - "walarch-push: error: ...", and a hint. */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *program = "walarch";
static enum level most = LEVEL_INFO;
static char last_error[1024];

static const char *const words[] = { "off", "error", "warn", "info", "debug" };
static const char *const prefixes[] = { "", "error: ", "warning: ", "",
	"debug: " };

void
message_begin(const char *name)
{
	program = name;
}

void
message_level(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0)
			most = (enum level)i;
}

/* One write, so that the lines of several processes do not mix; control
 * characters from names and files must not forge lines. */
static void
print(const char *prefix, const char *format, va_list args)
{
	char text[2048], line[2300];
	char *p;

	(void)vsnprintf(text, sizeof(text), format, args);
	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	(void)snprintf(line, sizeof(line), "%s: %s%s\n", program, prefix, text);
	(void)fputs(line, stderr);
	(void)fflush(stderr);
}

void
say(enum level level, const char *format, ...)
{
	va_list args;

	if (level == LEVEL_ERROR) {
		va_start(args, format);
		(void)vsnprintf(last_error, sizeof(last_error), format, args);
		va_end(args);
	}
	if (level > most)
		return;
	va_start(args, format);
	print(prefixes[level], format, args);
	va_end(args);
}

const char *
message_last_error(void)
{
	return last_error;
}

void
hint(const char *format, ...)
{
	va_list args;

	if (most == LEVEL_OFF)
		return;
	va_start(args, format);
	print("hint: ", format, args);
	va_end(args);
}

int
out_of_memory(wa_error *err)
{
	(void)strcpy(err->text, "out of memory");
	err->hint[0] = '\0';
	return err->code = WA_ENOMEM;
}

void
say_error(enum level level, const wa_error *err)
{
	say(level, "%s", err->text);
	if (level <= most && err->hint[0] != '\0')
		hint("%s", err->hint);
}
