/* find_text.c - walarch-find for people. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find_archive.h"
#include "find_print.h"
#include "find_restore.h"

const char *
find_kind_name(int kind)
{
	static const char *const names[] = { "", "commit", "abort",
		"restore-point", "checkpoint", "drop", "drop-database",
		"timeline", "damage", "record" };

	return names[kind];
}

/* What it is about. */
static int
print_subject(const wa_event *e)
{
	char *plain = find_restore_plain(e->name);

	if (plain == NULL)
		return -1;
	if (e->xid != 0)
		(void)printf("  xid %u", e->xid);
	switch (e->kind) {
	case WA_EVENT_RESTORE_POINT:
		(void)printf("  \"%s\"", plain);
		break;
	case WA_EVENT_DAMAGE:
	case WA_EVENT_RECORD:
		(void)printf("  %s", plain);
		break;
	case WA_EVENT_DROP:
		(void)printf("  removes %u relation%s", e->count,
		    e->count == 1 ? "" : "s");
		break;
	case WA_EVENT_DROP_DATABASE:
		(void)printf("  of OID %llu", (unsigned long long)e->other);
		break;
	case WA_EVENT_TIMELINE:
		(void)printf(
		    "  timeline %llu ends", (unsigned long long)e->other);
		break;
	default:
		break;
	}
	free(plain);
	return 0;
}

static int
print_commands(const struct find_hit *hit, const struct find_archive *archive)
{
	struct find_target targets[2];
	size_t count = find_restore(targets, hit, archive), i;

	for (i = 0; i < count; i++) {
		char *command = find_restore_command(&targets[i], archive);
		char *settings = find_restore_settings(&targets[i]);
		int printed = command != NULL && settings != NULL;

		if (printed)
			(void)printf("    %s: %s\n    %*s  (%s)\n",
			    targets[i].where, command,
			    (int)strlen(targets[i].where), "", settings);
		free(command);
		free(settings);
		if (!printed)
			return -1;
	}
	return 0;
}

static int
print_hit(const struct find_hit *hit, const struct find_archive *archive)
{
	char time[WA_TIME_SIZE] = "-", lsn[WA_LSN_SIZE], name[FIND_NAME_SIZE];

	if (hit->event.time != WA_NO_TIME)
		wa_time_format(time, hit->event.time);
	wa_lsn_format(lsn, hit->event.lsn);
	find_archive_name(name, archive, hit->file);
	(void)printf("%s  %s  timeline %u  %s", find_kind_name(hit->event.kind),
	    time, hit->event.timeline, lsn);
	if (print_subject(&hit->event) < 0)
		return -1;
	(void)printf("\n    in %s\n", name);
	return print_commands(hit, archive);
}

int
find_print_text(
    const struct find_hits *hits, const struct find_archive *archive)
{
	size_t i;

	for (i = 0; i < hits->count; i++)
		if (print_hit(&hits->at[i], archive) < 0)
			return -1;
	return 0;
}
