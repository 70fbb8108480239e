/* label.c - the lines of a label. */
#include "config.h"

#include "stream/label.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/error.h"
#include "base/text.h"

static const char first_line[] = "walarch 1\n";

void
wa_label_begin(wa_label *label, const char *kind)
{
	memcpy(label->text, first_line, sizeof(first_line));
	label->used = sizeof(first_line) - 1;
	wa_label_add(label, "kind", "%s", kind);
}

void
wa_label_add(wa_label *label, const char *key, const char *format, ...)
{
	char value[512];
	va_list args;
	int n;

	va_start(args, format);
	(void)vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	n = snprintf(label->text + label->used,
	    sizeof(label->text) - label->used, "%s %s\n", key, value);
	if (n > 0 && (size_t)n < sizeof(label->text) - label->used)
		label->used += (size_t)n;
	else
		label->used = sizeof(label->text) - 1;
}

int
wa_label_seal(wa_label *label, wa_error *err)
{
	wa_label_add(
	    label, "check", "%08x", wa_crc32c(0, label->text, label->used));
	if (label->used > WA_LABEL_MAX)
		return wa_error_set(err, WA_EUSAGE, "its label is too long");
	return 0;
}

static int
bad(wa_error *err, const char *why)
{
	return wa_error_set(err, WA_ECORRUPT, "its label %s", why);
}

/* Where the line after p begins. */
static const char *
next_line(const char *p)
{
	return strchr(p, '\n') + 1;
}

static int
check_lines(const char *text, const char *check, wa_error *err)
{
	const char *p;

	for (p = text; p < check; p = next_line(p)) {
		if (strncmp(p, "must-", 5) == 0)
			return wa_error_set(err, WA_EUSAGE,
			    "it needs a newer version of walarch (\"%.*s\")",
			    (int)strcspn(p, " \n"), p);
		if (strcspn(p, " ") >= strcspn(p, "\n"))
			return bad(err, "has a line that is not \"key value\"");
	}
	return 0;
}

int
wa_label_parse(wa_label *out, const char *text, size_t size, wa_error *err)
{
	const char *check;
	char seal[16];

	if (size == 0 || size > WA_LABEL_LIMIT || text[size - 1] != '\n' ||
	    memchr(text, '\0', size) != NULL)
		return bad(err, "is not text");
	memcpy(out->text, text, size);
	out->text[size] = '\0';
	out->used = size;
	check = strstr(out->text, "\ncheck ");
	if (check == NULL)
		return bad(err, "has no checksum");
	check++;
	(void)snprintf(seal, sizeof(seal), "check %08x\n",
	    wa_crc32c(0, out->text, (size_t)(check - out->text)));
	if (strcmp(check, seal) != 0)
		return bad(err, "does not have the checksum it claims");
	if (strncmp(out->text, first_line, sizeof(first_line) - 1) != 0)
		return wa_error_set(err, WA_EUSAGE,
		    "it was written by a later version of walarch (\"%.*s\")",
		    (int)strcspn(out->text, "\n"), out->text);
	return check_lines(out->text, check, err);
}

const char *
wa_label_get(const wa_label *label, const char *key, char *buf, size_t size)
{
	size_t length = strlen(key);
	const char *p = label->text;

	while (*p != '\0') {
		size_t n = strcspn(p, "\n");

		if (strncmp(p, key, length) == 0 && p[length] == ' ') {
			if (n - length - 1 >= size)
				return NULL;
			memcpy(buf, p + length + 1, n - length - 1);
			buf[n - length - 1] = '\0';
			return buf;
		}
		p += n + (p[n] == '\n');
	}
	return NULL;
}

int
wa_label_number(uint64_t *out, const wa_label *label, const char *key)
{
	char value[24];

	if (wa_label_get(label, key, value, sizeof(value)) == NULL)
		return -1;
	return wa_text_number(out, value, UINT64_MAX);
}

int
wa_label_line(const wa_label *label, size_t *at, char *buf, size_t size)
{
	while (label->text[*at] != '\0') {
		const char *p = label->text + *at;
		size_t n = strcspn(p, "\n");

		*at += n + (p[n] == '\n');
		if (n >= size)
			continue;
		memcpy(buf, p, n);
		buf[n] = '\0';
		return 1;
	}
	return 0;
}
