/* errors.c - filling in errors. */
#include "config.h"

#include "errors.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
fill(wa_error *err, int code, int detail, const char *format, va_list args)
{
	size_t n;

	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	n = strlen(err->text);
	if (detail != 0)
		(void)snprintf(err->text + n, sizeof(err->text) - n, ": %s",
		    strerror(detail));
	err->code = code;
	err->detail = detail;
	err->hint[0] = '\0';
}

int
error_set(wa_error *err, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (err != NULL)
		fill(err, code, 0, format, args);
	va_end(args);
	return code;
}

int
error_system(wa_error *err, const char *format, ...)
{
	int detail = errno;
	va_list args;

	va_start(args, format);
	if (err != NULL)
		fill(err, WA_ESYSTEM, detail, format, args);
	va_end(args);
	return WA_ESYSTEM;
}

int
error_in(wa_error *err, int code, const char *format, ...)
{
	char front[sizeof(err->text)], behind[sizeof(err->text)];
	va_list args;
	int n;

	if (err == NULL)
		return code;
	va_start(args, format);
	(void)vsnprintf(front, sizeof(front), format, args);
	va_end(args);
	(void)snprintf(behind, sizeof(behind), "%s", err->text);
	n = snprintf(err->text, sizeof(err->text), "%.300s: ", front);
	(void)snprintf(err->text + n, sizeof(err->text) - (size_t)n, "%.*s",
	    (int)(sizeof(err->text) - (size_t)n - 1), behind);
	return code;
}

void
error_hint(wa_error *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (err != NULL)
		(void)vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
}
