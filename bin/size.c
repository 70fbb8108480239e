/* size.c - sizes for people. */
#include "config.h"

#include "size.h"

#include <stdio.h>

const char *
size_text(char *buf, uint64_t bytes)
{
	static const char *const units[] = { "B", "KB", "MB", "GB", "TB",
		"PB" };
	double n = (double)bytes;
	size_t unit = 0;

	while (n >= 1024 && unit < 5) {
		n /= 1024;
		unit++;
	}
	(void)snprintf(
	    buf, SIZE_TEXT, unit == 0 ? "%.0f%s" : "%.1f%s", n, units[unit]);
	return buf;
}
