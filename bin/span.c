/* span.c - spans of time for people. */
#include "config.h"

#include "span.h"

#include <stdint.h>
#include <stdio.h>

static const struct unit {
	uint64_t seconds;
	const char *name;
} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };

const char *
span_text(char *buf, double seconds)
{
	uint64_t left = 0;
	size_t i = 0;
	int n;

	if (seconds > 0 && seconds < 9.95) {
		(void)snprintf(buf, SPAN_TEXT, "%.1f s", seconds);
		return buf;
	}
	if (seconds >= 1e15)
		left = UINT64_C(1000000000000000);
	else if (seconds > 0)
		left = (uint64_t)seconds;
	while (i < 3 && left < units[i].seconds)
		i++;
	n = snprintf(buf, SPAN_TEXT, "%llu %s",
	    (unsigned long long)(left / units[i].seconds), units[i].name);
	left %= units[i].seconds;
	if (i < 3 && left / units[i + 1].seconds > 0)
		(void)snprintf(buf + n, SPAN_TEXT - (size_t)n, " %llu %s",
		    (unsigned long long)(left / units[i + 1].seconds),
		    units[i + 1].name);
	return buf;
}
