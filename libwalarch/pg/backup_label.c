/* backup_label.c - what a .backup file says of itself. */
#include "config.h"

#include "pg/backup_label.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

static int
not_label(wa_error *err)
{
	return wa_error_set(
	    err, WA_ECORRUPT, "it does not begin with \"START WAL LOCATION\"");
}

int
wa_backup_label_check(
    const struct wa_name *name, const char *text, size_t size, wa_error *err)
{
	char lsn[WA_LSN_SIZE], file[WA_SEGMENT_NAME_SIZE];
	char line[128], same[128];
	struct wa_name segment;
	uint64_t start;

	(void)snprintf(line, sizeof(line), "%.*s",
	    (int)(size < sizeof(line) ? size : sizeof(line) - 1), text);
	if (sscanf(line, "START WAL LOCATION: %17s (file %24[0-9A-F])", lsn,
		file) != 2 ||
	    wa_lsn_parse(&start, lsn) < 0)
		return not_label(err);
	/* sscanf() takes any blanks for a blank, and does without the end. */
	(void)snprintf(same, sizeof(same), "START WAL LOCATION: %s (file %s)\n",
	    lsn, file);
	if (strncmp(line, same, strlen(same)) != 0)
		return not_label(err);
	wa_name_parse(&segment, file);
	if (segment.kind != WA_SEGMENT || segment.timeline != name->timeline ||
	    segment.log != name->log || segment.segment != name->segment ||
	    (start & 0xFFFFF) != (name->offset & 0xFFFFF))
		return wa_error_set(err, WA_ECORRUPT,
		    "it is about a backup that started at %s in \"%s\"", lsn,
		    file);
	return 0;
}

/* The value behind "KEY: " at the beginning of a line, up to its end. */
static int
take(char *buf, size_t size, const char *text, const char *key)
{
	size_t length = strlen(key);
	const char *p = text;

	while (p != NULL && strncmp(p, key, length) != 0) {
		p = strchr(p, '\n');
		p = p == NULL ? NULL : p + 1;
	}
	buf[0] = '\0';
	if (p == NULL)
		return -1;
	(void)snprintf(
	    buf, size, "%.*s", (int)strcspn(p + length, "\n"), p + length);
	return 0;
}

/* "A/FF000028 (file ...)" */
static int
take_lsn(uint64_t *lsn, const char *text, const char *key)
{
	char value[80];

	if (take(value, sizeof(value), text, key) < 0)
		return -1;
	value[strcspn(value, " ")] = '\0';
	return wa_lsn_parse(lsn, value);
}

/* The timeline is in the name of the segment where it began: 9.5 and 10 have
 * no line for it. */
static int
take_timeline(uint32_t *timeline, const char *text)
{
	char file[WA_SEGMENT_NAME_SIZE];
	struct wa_name name;

	if (sscanf(text, "START WAL LOCATION: %*s (file %24[0-9A-F])", file) !=
	    1)
		return -1;
	wa_name_parse(&name, file);
	*timeline = name.timeline;
	return name.kind == WA_SEGMENT ? 0 : -1;
}

int
wa_backup_label_read(wa_backup *out, const char *text, wa_error *err)
{
	if (take_lsn(&out->redo, text, "START WAL LOCATION: ") < 0 ||
	    take_lsn(&out->stop, text, "STOP WAL LOCATION: ") < 0 ||
	    take_lsn(&out->checkpoint, text, "CHECKPOINT LOCATION: ") < 0 ||
	    take_timeline(&out->timeline, text) < 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "it does not say where the backup begins and ends");
	if (out->checkpoint < out->redo || out->stop <= out->checkpoint)
		return wa_error_set(err, WA_ECORRUPT,
		    "its positions are not in the order of a backup");
	(void)take(out->label, sizeof(out->label), text, "LABEL: ");
	(void)take(
	    out->start_time, sizeof(out->start_time), text, "START TIME: ");
	(void)take(out->stop_time, sizeof(out->stop_time), text, "STOP TIME: ");
	return 0;
}

int
wa_backup_label_parse(wa_backup *out, const char *text, wa_error *err)
{
	wa_backup backup;

	memset(&backup, 0, sizeof(backup));
	if (take_lsn(&backup.redo, text, "START WAL LOCATION: ") < 0 ||
	    take_lsn(&backup.checkpoint, text, "CHECKPOINT LOCATION: ") < 0 ||
	    take_timeline(&backup.timeline, text) < 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "it does not say where the backup begins");
	if (backup.checkpoint < backup.redo)
		return wa_error_set(err, WA_ECORRUPT,
		    "its positions are not in the order of a backup");
	(void)take(backup.label, sizeof(backup.label), text, "LABEL: ");
	(void)take(
	    backup.start_time, sizeof(backup.start_time), text, "START TIME: ");
	*out = backup;
	return 0;
}
