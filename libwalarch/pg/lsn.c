/* lsn.c - positions in the write-ahead log, as PostgreSQL writes them. */
#include "config.h"

#include "pg/lsn.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* One to eight hexadecimal digits before the character end. */
static const char *
half(uint64_t *out, const char *text, char end)
{
	size_t n = strspn(text, "0123456789ABCDEFabcdef");

	if (n == 0 || n > 8 || text[n] != end || wa_text_hex(out, text, n) < 0)
		return NULL;
	return text + n;
}

int
wa_lsn_parse(uint64_t *out, const char *text)
{
	uint64_t high, low;
	const char *slash = half(&high, text, '/');

	if (slash == NULL || half(&low, slash + 1, '\0') == NULL)
		return WA_EUSAGE;
	*out = high << 32 | low;
	return 0;
}

void
wa_lsn_format(char buf[WA_LSN_SIZE], uint64_t lsn)
{
	(void)snprintf(
	    buf, WA_LSN_SIZE, "%X/%X", (unsigned)(lsn >> 32), (unsigned)lsn);
}

int
wa_segment_size_ok(uint64_t size)
{
	return size >= 1u << 20 && size <= 1u << 30 && (size & (size - 1)) == 0;
}
