/* status_text.c - how archiving does, for people. */
#include "config.h"

#include <stdio.h>

#include "size.h"
#include "span.h"
#include "status.h"

/* "2026-11-21T03:15:00.123456Z (12 s ago)" */
static void
print_when(const struct status *s, int64_t at)
{
	char when[WA_TIME_SIZE], span[SPAN_TEXT];

	wa_time_format(when, at);
	(void)printf("%s (%s ago)", when, span_text(span, status_age(s, at)));
}

static void
print_files(uint64_t count)
{
	(void)printf(
	    "%llu file%s", (unsigned long long)count, count == 1 ? "" : "s");
}

static void
print_last(const struct status *s)
{
	int64_t at = 0;
	const char *name = status_last(&at, s);

	(void)printf("        last archived: ");
	if (name[0] == '\0') {
		(void)printf("-\n");
		return;
	}
	(void)printf("%s, ", name);
	print_when(s, at);
	(void)printf("\n");
}

static void
print_waiting(const struct status *s)
{
	const struct archive_notes *notes = &s->notes;
	char text[SIZE_TEXT], span[SPAN_TEXT];

	(void)printf("        waiting: ");
	if (notes->ready == 0) {
		(void)printf("none\n");
		return;
	}
	print_files(notes->ready);
	(void)printf(", %s\n        oldest waiting: %s, for %s\n",
	    size_text(text, notes->ready_bytes), notes->oldest,
	    span_text(span, status_age(s, notes->oldest_at)));
}

static void
print_rate(const struct status *s)
{
	char span[SPAN_TEXT];

	if (s->pace.over == 0)
		(void)printf("        rate: -\n");
	else
		(void)printf("        rate: %.2f segments/s archived, %.2f "
			     "segments/s new, over the last %s\n",
		    pace_rate(s->pace.archived, &s->pace),
		    pace_rate(s->pace.made, &s->pace),
		    span_text(span, (double)s->pace.over / 1e6));
}

static void
print_catch_up(const struct status *s)
{
	static const char *const words[] = {
		[CATCH_UP_NOTHING] = "nothing waits",
		[CATCH_UP_KNOWN] = "",
		[CATCH_UP_LEVEL] = "- (as much is new as is archived)",
		[CATCH_UP_GROWING] = "growing",
		[CATCH_UP_UNKNOWN] = "-",
	};
	char span[SPAN_TEXT];

	(void)printf("        time to catch up: %s\n",
	    s->catch_up == CATCH_UP_KNOWN ?
		span_text(span, s->catch_up_seconds) :
		words[s->catch_up]);
}

static void
print_archiving(const struct status *s)
{
	(void)printf("\n    archiving\n");
	if (s->notes.ready == 0 && s->notes.done == 0)
		(void)printf("        nothing is noted in archive_status: no "
			     "segment was finished since the last\n"
			     "        checkpoint, or archive_mode is off\n");
	print_last(s);
	print_waiting(s);
	print_rate(s);
	print_catch_up(s);
}

static void
print_runner(const struct status *s, const struct status_ahead *ahead)
{
	const struct runner_state *runner = &ahead->runner;
	char size[SIZE_TEXT];

	(void)printf("        runner: %s", ahead->alive ? "works" : "idle");
	if (ahead->begun) {
		(void)printf(ahead->alive ? ", since " : "; the last began ");
		print_when(s, runner->since);
		(void)printf(" and did ");
		print_files(runner->files);
		(void)printf(", %s", size_text(size, runner->bytes));
	}
	(void)printf("\n");
	if (ahead->begun && runner->last != 0) {
		(void)printf("        its last file: %s, ", runner->name);
		print_when(s, runner->last);
		(void)printf("\n");
	}
}

static void
print_failure(const struct status *s, const struct status_ahead *ahead)
{
	(void)printf("        last error: ");
	if (!ahead->failed) {
		(void)printf("none\n");
		return;
	}
	print_when(s, ahead->failed_at);
	(void)printf("\n            %s\n", ahead->failure.text);
	if (ahead->failure.hint[0] != '\0')
		(void)printf("            hint: %s\n", ahead->failure.hint);
}

static void
print_ahead(const struct status *s, const struct status_ahead *ahead,
    const char *name, const char *done)
{
	char size[SIZE_TEXT];

	(void)printf("\n    %s ahead: ", name);
	if (ahead->spool == STATUS_SPOOL_OFF)
		(void)printf("off\n");
	else
		(void)printf("on, in %s\n", ahead->path);
	if (ahead->spool == STATUS_SPOOL_NONE)
		(void)printf("        nothing was done ahead yet\n");
	else if (ahead->spool == STATUS_SPOOL_FOREIGN)
		(void)printf("        not known: only the owner of the data "
			     "directory may look\n");
	else if (ahead->spool == STATUS_SPOOL_UNSAFE)
		(void)printf("        not known: %s\n", ahead->error.text);
	if (ahead->spool != STATUS_SPOOL_SEEN)
		return;
	print_runner(s, ahead);
	(void)printf("        %s ahead: ", done);
	print_files(ahead->files);
	if (ahead->bytes > 0)
		(void)printf(", %s", size_text(size, ahead->bytes));
	(void)printf("\n");
	print_failure(s, ahead);
}

void
status_print_text(const struct status *s)
{
	(void)printf("stanza: %s\n    data directory: %s\n"
		     "    system identifier: %llu\n",
	    s->stanza, s->pgdata, (unsigned long long)s->cluster.system_id);
	print_archiving(s);
	print_ahead(s, &s->push, "push", "stored");
	print_ahead(s, &s->get, "get", "fetched");
}
