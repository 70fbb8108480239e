/* find_nothing.c - nothing was found: what is there instead? */
#include "config.h"

#include "find_nothing.h"

#include "find_archive.h"
#include "message.h"

static void
tell_times(const struct find_archive *a)
{
	int64_t first = INT64_MAX, last = WA_NO_TIME;
	char from[WA_TIME_SIZE], to[WA_TIME_SIZE];
	size_t i;

	for (i = 0; i < a->file_count; i++) {
		const struct find_file *f = &a->files[i];

		if (f->first_commit == WA_NO_TIME || f->commits == 0)
			continue;
		first = f->first_commit < first ? f->first_commit : first;
		last = f->last_commit > last ? f->last_commit : last;
	}
	if (last == WA_NO_TIME) {
		hint("No commit is stored.");
		return;
	}
	wa_time_format(from, first);
	wa_time_format(to, last);
	hint("The commits stored are from %s to %s.", from, to);
}

/* Of the first and the last segment that has any: numbers begin again. */
static void
tell_xids(const struct find_archive *a)
{
	const struct find_file *first = NULL, *last = NULL;
	size_t i;

	for (i = 0; i < a->file_count; i++) {
		if (a->files[i].last_xid == 0)
			continue;
		if (first == NULL)
			first = &a->files[i];
		last = &a->files[i];
	}
	if (first == NULL)
		hint("No transaction is stored.");
	else
		hint("Those stored are from about %u to about %u; it may have "
		     "been a subtransaction, or not have ended.",
		    first->first_xid, last->last_xid);
}

static uint64_t
distance(const struct find_file *f, uint64_t number)
{
	return f->number < number ? number - f->number : f->number - number;
}

/* The unbroken WAL that is nearest. */
static void
tell_lsns(const struct find_archive *a, uint64_t lsn)
{
	uint64_t size = a->system.segment_size, number = lsn / size;
	char from[WA_LSN_SIZE], to[WA_LSN_SIZE];
	size_t i, first = 0, last;

	for (i = 1; i < a->file_count; i++)
		if (distance(&a->files[i], number) <
		    distance(&a->files[first], number))
			first = i;
	for (last = first; last + 1 < a->file_count &&
	     a->files[last + 1].timeline == a->files[first].timeline &&
	     a->files[last + 1].number == a->files[last].number + 1;)
		last++;
	while (first > 0 &&
	    a->files[first - 1].timeline == a->files[first].timeline &&
	    a->files[first - 1].number + 1 == a->files[first].number)
		first--;
	wa_lsn_format(from, a->files[first].number * size);
	wa_lsn_format(to, (a->files[last].number + 1) * size);
	hint("The nearest WAL stored is that of timeline %u from %s to %s.",
	    a->files[first].timeline, from, to);
}

void
find_nothing(const struct find_wish *wish, const struct find_archive *archive)
{
	char lsn[WA_LSN_SIZE];

	wa_lsn_format(lsn, wish->lsn);
	if (archive->file_count == 0) {
		say(LEVEL_ERROR, "no WAL is stored");
		return;
	}
	if (wish->has_lsn)
		say(LEVEL_ERROR, "no record at %s or behind it is stored", lsn);
	else if (wish->has_xid)
		say(LEVEL_ERROR, "the end of transaction %u is not stored%s",
		    wish->xid, wish->has_time ? " in that time" : "");
	else
		say(LEVEL_ERROR, "nothing of the kind is stored%s",
		    wish->has_time || wish->has_around ? " in that time" : "");
	if (wish->has_lsn)
		tell_lsns(archive, wish->lsn);
	else if (wish->has_time || wish->has_around)
		tell_times(archive);
	else if (wish->has_xid)
		tell_xids(archive);
	else if (wish->name != NULL)
		hint("--name='*' lists all restore points.");
}

void
find_unseen(const struct find_archive *archive)
{
	size_t unseen = 0, unreadable = 0, i;

	for (i = 0; i < archive->file_count; i++) {
		unseen += archive->files[i].walked == WA_NOT_WALKED;
		unreadable += archive->files[i].walked == WA_UNREADABLE;
	}
	if (unseen > 0)
		say(LEVEL_WARN, "what %zu segments hold is not known", unseen);
	if (unreadable > 0)
		say(LEVEL_WARN,
		    "the records of %zu segments cannot be read: they are "
		    "encrypted, perhaps",
		    unreadable);
}
