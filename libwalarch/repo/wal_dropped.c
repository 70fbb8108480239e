/* wal_dropped.c - notes of WAL that was given up before it was stored. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "repo/stanza.h"

#define ENDING ".dropped"

void
wa_drop_why(char buf[WA_DROP_SIZE], const wa_drop *drop)
{
	char when[WA_TIME_SIZE];

	wa_time_format(when, drop->when);
	(void)snprintf(buf, WA_DROP_SIZE,
	    "dropped at %s, when %" PRIu64 " MiB of WAL waited to be stored, "
	    "more than archive-push-queue-max (%" PRIu64 " MiB)",
	    when, drop->waiting >> 20, drop->limit >> 20);
}

static void
key_of(wa_key key, const wa_repo *repo, uint64_t system_id, const char *name)
{
	char note[WA_NAME_MAX + sizeof(ENDING)];

	(void)snprintf(note, sizeof(note), "%s%s", name, ENDING);
	wa_key_wal(key, repo->stanza, system_id, note);
}

/* Names of others are needed to go on: they are never dropped. */
static int
check_name(const char *name, wa_error *err)
{
	enum wa_kind kind = wa_name_kind(name);

	if (kind == WA_SEGMENT || kind == WA_PARTIAL)
		return 0;
	return wa_error_set(
	    err, WA_EUSAGE, "\"%.80s\" is no name of a segment", name);
}

static int
exists(wa_repo *repo, const wa_key key, wa_error *err)
{
	uint64_t size;
	int rc = wa_storage_stat(&size, repo->storage, key, err);

	return rc == WA_ENOENT ? 0 : rc == 0 ? 1 : rc;
}

static int
put_note(wa_repo *repo, const wa_key key, const wa_drop *drop, wa_error *err)
{
	char when[WA_TIME_SIZE];
	wa_label label;

	wa_time_format(when, drop->when);
	wa_label_begin(&label, "dropped");
	wa_label_add(&label, "name", "%s%s", drop->name, ENDING);
	wa_label_add(&label, "system", "%" PRIu64, drop->system_id);
	wa_label_add(&label, "when", "%s", when);
	wa_label_add(&label, "waiting", "%" PRIu64, drop->waiting);
	wa_label_add(&label, "limit", "%" PRIu64, drop->limit);
	return wa_repo_put_text(repo->storage, key, &label, err);
}

int
wa_wal_drop(wa_repo *repo, const wa_drop *drop, wa_error *err)
{
	wa_system system;
	wa_key key;
	int rc = check_name(drop->name, err);

	if (rc == 0)
		rc = wa_stanza_system(&system, repo, drop->system_id, err);
	if (rc < 0)
		return rc;
	key_of(key, repo, drop->system_id, drop->name);
	rc = exists(repo, key, err);
	if (rc == 0)
		rc = put_note(repo, key, drop, err);
	if (rc == 1 || rc == WA_EEXIST) {
		/* whoever put it may have died before it was durable */
		rc = wa_storage_settle(repo->storage, key, err);
		return rc < 0 ? rc : 1;
	}
	return rc;
}

static int
read_note(wa_drop *out, const wa_label *label, const char *name, wa_error *err)
{
	char stored[WA_NAME_MAX], kind[16], when[WA_TIME_SIZE];
	uint64_t system_id = 0;
	size_t n = strlen(name);

	if (wa_label_get(label, "kind", kind, sizeof(kind)) == NULL ||
	    strcmp(kind, "dropped") != 0 ||
	    wa_label_get(label, "name", stored, sizeof(stored)) == NULL ||
	    strncmp(stored, name, n) != 0 || strcmp(stored + n, ENDING) != 0 ||
	    wa_label_number(&system_id, label, "system") < 0 ||
	    system_id != out->system_id ||
	    wa_label_get(label, "when", when, sizeof(when)) == NULL ||
	    wa_time_parse(&out->when, when) < 0 ||
	    wa_label_number(&out->waiting, label, "waiting") < 0 ||
	    wa_label_number(&out->limit, label, "limit") < 0)
		return wa_error_set(
		    err, WA_ECORRUPT, "its label is not that of such a note");
	return 0;
}

/* 1, or 0: neither the file nor, of a segment, anything that is more. */
static int
is_stored(wa_repo *repo, uint64_t system_id, const char *name, wa_error *err)
{
	static const char *const also[] = { "", ".damaged" };
	char other[WA_NAME_MAX];
	wa_key key;
	size_t i;
	int rc;

	wa_key_wal(key, repo->stanza, system_id, name);
	rc = exists(repo, key, err);
	for (i = 0; rc == 0 && i < sizeof(also) / sizeof(also[0]); i++) {
		(void)snprintf(other, sizeof(other), "%.*s%s",
		    WA_SEGMENT_NAME_SIZE - 1, name, also[i]);
		wa_key_wal(key, repo->stanza, system_id, other);
		rc = exists(repo, key, err);
	}
	return rc;
}

int
wa_wal_dropped(wa_drop *out, wa_repo *repo, uint64_t system_id,
    const char *name, wa_error *err)
{
	wa_drop drop;
	wa_label label;
	wa_key key;
	int rc = check_name(name, err);

	if (rc < 0)
		return rc;
	memset(&drop, 0, sizeof(drop));
	(void)snprintf(drop.name, sizeof(drop.name), "%s", name);
	drop.system_id = system_id;
	key_of(key, repo, system_id, name);
	rc = wa_repo_get_text(&label, repo->storage, key, err);
	if (rc == 0)
		rc = read_note(&drop, &label, name, err);
	if (rc == WA_ENOENT)
		return rc;
	if (rc < 0)
		return wa_error_in(
		    err, rc, "the note that \"%s\" was dropped", name);
	rc = is_stored(repo, system_id, name, err);
	if (rc == 0)
		*out = drop;
	return rc == 1 ?
	    wa_error_set(err, WA_ENOENT, "\"%s\" is stored", name) :
	    rc;
}
