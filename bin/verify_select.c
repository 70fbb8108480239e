/* verify_select.c - --from and --to: a segment, an LSN, a time or a place. */
#include "config.h"

#include "verify_select.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DIGITS (WA_SEGMENT_NAME_SIZE - 1)

void
verify_place_format(char buf[VERIFY_PLACE], const struct verify_place *place)
{
	(void)snprintf(buf, VERIFY_PLACE, "%s/%" PRIu64 "/%s", place->stanza,
	    place->system_id, place->name);
}

int
verify_place_parse(struct verify_place *out, const char *text)
{
	const char *slash = strchr(text, '/');
	const char *second = slash == NULL ? NULL : strchr(slash + 1, '/');
	char *end;

	if (second == NULL || slash - text >= (int)sizeof(out->stanza) ||
	    strlen(second + 1) >= sizeof(out->name))
		return -1;
	(void)snprintf(out->stanza, sizeof(out->stanza), "%.*s",
	    (int)(slash - text), text);
	out->system_id = strtoull(slash + 1, &end, 10);
	(void)strcpy(out->name, second + 1);
	if (end != second || end == slash + 1 ||
	    (out->name[0] != '\0' && wa_name_kind(out->name) == WA_NOT_WAL))
		return -1;
	return 0;
}

int
verify_bound_parse(struct verify_bound *out, const char *option,
    const char *text, wa_error *err)
{
	memset(out, 0, sizeof(*out));
	if (wa_name_kind(text) == WA_SEGMENT) {
		out->kind = BOUND_NAME;
		(void)strcpy(out->place.name, text);
		return 0;
	}
	if (wa_lsn_parse(&out->lsn, text) == 0) {
		out->kind = BOUND_LSN;
		return 0;
	}
	if (strcmp(option, "from") == 0 &&
	    verify_place_parse(&out->place, text) == 0) {
		out->kind = BOUND_PLACE;
		return 0;
	}
	out->kind = BOUND_TIME;
	if (wa_when_parse(
		&out->time, text, (int64_t)time(NULL) * 1000000, err) == 0)
		return 0;
	(void)snprintf(err->text, sizeof(err->text),
	    "\"%s\" is no value for --%s", text, option);
	(void)snprintf(err->hint, sizeof(err->hint),
	    "It takes a segment's name, an LSN such as \"A/FF000028\", or a "
	    "time such as \"2026-11-21 03:15:00+00\".");
	return err->code = WA_EUSAGE;
}

int
verify_bounds_cross(const struct verify_select *select)
{
	const struct verify_bound *from = &select->from, *to = &select->to;

	if (from->kind != to->kind)
		return 0;
	switch (from->kind) {
	case BOUND_NAME:
		return strcmp(from->place.name, to->place.name) > 0;
	case BOUND_LSN:
		return from->lsn > to->lsn;
	case BOUND_TIME:
		return from->time > to->time;
	default:
		return 0;
	}
}

int
verify_starts_later(const struct verify_select *select, const char *stanza,
    const wa_system *systems, size_t count, size_t i)
{
	const struct verify_place *place = &select->from.place;
	int order;
	size_t j;

	if (select->from.kind != BOUND_PLACE)
		return 0;
	order = strcmp(stanza, place->stanza);
	if (order != 0)
		return order < 0;
	for (j = i + 1; j < count; j++)
		if (systems[j].system_id == place->system_id)
			return 1;
	return 0;
}

/* As the library lists them: the histories come last. */
static int
order_of(const char *a, const char *b)
{
	int x = wa_name_kind(a) == WA_HISTORY;
	int y = wa_name_kind(b) == WA_HISTORY;

	return x != y ? x - y : strcmp(a, b);
}

/* Where the segment is, seen from the bound: below 0 in front of it. */
static int
compare(const struct verify_bound *bound, const char *name, uint64_t number,
    uint32_t segment_size)
{
	uint64_t at = bound->lsn / segment_size;

	if (bound->kind == BOUND_NAME)
		return strncmp(name, bound->place.name, DIGITS);
	if (bound->kind == BOUND_LSN)
		return number < at ? -1 : number > at;
	return 0;
}

/* Which times do the transactions have that end in it? */
static int
times_of(int64_t *first, int64_t *last, wa_repo *repo, const wa_system *system,
    const char *name)
{
	wa_wal_facts facts;
	const wa_wal_records *r = &facts.records;

	if (wa_wal_stat(&facts, repo, system->system_id, name, NULL) < 0 ||
	    r->walked != WA_WALKED)
		return -1;
	*first = r->first_commit;
	if (*first == WA_NO_TIME ||
	    (r->first_abort != WA_NO_TIME && r->first_abort < *first))
		*first = r->first_abort;
	*last = r->last_commit > r->last_abort ? r->last_commit : r->last_abort;
	return *first == WA_NO_TIME ? -1 : 0;
}

static enum verify_side
side_by_time(const struct verify_select *select, wa_repo *repo,
    const wa_system *system, const char *name)
{
	int64_t first, last;

	if (select->from.kind != BOUND_TIME && select->to.kind != BOUND_TIME)
		return SIDE_INSIDE;
	if (times_of(&first, &last, repo, system, name) < 0)
		return SIDE_INSIDE;
	if (select->from.kind == BOUND_TIME && last < select->from.time)
		return SIDE_BEFORE;
	if (select->to.kind == BOUND_TIME && first > select->to.time)
		return SIDE_AFTER;
	return SIDE_INSIDE;
}

enum verify_side
verify_side_of(const struct verify_select *select, wa_repo *repo,
    const wa_system *system, const char *stanza, const wa_wal_file *file)
{
	const struct verify_bound *from = &select->from, *to = &select->to;
	uint32_t timeline;
	uint64_t number;

	if (from->kind == BOUND_PLACE &&
	    from->place.system_id == system->system_id &&
	    strcmp(from->place.stanza, stanza) == 0 &&
	    order_of(file->name, from->place.name) < 0)
		return SIDE_BEFORE;
	if (file->kind == WA_HISTORY ||
	    wa_segment_parse(
		&timeline, &number, file->name, system->segment_size) < 0)
		return SIDE_INSIDE;
	if (compare(from, file->name, number, system->segment_size) < 0)
		return SIDE_BEFORE;
	if (compare(to, file->name, number, system->segment_size) > 0)
		return SIDE_AFTER;
	return side_by_time(select, repo, system, file->name);
}

int
verify_touches(const struct verify_select *select, const wa_wal_range *range,
    uint32_t segment_size)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];

	wa_segment_format(first, range->timeline, range->first, segment_size);
	wa_segment_format(last, range->timeline, range->last, segment_size);
	return compare(&select->from, last, range->last, segment_size) >= 0 &&
	    compare(&select->to, first, range->first, segment_size) <= 0;
}
