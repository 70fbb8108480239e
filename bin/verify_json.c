/* verify_json.c - walarch-verify for programs; walarch-verify(1) tells the
 * schema. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>

#include "progress.h"
#include "verify_report.h"

static json_t *stanzas, *systems, *backups; /* of all, of the last stanza */
static json_t *strays;                      /* of the last stanza */
static json_t *errors, *missing, *ranges, *system_strays;
static json_t *current; /* the system being told of */
static uint32_t segment_size;

static void
begin(void)
{
	stanzas = json_array();
}

static void
add_stanza(const char *name)
{
	current = NULL;
	systems = json_array();
	backups = json_array();
	strays = json_array();
	errors = json_array();
	(void)json_array_append_new(stanzas,
	    json_pack("{s:s, s:o, s:o, s:o, s:o}", "name", name, "errors",
		errors, "strays", strays, "systems", systems, "backups",
		backups));
}

/* System identifiers exceed what many readers of JSON can hold: as text. */
static void
add_system(const wa_system *system)
{
	segment_size = system->segment_size;
	errors = json_array();
	missing = json_array();
	ranges = json_array();
	system_strays = json_array();
	current = json_pack("{s:o, s:o, s:o, s:o, s:o}", "system-id",
	    json_sprintf("%llu", (unsigned long long)system->system_id),
	    "errors", errors, "missing", missing, "verified", ranges, "strays",
	    system_strays);
	(void)json_array_append_new(systems, current);
}

static const char *
code_word(const struct verify_fault *fault)
{
	switch (fault->err->code) {
	case WA_ECORRUPT:
		return "damaged";
	case WA_EMISMATCH:
		return "mismatch";
	case WA_ENOENT:
		return "gone";
	case WA_EHOLE:
		return wa_name_kind(fault->file) == WA_DROPPED ? "dropped" :
								 "missing";
	default:
		return "unreadable";
	}
}

static void
add_fault(const struct verify_fault *fault)
{
	char lsn[WA_LSN_SIZE];

	wa_lsn_format(lsn, fault->lsn);
	(void)json_array_append_new(errors,
	    json_pack("{s:s?, s:s?, s:s, s:s, s:s?}", "file",
		fault->file[0] != '\0' ? fault->file : NULL, "lsn",
		fault->lsn != 0 ? lsn : NULL, "code", code_word(fault),
		"message", fault->err->text, "hint",
		fault->err->hint[0] != '\0' ? fault->err->hint : NULL));
}

static void
add_range(json_t *to, const wa_wal_range *range)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];

	wa_segment_format(first, range->timeline, range->first, segment_size);
	wa_segment_format(last, range->timeline, range->last, segment_size);
	(void)json_array_append_new(to,
	    json_pack("{s:s, s:s, s:I}", "first", first, "last", last,
		"segments", (json_int_t)(range->last - range->first + 1)));
}

static void
add_missing(const wa_wal_range *range)
{
	add_range(missing, range);
}

static void
add_verified(const wa_wal_range *range)
{
	add_range(ranges, range);
}

static void
add_stray(const char *path, int leftover)
{
	(void)json_array_append_new(current == NULL ? strays : system_strays,
	    json_pack("{s:s, s:b}", "path", path, "leftover", leftover));
}

static void
set(json_t *object, const char *name, uint64_t n)
{
	(void)json_object_set_new(object, name, json_integer((json_int_t)n));
}

static void
add_counts(const struct verify_counts *c)
{
	json_t *skipped = json_object();

	set(current, "segments", c->segments);
	set(current, "other-files", c->others);
	set(current, "bytes", c->bytes);
	set(current, "stored-bytes", c->stored);
	set(current, "records", c->records);
	set(current, "commits", c->commits);
	set(current, "aborts", c->aborts);
	set(skipped, "before", c->before);
	set(skipped, "after", c->after);
	set(skipped, "segments-without-records", c->unwalked);
	set(skipped, "cut-records", c->cut);
	(void)json_object_set_new(current, "not-read", skipped);
}

static void
add_backup(const wa_set *s)
{
	segment_size = s->segment_size;
	errors = json_array();
	missing = json_array();
	current = json_pack("{s:s, s:o, s:o, s:o}", "label", s->label,
	    "system-id", json_sprintf("%llu", (unsigned long long)s->system_id),
	    "errors", errors, "missing", missing);
	(void)json_array_append_new(backups, current);
}

static void
add_backup_counts(const struct verify_set_counts *c)
{
	set(current, "files", c->files);
	set(current, "bytes", c->bytes);
	set(current, "parts", c->parts);
	set(current, "references", c->references);
}

static int
end(const struct verify_end *e)
{
	json_t *all = json_pack("{s:b, s:I, s:I, s:s?, s:o}", "ok",
	    e->errors == 0 && e->position == NULL, "errors",
	    (json_int_t)e->errors, "errors-before", (json_int_t)e->told_before,
	    "position", e->position, "stanzas", stanzas);
	int rc;

	progress_hide();
	if (all == NULL)
		return -1;
	rc = json_dumpf(all, stdout, JSON_INDENT(2));
	(void)printf("\n");
	json_decref(all);
	return rc;
}

const struct verify_printer verify_json = { begin, add_stanza, add_system,
	add_fault, add_missing, add_stray, add_verified, add_counts, add_backup,
	add_backup_counts, end };
