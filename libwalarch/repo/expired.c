/* expired.c - notes of WAL that was removed. */
#include "config.h"

#include "repo/expired.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"

#define NAME (WA_SEGMENT_NAME_SIZE - 1) /* of a segment, without NUL */

/* "FIRST-LAST", both names of segments; -1: it is none. */
static int
parse(struct wa_expired *out, const char *name, uint32_t segment_size)
{
	char first[WA_SEGMENT_NAME_SIZE];
	uint32_t timeline;

	if (strlen(name) != 2 * NAME + 1 || name[NAME] != '-')
		return -1;
	(void)snprintf(first, sizeof(first), "%.*s", NAME, name);
	if (wa_segment_parse(&out->timeline, &out->first, first, segment_size) <
		0 ||
	    wa_segment_parse(
		&timeline, &out->last, name + NAME + 1, segment_size) < 0)
		return -1;
	return timeline == out->timeline ? 0 : -1;
}

int
wa_expired_list(struct wa_expired **out, size_t *count, wa_repo *repo,
    uint64_t system_id, uint32_t segment_size, wa_error *err)
{
	struct wa_expired *notes = NULL;
	wa_names *names = NULL;
	size_t i, n = 0;
	wa_key key;
	int rc;

	wa_key_expired(key, repo->stanza, system_id, "");
	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(names, repo->storage, key, 0, err);
	if (rc == 0 && wa_names_count(names) > 0) {
		notes = wa_sys_malloc(wa_names_count(names) * sizeof(*notes));
		if (notes == NULL)
			rc = wa_error_memory(err);
	}
	for (i = 0; rc == 0 && i < wa_names_count(names); i++)
		if (parse(&notes[n], wa_names_at(names, i), segment_size) == 0)
			n++;
	wa_names_free(names);
	if (rc < 0)
		return rc;
	*out = notes;
	*count = n;
	return 0;
}

static void
name_note(wa_key key, wa_repo *repo, uint64_t system_id,
    const struct wa_expired *note, uint32_t segment_size)
{
	char first[WA_SEGMENT_NAME_SIZE], name[2 * WA_SEGMENT_NAME_SIZE];

	wa_segment_format(first, note->timeline, note->first, segment_size);
	(void)snprintf(name, sizeof(name), "%s-", first);
	wa_segment_format(
	    name + NAME + 1, note->timeline, note->last, segment_size);
	wa_key_expired(key, repo->stanza, system_id, name);
}

int
wa_wal_expired(wa_repo *repo, uint64_t system_id, uint32_t segment_size,
    const wa_wal_range *range, wa_error *err)
{
	struct wa_expired note = { range->timeline, range->first, range->last };
	char since[WA_TIME_SIZE];
	wa_label label;
	wa_key key;
	int rc;

	name_note(key, repo, system_id, &note, segment_size);
	wa_time_format(since, wa_sys_now());
	wa_label_begin(&label, "expired");
	wa_label_add(&label, "since", "%s", since);
	rc = wa_repo_put_text(repo->storage, key, &label, err);
	return rc == WA_EEXIST ? 0 : rc;
}

/* Is WAL stored that is older, so that what the note tells of would be missed? */
static int
is_used(wa_wal_list *list, const struct wa_expired *note, wa_error *err)
{
	wa_wal_range range;
	int rc;

	while ((rc = wa_wal_list_next(&range, list, err)) > 0)
		if (!range.missing &&
		    (range.timeline < note->timeline ||
			(range.timeline == note->timeline &&
			    range.first < note->first)))
			return 1;
	return rc;
}

int
wa_wal_expired_prune(
    wa_repo *repo, uint64_t system_id, uint32_t segment_size, wa_error *err)
{
	struct wa_expired *notes = NULL;
	wa_wal_list *list = NULL;
	uint64_t freed;
	size_t count = 0, i;
	wa_key key;
	int rc =
	    wa_expired_list(&notes, &count, repo, system_id, segment_size, err);

	for (i = 0; rc >= 0 && i < count; i++) {
		rc = wa_wal_list_open(&list, repo, system_id, err);
		if (rc == 0)
			rc = is_used(list, &notes[i], err);
		wa_wal_list_close(list);
		list = NULL;
		if (rc != 0)
			continue;
		name_note(key, repo, system_id, &notes[i], segment_size);
		rc = wa_storage_remove(&freed, repo->storage, key, 0, err);
	}
	wa_sys_free(notes);
	return rc < 0 ? rc : 0;
}
