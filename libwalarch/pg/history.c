/* history.c - which timeline came out of which, and where. */
#include "config.h"

#include "pg/history.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "base/text.h"

static int
not_history(uint32_t timeline, size_t line, const char *why, wa_error *err)
{
	return wa_error_set(err, WA_ECORRUPT,
	    "line %zu of the history of timeline %u %s", line, timeline, why);
}

/* "1<tab>0/3000000<tab>why", as far as it is needed; NULL or what is wrong. */
static const char *
parse_line(struct wa_history_entry *out, const char *line)
{
	char number[12], lsn[WA_LSN_SIZE];
	uint64_t timeline;

	if (sscanf(line, "%11s %17s", number, lsn) != 2)
		return "is not \"parent, LSN, reason\"";
	if (wa_text_number(&timeline, number, UINT32_MAX) < 0 || timeline == 0)
		return "does not begin with a timeline";
	if (wa_lsn_parse(&out->end, lsn) < 0)
		return "has no LSN";
	out->timeline = (uint32_t)timeline;
	return NULL;
}

/* The same, in its place after the entries before it. */
static const char *
add_line(wa_history *h, const char *line)
{
	struct wa_history_entry *entry = &h->entries[h->count];
	const struct wa_history_entry *before =
	    h->count == 0 ? NULL : &h->entries[h->count - 1];
	const char *why = parse_line(entry, line);

	if (why != NULL)
		return why;
	if (entry->timeline >= h->timeline)
		return "names a parent that is not older";
	if (before != NULL && entry->timeline <= before->timeline)
		return "names a parent that is not newer than the one before";
	if (before != NULL && entry->end < before->end)
		return "goes back to an earlier LSN";
	entry->begin = before != NULL ? before->end : 0;
	h->count++;
	return NULL;
}

static int
is_blank(const char *line)
{
	line += strspn(line, " \t\r");
	return *line == '\0' || *line == '#';
}

static int
parse_lines(wa_history *h, char *text, wa_error *err)
{
	char *line, *rest = text;
	size_t number = 0;

	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *why = NULL;

		number++;
		if (!is_blank(line))
			why = add_line(h, line);
		if (why != NULL)
			return not_history(h->timeline, number, why, err);
	}
	if (h->count == 0)
		return not_history(h->timeline, number, "names no parent", err);
	return 0;
}

static size_t
count_lines(const char *text, size_t size)
{
	size_t lines = 1, i;

	for (i = 0; i < size; i++)
		lines += text[i] == '\n';
	return lines;
}

int
wa_history_parse(wa_history **out, uint32_t timeline, const char *text,
    size_t size, wa_error *err)
{
	wa_history *h = wa_sys_malloc(sizeof(*h));
	struct wa_history_entry *entries =
	    wa_sys_malloc(count_lines(text, size) * sizeof(*entries));
	char *copy = wa_sys_malloc(size + 1);
	int rc = 0;

	if (h == NULL || entries == NULL || copy == NULL) {
		rc = wa_error_memory(err);
	} else if (memchr(text, '\0', size) != NULL) {
		rc = not_history(timeline, 1, "holds a NUL byte", err);
	} else {
		memcpy(copy, text, size);
		copy[size] = '\0';
		h->timeline = timeline;
		h->count = 0;
		h->entries = entries;
		rc = parse_lines(h, copy, err);
	}
	wa_sys_free(copy);
	if (rc < 0) {
		wa_sys_free(entries);
		wa_sys_free(h);
		return rc;
	}
	*out = h;
	return 0;
}

void
wa_history_free(wa_history *history)
{
	if (history == NULL)
		return;
	wa_sys_free(history->entries);
	wa_sys_free(history);
}

uint32_t
wa_history_at(const wa_history *history, uint64_t lsn)
{
	size_t i;

	for (i = 0; i < history->count; i++)
		if (lsn < history->entries[i].end)
			return history->entries[i].timeline;
	return history->timeline;
}

uint64_t
wa_history_begin(const wa_history *history)
{
	return history->entries[history->count - 1].end;
}

uint32_t
wa_history_parent(const wa_history *history)
{
	return history->entries[history->count - 1].timeline;
}

uint64_t
wa_history_end_of(const wa_history *history, uint32_t timeline)
{
	size_t i;

	for (i = 0; i < history->count; i++)
		if (history->entries[i].timeline == timeline)
			return history->entries[i].end;
	return 0;
}
