/* error.c - codes and sentences. */
#include "config.h"

#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
fill(wa_error *err, int code, int detail, const char *format, va_list args)
{
	if (err == NULL)
		return;
	err->code = code;
	err->detail = detail;
	err->hint[0] = '\0';
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
}

int
wa_error_set(wa_error *err, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(err, code, 0, format, args);
	va_end(args);
	return code;
}

/* Would the same call, made again, perhaps succeed? */
static int
code_of(int errnum)
{
	switch (errnum) {
	case ENOMEM:
		return WA_ENOMEM;
	case EAGAIN:
	case EBUSY:
	case EINTR:
	case EIO:
	case EMFILE:
	case ENFILE:
	case ENODEV:
	case ENOTCONN:
	case ESTALE:
	case ETIMEDOUT:
		return WA_ETRYAGAIN;
	default:
		return WA_ESYSTEM;
	}
}

int
wa_error_system(wa_error *err, int errnum, const char *format, ...)
{
	int code = code_of(errnum);
	char words[128];
	va_list args;
	size_t used;

	va_start(args, format);
	fill(err, code, errnum, format, args);
	va_end(args);
	if (err != NULL) {
		used = strlen(err->text);
		(void)snprintf(err->text + used, sizeof(err->text) - used,
		    ": %s", strerror_r(errnum, words, sizeof(words)));
	}
	return code;
}

void
wa_error_hint(wa_error *err, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return;
	va_start(args, format);
	(void)vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
}

int
wa_error_in(wa_error *err, int code, const char *format, ...)
{
	char text[sizeof(err->text)];
	va_list args;
	size_t used;

	if (err == NULL)
		return code;
	err->code = code;
	memcpy(text, err->text, sizeof(text));
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	(void)snprintf(
	    err->text + used, sizeof(err->text) - used, ": %s", text);
	return code;
}

int
wa_error_memory(wa_error *err)
{
	return wa_error_set(err, WA_ENOMEM, "out of memory");
}
