/* status_json.c - how archiving does, for programs; walarch-info(1) tells the
 * schema. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "status.h"

/* A path may be in any encoding. */
static json_t *
text(const char *value)
{
	json_t *string = json_string(value);

	return string != NULL ? string : json_null();
}

static json_t *
when(int64_t at)
{
	char buf[WA_TIME_SIZE];

	wa_time_format(buf, at);
	return json_string(buf);
}

static json_t *
file(const struct status *s, const char *name, int64_t at)
{
	if (name[0] == '\0')
		return json_null();
	return json_pack("{s:s, s:o, s:f}", "name", name, "time", when(at),
	    "age", status_age(s, at));
}

static json_t *
waiting(const struct status *s)
{
	const struct archive_notes *notes = &s->notes;

	return json_pack("{s:I, s:I, s:I, s:o}", "files",
	    (json_int_t)notes->ready, "segments",
	    (json_int_t)notes->ready_segments, "bytes",
	    (json_int_t)notes->ready_bytes, "oldest",
	    file(s, notes->oldest, notes->oldest_at));
}

static json_t *
rate(const struct pace *pace)
{
	if (pace->over == 0)
		return json_null();
	return json_pack("{s:f, s:f, s:f}", "archived",
	    pace_rate(pace->archived, pace), "new", pace_rate(pace->made, pace),
	    "over", (double)pace->over / 1e6);
}

static json_t *
catch_up(const struct status *s)
{
	static const char *const words[] = {
		[CATCH_UP_NOTHING] = "nothing",
		[CATCH_UP_KNOWN] = "known",
		[CATCH_UP_LEVEL] = "level",
		[CATCH_UP_GROWING] = "growing",
		[CATCH_UP_UNKNOWN] = "unknown",
	};

	return json_pack("{s:s, s:o}", "state", words[s->catch_up], "seconds",
	    s->catch_up == CATCH_UP_KNOWN ? json_real(s->catch_up_seconds) :
					    json_null());
}

static json_t *
runner(const struct status *s, const struct status_ahead *ahead)
{
	const struct runner_state *r = &ahead->runner;

	if (!ahead->begun)
		return ahead->alive ? json_pack("{s:b}", "running", 1) :
				      json_null();
	return json_pack("{s:b, s:I, s:o, s:I, s:I, s:o}", "running",
	    ahead->alive, "pid", (json_int_t)r->pid, "since", when(r->since),
	    "files", (json_int_t)r->files, "bytes", (json_int_t)r->bytes,
	    "last", file(s, r->last != 0 ? r->name : "", r->last));
}

static json_t *
failure(const struct status *s, const struct status_ahead *ahead)
{
	if (!ahead->failed)
		return json_null();
	return json_pack("{s:o, s:f, s:o, s:o}", "time", when(ahead->failed_at),
	    "age", status_age(s, ahead->failed_at), "text",
	    text(ahead->failure.text), "hint", text(ahead->failure.hint));
}

static json_t *
side(const struct status *s, const struct status_ahead *ahead)
{
	static const char *const words[] = {
		[STATUS_SPOOL_OFF] = "off",
		[STATUS_SPOOL_NONE] = "unused",
		[STATUS_SPOOL_FOREIGN] = "foreign",
		[STATUS_SPOOL_UNSAFE] = "unsafe",
		[STATUS_SPOOL_SEEN] = "used",
	};

	return json_pack("{s:b, s:s, s:o, s:o, s:I, s:I, s:o, s:o}", "async",
	    ahead->spool != STATUS_SPOOL_OFF, "spool", words[ahead->spool],
	    "spool-path", text(ahead->path), "runner", runner(s, ahead),
	    "files", (json_int_t)ahead->files, "bytes",
	    (json_int_t)ahead->bytes, "error", failure(s, ahead), "spool-error",
	    ahead->spool == STATUS_SPOOL_UNSAFE ? text(ahead->error.text) :
						  json_null());
}

int
status_print_json(const struct status *s)
{
	int64_t at = 0;
	const char *last = status_last(&at, s);
	json_t *all = json_pack("{s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, "
				"s:o, s:o}",
	    "stanza", s->stanza, "pg1-path", text(s->pgdata), "system-id",
	    json_sprintf("%llu", (unsigned long long)s->cluster.system_id),
	    "time", when(s->now), "noted", s->notes.ready + s->notes.done > 0,
	    "last-archived", file(s, last, at), "waiting", waiting(s), "rate",
	    rate(&s->pace), "catch-up", catch_up(s), "push", side(s, &s->push),
	    "get", side(s, &s->get));
	int rc;

	if (all == NULL) {
		say(LEVEL_ERROR, "out of memory");
		return -1;
	}
	rc = json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	(void)printf("\n");
	json_decref(all);
	return rc;
}
