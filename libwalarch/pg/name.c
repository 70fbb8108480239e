/* name.c - names of segments, partial segments, histories and backups. */
#include "config.h"

#include "pg/name.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "pg/lsn.h"

/* Exactly n upper-case hexadecimal digits at text, as PostgreSQL writes. */
static int
digits(uint32_t *out, const char *text, size_t n)
{
	uint64_t number;

	if (strspn(text, "0123456789ABCDEF") < n ||
	    wa_text_hex(&number, text, n) < 0)
		return -1;
	*out = (uint32_t)number;
	return 0;
}

static enum wa_kind
kind_of_rest(struct wa_name *out, const char *rest)
{
	if (rest[0] == '\0')
		return WA_SEGMENT;
	if (strcmp(rest, ".partial") == 0)
		return WA_PARTIAL;
	if (strcmp(rest, ".damaged") == 0)
		return WA_DAMAGED;
	if (strcmp(rest, ".dropped") == 0 ||
	    strcmp(rest, ".partial.dropped") == 0)
		return WA_DROPPED;
	if (rest[0] == '.' && digits(&out->offset, rest + 1, 8) == 0 &&
	    strcmp(rest + 9, ".backup") == 0)
		return WA_BACKUP;
	return WA_NOT_WAL;
}

void
wa_name_parse(struct wa_name *out, const char *name)
{
	memset(out, 0, sizeof(*out));
	if (digits(&out->timeline, name, 8) < 0 || out->timeline == 0)
		return;
	if (strcmp(name + 8, ".history") == 0)
		out->kind = WA_HISTORY;
	else if (digits(&out->log, name + 8, 8) == 0 &&
	    digits(&out->segment, name + 16, 8) == 0)
		out->kind = kind_of_rest(out, name + 24);
}

enum wa_kind
wa_name_kind(const char *name)
{
	struct wa_name parsed;

	wa_name_parse(&parsed, name);
	return parsed.kind;
}

int64_t
wa_name_number(const struct wa_name *name, uint32_t segment_size)
{
	uint64_t per_log = (UINT64_C(1) << 32) / segment_size;

	if (name->kind == WA_NOT_WAL || name->kind == WA_HISTORY ||
	    name->segment >= per_log)
		return -1;
	return (int64_t)(name->log * per_log + name->segment);
}

int
wa_segment_parse(uint32_t *timeline, uint64_t *number, const char *name,
    uint32_t segment_size)
{
	struct wa_name parsed;
	int64_t n;

	if (!wa_segment_size_ok(segment_size))
		return WA_EUSAGE;
	wa_name_parse(&parsed, name);
	n = wa_name_number(&parsed, segment_size);
	if (n < 0)
		return WA_EUSAGE;
	*timeline = parsed.timeline;
	*number = (uint64_t)n;
	return 0;
}

void
wa_segment_format(char buf[WA_SEGMENT_NAME_SIZE], uint32_t timeline,
    uint64_t number, uint32_t segment_size)
{
	uint64_t per_log = (UINT64_C(1) << 32) / segment_size;

	(void)snprintf(buf, WA_SEGMENT_NAME_SIZE, "%08X%08X%08X", timeline,
	    (unsigned)(number / per_log), (unsigned)(number % per_log));
}
