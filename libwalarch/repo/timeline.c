/* timeline.c - read the histories of a system. */
#include "config.h"

#include "repo/timeline.h"

#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "repo/wal_object.h"

int
wa_timeline_read(wa_history **out, wa_repo *repo, uint64_t system_id,
    const char *name, wa_error *err)
{
	struct wa_name parsed;
	char *text = NULL;
	size_t size;
	int rc;

	wa_name_parse(&parsed, name);
	rc = wa_wal_object_text(&text, &size, repo, system_id, name, err);
	if (rc == 0)
		rc = wa_history_parse(out, parsed.timeline, text, size, err);
	wa_sys_free(text);
	return rc;
}

static int
read_all(wa_timelines *t, wa_repo *repo, uint64_t system_id,
    const wa_names *names, wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < wa_names_count(names) && rc == 0; i++) {
		const char *name = wa_names_at(names, i);

		if (wa_name_kind(name) != WA_HISTORY)
			continue;
		rc = wa_timeline_read(
		    &t->histories[t->count], repo, system_id, name, err);
		if (rc == 0)
			t->count++;
		if (rc == WA_ENOENT) /* listed a moment ago: not never there */
			rc = WA_ETRYAGAIN;
	}
	return rc;
}

int
wa_timelines_read(
    wa_timelines **out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_timelines *t = wa_sys_malloc(sizeof(*t));
	wa_names *names = NULL;
	wa_key key;
	int rc;

	if (t == NULL)
		return wa_error_memory(err);
	t->count = 0;
	t->histories = NULL;
	wa_key_histories(key, repo->stanza, system_id);
	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(names, repo->storage, key, 0, err);
	if (rc == 0) {
		t->histories = wa_sys_malloc(
		    (wa_names_count(names) + 1) * sizeof(wa_history *));
		if (t->histories == NULL)
			rc = wa_error_memory(err);
	}
	if (rc == 0)
		rc = read_all(t, repo, system_id, names, err);
	wa_names_free(names);
	if (rc < 0) {
		wa_timelines_free(t);
		return rc;
	}
	*out = t;
	return 0;
}

void
wa_timelines_free(wa_timelines *timelines)
{
	size_t i;

	if (timelines == NULL)
		return;
	for (i = 0; i < timelines->count; i++)
		wa_history_free(timelines->histories[i]);
	wa_sys_free(timelines->histories);
	wa_sys_free(timelines);
}

const wa_history *
wa_timelines_find(const wa_timelines *timelines, uint32_t timeline)
{
	size_t i;

	for (i = 0; i < timelines->count; i++)
		if (timelines->histories[i]->timeline == timeline)
			return timelines->histories[i];
	return NULL;
}

uint64_t
wa_timelines_end(const wa_timelines *timelines, uint32_t timeline)
{
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < timelines->count; i++) {
		uint64_t left =
		    wa_history_end_of(timelines->histories[i], timeline);

		if (left > end)
			end = left;
	}
	return end;
}

uint32_t
wa_timelines_last(const wa_timelines *timelines)
{
	if (timelines->count == 0)
		return 0;
	return timelines->histories[timelines->count - 1]->timeline;
}
