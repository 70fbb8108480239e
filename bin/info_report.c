/* info_report.c - ask the library about a stanza. */
#include "config.h"

#include "info_report.h"

#include <stdlib.h>
#include <string.h>

#include "dropped.h"
#include "message.h"

static int
add_range(struct info_system *s, const wa_wal_range *range, wa_error *err)
{
	if ((s->range_count & (s->range_count - 1)) == 0) {
		size_t room = s->range_count == 0 ? 1 : s->range_count * 2;
		void *more = realloc(s->ranges, room * sizeof(*s->ranges));

		if (more == NULL)
			return out_of_memory(err);
		s->ranges = more;
	}
	s->ranges[s->range_count++] = *range;
	if (range->missing) {
		s->missing += range->last - range->first + 1;
		return 0;
	}
	s->segments += range->last - range->first + 1;
	s->stored += range->stored;
	if (s->first[0] == '\0')
		wa_segment_format(s->first, range->timeline, range->first,
		    s->system.segment_size);
	wa_segment_format(
	    s->last, range->timeline, range->last, s->system.segment_size);
	return 0;
}

static int
copy_timelines(struct info_system *s, const wa_wal_list *list, wa_error *err)
{
	const wa_timeline *timelines =
	    wa_wal_list_timelines(list, &s->timeline_count);

	s->timelines = calloc(s->timeline_count + 1, sizeof(*s->timelines));
	if (s->timelines == NULL)
		return out_of_memory(err);
	if (s->timeline_count > 0)
		memcpy(s->timelines, timelines,
		    s->timeline_count * sizeof(*timelines));
	return 0;
}

static int
copy_damaged(struct info_system *s, const wa_wal_list *list, wa_error *err)
{
	size_t n = 0, i;

	while (wa_wal_list_damaged(list, n) != NULL)
		n++;
	s->damaged = calloc(n + 1, sizeof(*s->damaged));
	if (s->damaged == NULL)
		return out_of_memory(err);
	for (i = 0; i < n; i++) {
		s->damaged[i] = strdup(wa_wal_list_damaged(list, i));
		if (s->damaged[i] == NULL)
			return out_of_memory(err);
		s->damaged_count++;
	}
	return 0;
}

/* What is stored is told of also when not all of it can be read. */
static int
collect_windows(struct info_system *s, wa_repo *repo, wa_error *err)
{
	int rc = wa_recovery_list(&s->backups, &s->backup_count, &s->windows,
	    &s->window_count, repo, s->system.system_id, err);

	if (rc >= 0 || rc == WA_ENOMEM || rc == WA_EINTERRUPTED)
		return rc;
	say_error(LEVEL_ERROR, err);
	s->unread = 1;
	return 0;
}

static int
collect_system(struct info_system *s, wa_repo *repo, wa_error *err)
{
	wa_wal_list *list = NULL;
	wa_wal_range range;
	int rc;

	rc = wa_wal_list_open(&list, repo, s->system.system_id, err);
	if (rc < 0)
		return rc;
	while ((rc = wa_wal_list_next(&range, list, err)) > 0)
		if ((rc = add_range(s, &range, err)) < 0)
			break;
	if (rc == 0)
		rc = copy_timelines(s, list, err);
	if (rc == 0)
		rc = copy_damaged(s, list, err);
	if (rc == 0)
		rc = dropped_ranges(&s->dropped, &s->dropped_count, list,
		    s->system.segment_size, err);
	wa_wal_list_close(list);
	return rc == 0 ? collect_windows(s, repo, err) : rc;
}

/* The same is true of backups. */
static int
collect_sets(struct info_stanza *stanza, wa_repo *repo, wa_error *err)
{
	int rc = info_sets_collect(&stanza->sets, repo, err);

	if (rc == 0 || rc == WA_ENOMEM || rc == WA_EINTERRUPTED)
		return rc;
	if (!stanza->systems[stanza->count - 1].unread)
		say_error(LEVEL_ERROR, err);
	stanza->systems[stanza->count - 1].unread = 1;
	return 0;
}

/* A hole in a former system's WAL matters as much. */
static enum info_status
judge(const struct info_stanza *stanza)
{
	uint64_t segments = 0, missing = 0, damaged = 0, backups = 0;
	uint64_t dropped = 0;
	int unread = 0;
	size_t i;

	for (i = 0; i < stanza->count; i++) {
		segments += stanza->systems[i].segments;
		missing += stanza->systems[i].missing;
		damaged += stanza->systems[i].damaged_count;
		dropped += stanza->systems[i].dropped_count;
		backups += stanza->systems[i].backup_count;
		unread |= stanza->systems[i].unread;
	}
	if (unread)
		return INFO_UNREAD;
	if (damaged > 0)
		return INFO_DAMAGED;
	if (dropped > 0)
		return INFO_DROPPED;
	if (missing > 0)
		return INFO_MISSING;
	if (backups + stanza->sets.count > 0)
		return INFO_OK;
	return segments == 0 ? INFO_NO_WAL : INFO_NO_BACKUP;
}

int
info_collect(struct info_stanza *out, wa_repo *repo, const wa_config *config,
    wa_error *err)
{
	wa_system *systems = NULL;
	size_t count, i;
	int rc;

	memset(out, 0, sizeof(*out));
	out->path = wa_config_get(config, "repo1-path");
	out->repo_id = wa_repo_id(repo);
	rc = wa_stanza_systems(&systems, &count, repo, err);
	if (rc == WA_EUSAGE) {
		out->status = INFO_NO_STANZA;
		return 0;
	}
	if (rc < 0)
		return rc;
	out->systems = calloc(count, sizeof(*out->systems));
	if (out->systems == NULL)
		rc = out_of_memory(err);
	for (i = 0; rc == 0 && i < count; i++) {
		out->systems[i].system = systems[i];
		out->count = i + 1;
		rc = collect_system(&out->systems[i], repo, err);
	}
	wa_free(systems);
	if (rc == 0)
		rc = collect_sets(out, repo, err);
	if (rc < 0)
		info_free(out);
	else
		out->status = judge(out);
	return rc;
}

void
info_free(struct info_stanza *stanza)
{
	size_t i, j;

	for (i = 0; i < stanza->count; i++) {
		for (j = 0; j < stanza->systems[i].damaged_count; j++)
			free(stanza->systems[i].damaged[j]);
		free(stanza->systems[i].damaged);
		free(stanza->systems[i].dropped);
		wa_free(stanza->systems[i].windows);
		wa_free(stanza->systems[i].backups);
		free(stanza->systems[i].timelines);
		free(stanza->systems[i].ranges);
	}
	info_sets_free(&stanza->sets);
	free(stanza->systems);
	stanza->systems = NULL;
	stanza->count = 0;
}

const char *
info_status_text(enum info_status status)
{
	static const char *const texts[] = { "ok", "no WAL archived yet",
		"WAL is missing", "missing stanza", "WAL is damaged",
		"not all can be read", "no valid backups", "WAL was dropped" };

	return texts[status];
}
