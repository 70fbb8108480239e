/* wal_verify.c - is a stored file what it should be? */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "pg/backup_label.h"
#include "repo/timeline.h"
#include "repo/wal_facts.h"
#include "repo/wal_scan.h"

struct wa_verify {
	uint64_t system_id;
	struct wa_scan scan;
};

int
wa_verify_open(
    wa_verify **out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_verify *v = wa_sys_malloc(sizeof(*v));

	if (v == NULL)
		return wa_error_memory(err);
	v->system_id = system_id;
	v->scan.repo = repo;
	v->scan.go_on = 0;
	v->scan.kinds = 0;
	v->scan.visit = NULL;
	v->scan.arg = NULL;
	*out = v;
	return 0;
}

void
wa_verify_close(wa_verify *verify)
{
	wa_sys_free(verify);
}

static int
blame_record(const char *name, const wa_event *damage, wa_error *err)
{
	char lsn[WA_LSN_SIZE];

	wa_lsn_format(lsn, damage->lsn);
	(void)wa_error_set(err, WA_ECORRUPT,
	    "\"%s\" has a damaged record at %s (%s)", name, lsn, damage->name);
	wa_error_hint(err,
	    "It was so when it was pushed. Recovery cannot pass it; a base "
	    "backup that is younger does not need it.");
	return WA_ECORRUPT;
}

static int
same_event(const wa_event *a, const wa_event *b)
{
	return a->kind == b->kind && a->lsn == b->lsn && a->time == b->time &&
	    a->xid == b->xid && a->count == b->count && a->other == b->other &&
	    strcmp(a->name, b->name) == 0;
}

/* Is each event of the label one that was found? */
static int
has_events(const wa_wal_records *found, const wa_wal_records *label)
{
	uint32_t i, j;

	for (i = 0; i < label->event_count; i++) {
		for (j = 0; j < found->event_count; j++)
			if (same_event(&label->events[i], &found->events[j]))
				break;
		if (j == found->event_count)
			return 0;
	}
	return label->more != 0 || label->event_count == found->event_count;
}

/* Does the label say what was found? */
static int
check_facts(const wa_wal_records *label, const wa_wal_records *found,
    const char *name, wa_error *err)
{
	int same_count;

	if (label->walked != WA_WALKED || label->cut || found->cut)
		return 0;
	same_count =
	    label->count == found->count && label->commits == found->commits;
	if (same_count && label->walked == found->walked &&
	    label->end == found->end &&
	    label->first_commit == found->first_commit &&
	    label->last_commit == found->last_commit &&
	    label->aborts == found->aborts &&
	    label->first_xid == found->first_xid &&
	    label->last_xid == found->last_xid && has_events(found, label))
		return 0;
	if (same_count)
		return wa_error_set(err, WA_ECORRUPT,
		    "the label of \"%s\" tells of other times, transactions "
		    "or events than its records",
		    name);
	return wa_error_set(err, WA_ECORRUPT,
	    "the label of \"%s\" tells of %llu records and %llu commits, but "
	    "it has %llu and %llu",
	    name, (unsigned long long)label->count,
	    (unsigned long long)label->commits,
	    (unsigned long long)found->count,
	    (unsigned long long)found->commits);
}

static int
verify_segment(wa_wal_facts *facts, wa_verify *v, struct wa_wal_object *object,
    const char *name, wa_error *err)
{
	struct wa_scan *s = &v->scan;
	const wa_event *damage;
	wa_wal_records label;
	int rc;

	rc = wa_wal_facts_read(&label, &object->label, err);
	s->name = name;
	s->begun = 0;
	if (rc == 0)
		rc = wa_wal_object_read(object, s->repo, name,
		    object->unseen ? NULL : wa_scan_add, s, err);
	s->go_on = rc == 0 && !object->unseen;
	if (rc < 0 || object->unseen)
		return rc;
	wa_facts_end(&s->facts);
	facts->records = s->facts.records;
	damage = wa_records_damage(&facts->records);
	if (facts->records.walked == WA_WALKED && damage != NULL)
		return blame_record(name, damage, err);
	return check_facts(&label, &facts->records, name, err);
}

