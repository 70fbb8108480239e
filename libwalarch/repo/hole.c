/*
 * hole.c - PostgreSQL takes "no such file" for the end of WAL, and promotes;
 * so it is said only where no later WAL shows that there was more.
 */
#include "config.h"

#include "repo/hole.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "repo/stanza.h"
#include "repo/timeline.h"

/* Of a segment, and so a witness of those before it?  A .partial or .backup of
 * the segment asked for says nothing about that itself. */
static int
is_witness(const char *stored, const char *name)
{
	enum wa_kind kind = wa_name_kind(stored);

	return kind == WA_SEGMENT ||
	    ((kind == WA_PARTIAL || kind == WA_BACKUP || kind == WA_DAMAGED ||
		 kind == WA_DROPPED) &&
		strncmp(stored, name, WA_SEGMENT_NAME_SIZE - 1) != 0);
}

/* The greatest file stored of a segment in the folder, if any: 1 or 0. */
static int
last_in_folder(char last[WA_NAME_MAX], wa_repo *repo, uint64_t system_id,
    const char *folder, const char *name, wa_error *err)
{
	wa_names *names = NULL;
	wa_key key;
	size_t i;
	int found = 0, rc;

	wa_key_wal_folder(key, repo->stanza, system_id, folder);
	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(names, repo->storage, key, 0, err);
	for (i = rc == 0 ? wa_names_count(names) : 0; i > 0 && !found; i--) {
		found = is_witness(wa_names_at(names, i - 1), name);
		if (found)
			(void)snprintf(
			    last, WA_NAME_MAX, "%s", wa_names_at(names, i - 1));
	}
	wa_names_free(names);
	return rc < 0 ? rc : found;
}

/* The same of all folders whose name begins with the prefix. */
static int
last_stored(char last[WA_NAME_MAX], wa_repo *repo, uint64_t system_id,
    const char *prefix, const char *name, wa_error *err)
{
	wa_names *folders = NULL;
	wa_key key;
	size_t i;
	int rc;

	wa_key_wal_root(key, repo->stanza, system_id);
	rc = wa_names_new(&folders, err);
	if (rc == 0)
		rc = wa_storage_list(folders, repo->storage, key, 0, err);
	for (i = rc == 0 ? wa_names_count(folders) : 0; i > 0 && rc == 0; i--) {
		const char *folder = wa_names_at(folders, i - 1);

		if (strlen(folder) == 17 &&
		    strncmp(folder, prefix, strlen(prefix)) == 0)
			rc = last_in_folder(
			    last, repo, system_id, folder, name, err);
	}
	wa_names_free(folders);
	return rc;
}

static int
hole(wa_error *err, const char *name, const char *evidence)
{
	(void)wa_error_set(err, WA_EHOLE,
	    "\"%s\" is missing from the repository, but %s", name, evidence);
	wa_error_hint(err,
	    "Look for the file in the server's pg_wal and in "
	    "copies of it, and store it with walarch-push. To end recovery "
	    "here would lose what was committed later. (To a target before "
	    "the hole PostgreSQL 15 and later come with recovery_prefetch = "
	    "off.)");
	return WA_EHOLE;
}

/* Does the timeline's own share of WAL begin after this segment? */
static int
before_timeline(
    const wa_timelines *timelines, uint32_t timeline, uint64_t segment_end)
{
	const wa_history *h = wa_timelines_find(timelines, timeline);

	return h != NULL && segment_end <= wa_history_begin(h);
}

static int
judge_segment(wa_repo *repo, uint64_t system_id, const struct wa_name *parsed,
    const char *name, const wa_system *system, const wa_timelines *timelines,
    wa_error *err)
{
	char last[WA_NAME_MAX], evidence[120], prefix[9];
	int64_t number = wa_name_number(parsed, system->segment_size);
	uint64_t end;
	int rc;

	if (number < 0)
		return wa_error_set(err, WA_EUSAGE,
		    "there is no segment \"%s\" where segments have %u bytes",
		    name, system->segment_size);
	end = ((uint64_t)number + 1) * system->segment_size;
	if (before_timeline(timelines, parsed->timeline, end))
		return WA_ENOENT;
	if (wa_timelines_end(timelines, parsed->timeline) >= end) {
		(void)snprintf(evidence, sizeof(evidence),
		    "a later timeline left timeline %u after it",
		    parsed->timeline);
		return hole(err, name, evidence);
	}
	(void)snprintf(prefix, sizeof(prefix), "%08X", parsed->timeline);
	rc = last_stored(last, repo, system_id, prefix, name, err);
	if (rc <= 0)
		return rc < 0 ? rc : WA_ENOENT;
	if (strcmp(last, name) < 0)
		return WA_ENOENT;
	if (strcmp(last, name) == 0)
		return wa_error_set(
		    err, WA_ETRYAGAIN, "\"%s\" was stored a moment ago", name);
	(void)snprintf(evidence, sizeof(evidence), "\"%s\" is there", last);
	return hole(err, name, evidence);
}

/* PostgreSQL would give the number of a timeline it does not see to the next
 * one, and then two would have it. */
static int
judge_history(wa_repo *repo, uint64_t system_id, const struct wa_name *parsed,
    const char *name, const wa_timelines *timelines, wa_error *err)
{
	char last[WA_NAME_MAX], evidence[120];
	struct wa_name highest;
	int rc;

	if (parsed->timeline == 1)
		return WA_ENOENT;
	if (wa_timelines_last(timelines) > parsed->timeline) {
		(void)snprintf(evidence, sizeof(evidence),
		    "the history of timeline %u is there",
		    wa_timelines_last(timelines));
		return hole(err, name, evidence);
	}
	rc = last_stored(last, repo, system_id, "", name, err);
	if (rc <= 0)
		return rc < 0 ? rc : WA_ENOENT;
	wa_name_parse(&highest, last);
	if (highest.timeline < parsed->timeline)
		return WA_ENOENT;
	(void)snprintf(evidence, sizeof(evidence), "\"%s\" is there", last);
	return hole(err, name, evidence);
}

int
wa_hole_judge(
    wa_repo *repo, uint64_t system_id, const char *name, wa_error *err)
{
	wa_timelines *timelines = NULL;
	struct wa_name parsed;
	wa_system system;
	int rc;

	wa_name_parse(&parsed, name);
	rc = wa_stanza_system(&system, repo, system_id, err);
	if (rc == 0)
		rc = wa_timelines_read(&timelines, repo, system_id, err);
	if (rc < 0)
		return rc;
	if (parsed.kind == WA_SEGMENT)
		rc = judge_segment(
		    repo, system_id, &parsed, name, &system, timelines, err);
	else if (parsed.kind == WA_HISTORY)
		rc = judge_history(
		    repo, system_id, &parsed, name, timelines, err);
	else
		rc = WA_ENOENT;
	wa_timelines_free(timelines);
	if (rc == WA_ENOENT)
		(void)wa_error_set(
		    err, rc, "\"%s\" is not in the repository", name);
	return rc;
}
