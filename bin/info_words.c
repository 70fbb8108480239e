/* info_words.c - windows and answers for people. */
#include "config.h"

#include "info_words.h"

#include <stdio.h>
#include <string.h>

const char *
info_time(char buf[WA_TIME_SIZE], int64_t time)
{
	(void)strcpy(buf, "-");
	if (time != WA_NO_TIME)
		wa_time_format(buf, time);
	return buf;
}

void
info_bound(char *buf, size_t size, const wa_window *window)
{
	static const char *const words[] = {
		[WA_BOUND_END] = "the end of the archive",
		[WA_BOUND_HOLE] = "is missing",
		[WA_BOUND_DAMAGE] = "had damaged records when it was pushed",
		[WA_BOUND_HISTORY] = "the history is missing",
		[WA_BOUND_DROPPED] = "was dropped before it was stored",
	};
	const char *text = words[window->bound];

	if (window->bound == WA_BOUND_HOLE ||
	    window->bound == WA_BOUND_DAMAGE ||
	    window->bound == WA_BOUND_DROPPED)
		(void)snprintf(buf, size, "%s %s", window->first_missing, text);
	else
		(void)snprintf(buf, size, "%s", text);
}

void
info_print_window(const wa_window *w, int indent)
{
	char from[WA_LSN_SIZE], to[WA_LSN_SIZE], bound[160];
	char first[WA_TIME_SIZE], last[WA_TIME_SIZE];

	wa_lsn_format(from, w->from);
	wa_lsn_format(to, w->to);
	info_bound(bound, sizeof(bound), w);
	(void)printf("%*srestorable from %s (%s)\n", indent, "", from,
	    w->from_time == WA_NO_TIME ? "time not known" :
					 info_time(first, w->from_time));
	(void)printf("%*s             to %s (%s), last commit %s\n", indent, "",
	    to, bound, info_time(last, w->to_time));
	(void)printf("%*swith base backup %s\n", indent, "", w->backup);
}

static void
print_target(const wa_target *t)
{
	char text[WA_TIME_SIZE];

	(void)printf("target: ");
	switch (t->type) {
	case WA_TARGET_DEFAULT:
		(void)printf("the end of WAL\n");
		return;
	case WA_TARGET_IMMEDIATE:
		(void)printf("as soon as consistent\n");
		return;
	case WA_TARGET_TIME:
		wa_time_format(text, t->time);
		(void)printf("time %s", text);
		break;
	case WA_TARGET_XID:
		(void)printf("transaction %u", t->xid);
		break;
	case WA_TARGET_LSN:
		wa_lsn_format(text, t->lsn);
		(void)printf("position %s", text);
		break;
	default:
		(void)printf("restore point \"%s\"", t->name);
	}
	(void)printf("%s\n", t->exclusive ? ", exclusive" : "");
}

static void
print_stop(const wa_answer *a)
{
	static const char *const kinds[] = {
		[WA_EVENT_COMMIT] = "the commit",
		[WA_EVENT_ABORT] = "the abort",
		[WA_EVENT_RESTORE_POINT] = "restore point",
		[WA_EVENT_CHECKPOINT] = "a checkpoint",
		[WA_EVENT_DROP] = "the commit",
		[WA_EVENT_DROP_DATABASE] = "the end of a database",
		[WA_EVENT_TIMELINE] = "the begin of a timeline",
		[WA_EVENT_DAMAGE] = "",
		[WA_EVENT_RECORD] = "a record",
	};
	char lsn[WA_LSN_SIZE], time[WA_TIME_SIZE];
	const wa_event *e = &a->stop;

	wa_lsn_format(lsn, a->lsn);
	if (e->kind == 0) {
		(void)printf("    replay ends at %s\n", lsn);
		return;
	}
	(void)printf("    replay ends at %s, %s %s", lsn,
	    a->stop_after ? "right after" : "right before", kinds[e->kind]);
	if (e->kind == WA_EVENT_RESTORE_POINT)
		(void)printf(" \"%s\"", e->name);
	else if (e->xid != 0)
		(void)printf(" of transaction %u", e->xid);
	if (e->time != WA_NO_TIME)
		(void)printf(", %s", info_time(time, e->time));
	(void)printf("\n");
}

void
info_print_answer(const wa_answer *a, const wa_target *t)
{
	print_target(t);
	if (a->reachable) {
		(void)printf("reachable: yes, on timeline %u\n"
			     "    with base backup %s\n",
		    a->timeline, a->backup);
		print_stop(a);
		if (a->risky)
			(void)printf("    WAL not far behind it is missing: "
				     "PostgreSQL 15 and later need "
				     "recovery_prefetch = off\n");
		return;
	}
	(void)printf("reachable: no\n    %s\n", a->reason);
	if (a->has_before) {
		(void)printf(
		    "    before it, on timeline %u:\n", a->before.timeline);
		info_print_window(&a->before, 8);
	}
	if (a->has_after) {
		(void)printf(
		    "    after it, on timeline %u:\n", a->after.timeline);
		info_print_window(&a->after, 8);
	}
}