static int
same_way(const wa_history *child, const wa_history *parent)
{
	size_t i;

	if (child->count != parent->count + 1)
		return 0;
	for (i = 0; i < parent->count; i++)
		if (child->entries[i].timeline != parent->entries[i].timeline ||
		    child->entries[i].end != parent->entries[i].end)
			return 0;
	return 1;
}

/*
 * PostgreSQL copies the parent's history and adds a line.  A parent's that is
 * damaged or not stored is for its own verification.
 */
static int
check_parent(
    wa_verify *v, const wa_history *history, const char *name, wa_error *err)
{
	wa_history *parent = NULL;
	char of_parent[WA_NAME_MAX];
	int rc;

	(void)snprintf(of_parent, sizeof(of_parent), "%08X.history",
	    wa_history_parent(history));
	rc = wa_timeline_read(
	    &parent, v->scan.repo, v->system_id, of_parent, err);
	if (rc == WA_EINTERRUPTED || rc == WA_ENOMEM)
		return rc;
	if (rc < 0)
		return 0;
	rc = same_way(history, parent);
	wa_history_free(parent);
	if (rc)
		return 0;
	(void)wa_error_set(err, WA_ECORRUPT,
	    "\"%s\" disagrees with \"%s\" about the timelines before", name,
	    of_parent);
	wa_error_hint(err,
	    "Which of them is right may be told by the pg_wal of a server. "
	    "Recovery along the wrong one takes WAL of a wrong timeline.");
	return WA_ECORRUPT;
}

static int
verify_history(wa_verify *v, const char *name, wa_error *err)
{
	wa_history *history = NULL;
	int rc =
	    wa_timeline_read(&history, v->scan.repo, v->system_id, name, err);

	if (rc == 0)
		rc = check_parent(v, history, name, err);
	wa_history_free(history);
	return rc;
}

static int
verify_backup(wa_verify *v, const char *name, wa_error *err)
{
	struct wa_name parsed;
	char *text = NULL;
	size_t size;
	int rc;

	wa_name_parse(&parsed, name);
	rc = wa_wal_object_text(
	    &text, &size, v->scan.repo, v->system_id, name, err);
	if (rc == 0)
		rc = wa_backup_label_check(&parsed, text, size, err);
	wa_sys_free(text);
	return rc;
}

/* A note of what is stored by now is of no importance. */
static int
verify_note(const wa_verify *v, const char *name, wa_error *err)
{
	char of[WA_NAME_MAX], why[WA_DROP_SIZE];
	wa_drop drop;
	int rc;

	(void)snprintf(of, sizeof(of), "%.*s",
	    (int)(strlen(name) - strlen(".dropped")), name);
	rc = wa_wal_dropped(&drop, v->scan.repo, v->system_id, of, err);
	if (rc < 0)
		return rc == WA_ENOENT ? 0 : rc;
	wa_drop_why(why, &drop);
	(void)wa_error_set(err, WA_EHOLE, "\"%s\" was %s", of, why);
	wa_error_hint(err,
	    "Recovery cannot pass it; a base backup that is younger does not "
	    "need it. A copy may be in the pg_wal of a standby: store it with "
	    "walarch-push.");
	return WA_EHOLE;
}

int
wa_verify_file(
    wa_wal_facts *out, wa_verify *verify, const char *name, wa_error *err)
{
	struct wa_wal_object *object = NULL;
	enum wa_kind kind = wa_name_kind(name);
	wa_wal_facts facts;
	int rc;

	if (kind == WA_DROPPED) {
		memset(&facts, 0, sizeof(facts));
		rc = verify_note(verify, name, err);
		if (rc == 0)
			*out = facts;
		return rc;
	}
	rc = wa_wal_stat(
	    &facts, verify->scan.repo, verify->system_id, name, err);
	if (rc == 0 && kind == WA_HISTORY)
		rc = verify_history(verify, name, err);
	else if (rc == 0 && kind == WA_BACKUP)
		rc = verify_backup(verify, name, err);
	else if (rc == 0) {
		facts.records.event_count = 0;
		rc = wa_wal_object_open(
		    &object, verify->scan.repo, verify->system_id, name, err);
		if (rc == 0)
			rc = verify_segment(&facts, verify, object, name, err);
		wa_wal_object_close(object);
	}
	if (rc < 0)
		verify->scan.go_on = 0;
	if (rc == 0 || rc == WA_ECORRUPT)
		*out = facts;
	return rc;
}
