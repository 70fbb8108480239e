/* info_sets_text.c - base backups in words. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "info_sets_print.h"
#include "size.h"

/* "2026-11-21 03:12:03+00" */
static void
time_text(char buf[32], int64_t when)
{
	time_t t = (time_t)(when / 1000000);
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(buf, 32, "%Y-%m-%d %H:%M:%S+00", &tm) == 0)
		(void)strcpy(buf, "?");
}

static void
print_pair(const char *what, const char *first, const char *last)
{
	(void)printf("            %s start/stop: %s / %s\n", what, first, last);
}

static void
print_facts(const struct info_sets *sets, const wa_set *s)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];
	char size[SIZE_TEXT], delta[SIZE_TEXT], start[32], stop[32];
	char from[WA_LSN_SIZE], to[WA_LSN_SIZE];

	time_text(start, s->start_time);
	time_text(stop, s->stop_time);
	print_pair("timestamp", start, stop);
	info_set_wal(first, last, s);
	print_pair("wal", first, last);
	wa_lsn_format(from, s->redo);
	wa_lsn_format(to, s->stop);
	print_pair("lsn", from, to);
	(void)printf(
	    "            database size: %s, database backup size: %s\n",
	    size_text(size, s->size), size_text(delta, s->copied));
	(void)printf(
	    "            repo1: backup set size: %s, backup size: %s\n",
	    size_text(size, info_set_stored(sets, s)),
	    size_text(delta, s->stored));
}

static void
print_references(const struct info_sets *sets, const wa_set *s)
{
	const char *before = "            backup reference list: ";

	while (s != NULL && s->prior[0] != '\0') {
		(void)printf("%s%s", before, s->prior);
		before = ", ";
		s = info_set_prior(sets, s);
	}
	if (before[0] == ',')
		(void)printf("\n");
}

static void
print_annotations(const struct info_set *more)
{
	size_t i;

	if (more->annotation_count > 0)
		(void)printf("            annotation(s)\n");
	for (i = 0; i < more->annotation_count; i++) {
		const char *line = more->annotations[i];
		size_t n = strcspn(line, "=");

		(void)printf("                %.*s: %s\n", (int)n, line,
		    line + n + (line[n] == '='));
	}
}

static void
print_set(const struct info_sets *sets, size_t i)
{
	const wa_set *s = &sets->sets[i];
	char until[WA_TIME_SIZE];

	(void)printf("\n        %s backup: %s\n", info_set_type(s), s->label);
	print_facts(sets, s);
	print_references(sets, s);
	if (s->standby)
		(void)printf("            taken from a standby\n");
	if (s->bad_pages > 0)
		(void)printf("            error(s) detected during backup: %u "
			     "page%s with a wrong checksum\n",
		    s->bad_pages, s->bad_pages == 1 ? "" : "s");
	if (sets->more[i].kept == INT64_MAX)
		(void)printf("            kept for ever\n");
	else if (sets->more[i].kept != WA_NO_TIME) {
		wa_time_format(until, sets->more[i].kept);
		(void)printf("            kept until: %s\n", until);
	}
	print_annotations(&sets->more[i]);
}

/* Whether it goes on, who could tell? */
static void
print_begun(const wa_set_begun *b)
{
	double percent = info_begun_percent(b);
	char size[SIZE_TEXT], since[32], last[32];

	time_text(since, b->since);
	time_text(last, b->last);
	(void)printf("\n        unfinished backup: %s\n", b->label);
	(void)printf("            begun: %s, last stored: %s\n", since, last);
	if (percent >= 0)
		(void)printf("            %.2f%% complete", percent);
	else
		(void)printf("            stored");
	(void)printf(", %s in %u part%s\n", size_text(size, b->done), b->parts,
	    b->parts == 1 ? "" : "s");
}

void
info_print_sets(const struct info_sets *sets, uint64_t system_id, int current)
{
	size_t i;

	for (i = 0; i < sets->count; i++)
		if (sets->sets[i].system_id == system_id)
			print_set(sets, i);
	for (i = 0; i < sets->begun_count; i++)
		if (sets->begun[i].system_id == system_id ||
		    (current && sets->begun[i].system_id == 0))
			print_begun(&sets->begun[i]);
}
