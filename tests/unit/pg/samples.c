/* samples.c - lines "key value" of data/MAJOR; bytes are in hexadecimal. */
#include "config.h"

#include "samples.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support.h"

static char *
value_of(const char *text, const char *key, char *buf, size_t size)
{
	char before[32];
	const char *p;

	snprintf(before, sizeof(before), "\n%s ", key);
	p = strstr(text, before);
	cr_assert_not_null(p, "no %s", key);
	p += strlen(before);
	cr_assert_lt(strcspn(p, "\n"), size);
	snprintf(buf, size, "%.*s", (int)strcspn(p, "\n"), p);
	return buf;
}

static uint64_t
number_of(const char *text, const char *key)
{
	char buf[32];
	uint64_t n;

	cr_assert_eq(wa_text_number(
			 &n, value_of(text, key, buf, sizeof(buf)), UINT64_MAX),
	    0);
	return n;
}

static void
bytes_of(uint8_t *out, const char *text, const char *key)
{
	char buf[1025];
	size_t i;

	value_of(text, key, buf, sizeof(buf));
	for (i = 0; i < 512; i++) {
		uint64_t byte;

		cr_assert_eq(wa_text_hex(&byte, buf + 2 * i, 2), 0);
		out[i] = (uint8_t)byte;
	}
}

void
sample_read(struct sample *out, unsigned major)
{
	char path[512], buf[32], *text;
	size_t size;

	snprintf(path, sizeof(path), "%s/%u", SAMPLES, major);
	text = file_get(path, &size);
	out->major = (uint32_t)number_of(text, "major");
	out->timeline = (uint32_t)number_of(text, "timeline");
	out->segment_size = (uint32_t)number_of(text, "segment-size");
	out->checksums = (uint32_t)number_of(text, "checksums");
	out->state = (uint32_t)number_of(text, "state");
	out->system = number_of(text, "system");
	cr_assert_eq(
	    wa_lsn_parse(&out->redo, value_of(text, "redo", buf, sizeof(buf))),
	    0);
	value_of(text, "segment", out->segment, sizeof(out->segment));
	bytes_of(out->control, text, "control");
	bytes_of(out->page, text, "page");
	free(text);
}
