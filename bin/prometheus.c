/* prometheus.c - metrics in Prometheus' text format, version 0.0.4. */
#include "config.h"

#include "prometheus.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

#define EXACT 9007199254740992.0 /* a double tells integers apart */

static const char *
escaped(char one[2], char c, int utf8)
{
	one[0] = c;
	one[1] = '\0';
	if (c == '\\')
		return "\\\\";
	if (c == '"')
		return "\\\"";
	if (c == '\n')
		return "\\n";
	return (unsigned char)c >= 128 && !utf8 ? "?" : one;
}

void
prometheus_escape(char *buf, size_t size, const char *value)
{
	int utf8 = is_utf8(value);
	size_t used = 0;
	char one[2];

	for (; *value != '\0'; value++) {
		const char *text = escaped(one, *value, utf8);
		size_t n = strlen(text);

		if (used + n >= size)
			break;
		memcpy(buf + used, text, n);
		used += n;
	}
	buf[used] = '\0';
}

static int
is_whole(double value)
{
	return value < -EXACT || value > EXACT ||
	    value == (double)(int64_t)value;
}

const char *
prometheus_number(char buf[PROMETHEUS_NUMBER], double value)
{
	if (isnan(value))
		return strcpy(buf, "NaN");
	if (isinf(value))
		return strcpy(buf, value > 0 ? "+Inf" : "-Inf");
	(void)snprintf(
	    buf, PROMETHEUS_NUMBER, is_whole(value) ? "%.0f" : "%.6f", value);
	return buf;
}
