/* when.h - points in time as people write them. */
#ifndef WA_BASE_WHEN_H
#define WA_BASE_WHEN_H

#include <stdint.h>

#include "walarch.h"

/*
 * Microseconds since 1970-01-01 UTC, from 1970 to 9999, of
 *
 *	2026-11-21 03:15:00.123456+00	a timestamptz of psql
 *	2026-11-21T03:15:00Z		ISO 8601
 *	2026-11-21 03:15:00 UTC		pg_waldump; or GMT
 *	2026-11-21 03:15, 2026-11-21	local time, that of TZ
 *	now, now - 1 hour 30 min	a day is 24 hours
 *
 * An offset is +01, +0100 or +01:00.  WA_EUSAGE says what is wrong, also with
 * a local time that the change of clocks left out, or made happen twice.
 */
int wa_when_parse(int64_t *out, const char *text, int64_t now, wa_error *err);

#endif
