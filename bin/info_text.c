/* info_text.c - walarch-info for people, in the lines they know. */
#include "config.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "info_line.h"
#include "info_report.h"
#include "info_sets_print.h"
#include "info_words.h"
#include "size.h"

static void
print_range(const wa_wal_range *r, uint32_t segment_size)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];
	uint64_t count = r->last - r->first + 1;
	char size[SIZE_TEXT];

	wa_segment_format(first, r->timeline, r->first, segment_size);
	wa_segment_format(last, r->timeline, r->last, segment_size);
	(void)printf("            %s %s / %s, %llu segment%s",
	    r->missing ? "MISSING:" : "wal:", first, last,
	    (unsigned long long)count, count == 1 ? "" : "s");
	if (!r->missing)
		(void)printf(", %s stored", size_text(size, r->stored));
	(void)printf("\n");
}

static void
print_damaged(const wa_timeline *t, const struct info_system *s)
{
	uint32_t timeline;
	uint64_t number;
	size_t i;

	for (i = 0; i < s->damaged_count; i++)
		if (wa_segment_parse(&timeline, &number, s->damaged[i],
			s->system.segment_size) == 0 &&
		    timeline == t->timeline)
			(void)printf("            DAMAGED when it was pushed: "
				     "%s\n",
			    s->damaged[i]);
}

static void
print_dropped(const wa_timeline *t, const struct info_system *s)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];
	size_t i;

	for (i = 0; i < s->dropped_count; i++) {
		const wa_wal_range *r = &s->dropped[i];
		uint64_t count = r->last - r->first + 1;

		if (r->timeline != t->timeline)
			continue;
		wa_segment_format(
		    first, r->timeline, r->first, s->system.segment_size);
		wa_segment_format(
		    last, r->timeline, r->last, s->system.segment_size);
		(void)printf("            DROPPED, never stored: %s / %s, %llu "
			     "segment%s\n",
		    first, last, (unsigned long long)count,
		    count == 1 ? "" : "s");
	}
}

/* Of the terminal. */
static int
columns(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

static void
print_timeline(const wa_timeline *t, const struct info_system *s)
{
	char begin[WA_LSN_SIZE];
	size_t i;

	wa_lsn_format(begin, t->begin);
	(void)printf("        timeline %u", t->timeline);
	if (t->parent != 0)
		(void)printf(", from timeline %u at %s", t->parent, begin);
	if (t->timeline > 1 && !t->has_history)
		(void)printf(", whose history is missing");
	(void)printf("\n");
	for (i = 0; i < s->range_count; i++)
		if (s->ranges[i].timeline == t->timeline)
			print_range(&s->ranges[i], s->system.segment_size);
	if (t->partial)
		(void)printf("            and a .partial after the last\n");
	print_damaged(t, s);
	print_dropped(t, s);
	for (i = 0; i < s->window_count; i++)
		if (s->windows[i].timeline == t->timeline)
			info_print_window(&s->windows[i], 12);
	if (isatty(STDOUT_FILENO))
		info_draw_line(s, t->timeline, columns() - 14);
}

/* "9.6", "15" */
static void
print_version(uint32_t version)
{
	if (version > 900)
		(void)printf("9.%u", version - 900);
	else
		(void)printf("%u", version);
}

static void
print_system(const struct info_system *s, int current)
{
	char size[SIZE_TEXT];
	size_t i;

	(void)printf("\n    db (%s)\n        wal archive min/max (",
	    current ? "current" : "prior");
	print_version(s->system.version);
	(void)printf("-%u): ", s->system.number);
	if (s->segments == 0)
		(void)printf("none present\n");
	else
		(void)printf("%s / %s\n", s->first, s->last);
	(void)printf("        system identifier: %llu\n"
		     "        segments stored: %llu of %uMB, %s\n",
	    (unsigned long long)s->system.system_id,
	    (unsigned long long)s->segments, s->system.segment_size >> 20,
	    size_text(size, s->stored));
	for (i = 0; i < s->timeline_count; i++)
		print_timeline(&s->timelines[i], s);
	if (isatty(STDOUT_FILENO) && s->segments > 0)
		(void)printf("        (= can be recovered to, - is stored, "
			     "! is missing)\n");
	if (s->unread)
		(void)printf("        what can be recovered to is not known: "
			     "not all can be read\n");
	else if (s->segments > 0 && s->window_count == 0)
		(void)printf("        not restorable: %s\n",
		    s->backup_count == 0 ?
			"there is no base backup" :
			"for each base backup WAL is missing, or a history");
}

static void
print_stanza(const struct info_stanza *stanza)
{
	size_t i;

	(void)printf("stanza: %s\n    status: ", stanza->name);
	if (stanza->status == INFO_OK)
		(void)printf("ok\n");
	else
		(void)printf("error (%s)\n", info_status_text(stanza->status));
	if (stanza->status != INFO_NO_STANZA)
		(void)printf("    cipher: none\n");
	for (i = stanza->count; i > 0; i--) {
		print_system(&stanza->systems[i - 1], i == stanza->count);
		info_print_sets(&stanza->sets,
		    stanza->systems[i - 1].system.system_id,
		    i == stanza->count);
	}
}

void
info_print_text(const struct info_stanza *stanzas, size_t count)
{
	size_t i;

	if (count == 0)
		(void)printf("No stanzas exist in the repository.\n");
	for (i = 0; i < count; i++) {
		if (i > 0)
			(void)printf("\n");
		print_stanza(&stanzas[i]);
	}
}
