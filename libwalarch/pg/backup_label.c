/* backup_label.c - what a .backup file says of itself. */
#include "config.h"

#include "pg/backup_label.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

int
wa_backup_label_check(
    const struct wa_name *name, const char *text, size_t size, wa_error *err)
{
	char lsn[WA_LSN_SIZE], file[WA_SEGMENT_NAME_SIZE], line[128];
	struct wa_name segment;
	uint64_t start;

	(void)snprintf(line, sizeof(line), "%.*s",
	    (int)(size < sizeof(line) ? size : sizeof(line) - 1), text);
	if (sscanf(line, "START WAL LOCATION: %17s (file %24[0-9A-F])", lsn,
		file) != 2 ||
	    wa_lsn_parse(&start, lsn) < 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "it does not begin with \"START WAL LOCATION\"");
	wa_name_parse(&segment, file);
	if (segment.kind != WA_SEGMENT || segment.timeline != name->timeline ||
	    segment.log != name->log || segment.segment != name->segment ||
	    (start & 0xFFFFF) != (name->offset & 0xFFFFF))
		return wa_error_set(err, WA_ECORRUPT,
		    "it is about a backup that started at %s in \"%s\"", lsn,
		    file);
	return 0;
}
