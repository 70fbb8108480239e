/* status_prometheus.c - how archiving does, for Prometheus.  What is not known
 * has no sample. */
#include "config.h"

#include <math.h>
#include <stdio.h>

#include "prometheus.h"
#include "status.h"

#define PREFIX "walarch_archive_"

static void
head(const char *name, const char *help)
{
	(void)printf("# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s gauge\n",
	    name, help, name);
}

static void
sample(const struct status *s, const char *name, const char *side, double value)
{
	char stanza[256], number[PROMETHEUS_NUMBER];

	prometheus_escape(stanza, sizeof(stanza), s->stanza);
	(void)printf(PREFIX "%s{stanza=\"%s\"", name, stanza);
	if (side != NULL)
		(void)printf(",side=\"%s\"", side);
	(void)printf("} %s\n", prometheus_number(number, value));
}

static void
metric(const struct status *s, const char *name, const char *help, double value)
{
	head(name, help);
	sample(s, name, NULL, value);
}

static void
print_info(const struct status *s)
{
	char stanza[256], path[2 * SPOOL_PATH_SIZE];

	prometheus_escape(stanza, sizeof(stanza), s->stanza);
	prometheus_escape(path, sizeof(path), s->pgdata);
	head("info", "The data directory that the other metrics are of.");
	(void)printf(PREFIX "info{stanza=\"%s\",pg1_path=\"%s\","
			    "system_id=\"%llu\"} 1\n",
	    stanza, path, (unsigned long long)s->cluster.system_id);
}

static void
print_queue(const struct status *s)
{
	const struct archive_notes *notes = &s->notes;
	int64_t at = 0;

	metric(s, "ready_files", "WAL files that wait to be archived.",
	    (double)notes->ready);
	metric(s, "ready_bytes", "The size of the WAL files that wait.",
	    (double)notes->ready_bytes);
	metric(s, "oldest_ready_age_seconds",
	    "For how long the oldest of them has waited; 0 when none waits.",
	    notes->ready == 0 ? 0 : status_age(s, notes->oldest_at));
	if (status_last(&at, s)[0] != '\0')
		metric(s, "last_success_timestamp_seconds",
		    "When the last WAL file known of was archived.",
		    (double)at / 1e6);
}

static void
print_rate(const struct status *s)
{
	if (s->pace.over > 0) {
		metric(s, "segments_per_second",
		    "Segments archived in a second, lately.",
		    pace_rate(s->pace.archived, &s->pace));
		metric(s, "new_segments_per_second",
		    "Segments finished by the server in a second, lately.",
		    pace_rate(s->pace.made, &s->pace));
		metric(s, "rate_window_seconds",
		    "The time over which both were measured.",
		    (double)s->pace.over / 1e6);
	}
	if (s->catch_up == CATCH_UP_UNKNOWN)
		return;
	metric(s, "catch_up_seconds",
	    "When nothing will wait at this rate; +Inf when that is never.",
	    s->catch_up == CATCH_UP_NOTHING   ? 0 :
		s->catch_up == CATCH_UP_KNOWN ? s->catch_up_seconds :
						INFINITY);
}

/* What is known of a side, or NAN. */
typedef double side_value(const struct status_ahead *ahead);

static double
async(const struct status_ahead *ahead)
{
	return ahead->spool != STATUS_SPOOL_OFF;
}

static double
running(const struct status_ahead *ahead)
{
	switch (ahead->spool) {
	case STATUS_SPOOL_SEEN:
		return ahead->alive;
	case STATUS_SPOOL_OFF:
	case STATUS_SPOOL_NONE:
		return 0;
	default:
		return NAN;
	}
}

static double
started(const struct status_ahead *ahead)
{
	return ahead->begun ? (double)ahead->runner.since / 1e6 : NAN;
}

static double
files(const struct status_ahead *ahead)
{
	return ahead->begun ? (double)ahead->runner.files : NAN;
}

static double
bytes(const struct status_ahead *ahead)
{
	return ahead->begun ? (double)ahead->runner.bytes : NAN;
}

static double
last_file(const struct status_ahead *ahead)
{
	return ahead->begun && ahead->runner.last != 0 ?
	    (double)ahead->runner.last / 1e6 :
	    NAN;
}

static double
last_error(const struct status_ahead *ahead)
{
	return ahead->failed ? (double)ahead->failed_at / 1e6 : NAN;
}

static double
ahead_files(const struct status_ahead *ahead)
{
	return ahead->spool == STATUS_SPOOL_SEEN ? (double)ahead->files : NAN;
}

static const struct side_metric {
	const char *name, *help;
	side_value *of;
} side_metrics[] = {
	{ "async", "Whether archive-async is on.", async },
	{ "runner_running", "Whether a runner works ahead.", running },
	{ "runner_start_timestamp_seconds", "When the last runner began.",
	    started },
	{ "runner_files", "Files that the last runner has done.", files },
	{ "runner_bytes", "Bytes that the last runner has done.", bytes },
	{ "runner_last_file_timestamp_seconds",
	    "When the last runner finished its last file.", last_file },
	{ "last_error_timestamp_seconds",
	    "When a runner failed; gone when one has succeeded since.",
	    last_error },
	{ "ahead_files",
	    "Files stored or fetched ahead, and not asked for yet.",
	    ahead_files },
};

static void
print_side_metric(const struct status *s, const struct side_metric *m)
{
	double push = m->of(&s->push), get = m->of(&s->get);

	if (isnan(push) && isnan(get))
		return;
	head(m->name, m->help);
	if (!isnan(push))
		sample(s, m->name, "push", push);
	if (!isnan(get))
		sample(s, m->name, "get", get);
}

void
status_print_prometheus(const struct status *s)
{
	size_t i;

	print_info(s);
	print_queue(s);
	print_rate(s);
	for (i = 0; i < sizeof(side_metrics) / sizeof(side_metrics[0]); i++)
		print_side_metric(s, &side_metrics[i]);
	if (s->get.spool == STATUS_SPOOL_SEEN)
		metric(s, "fetched_ahead_bytes",
		    "The size of what was fetched ahead.",
		    (double)s->get.bytes);
	metric(s, "status_timestamp_seconds", "When all this was looked at.",
	    (double)s->now / 1e6);
}
