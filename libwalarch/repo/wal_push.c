/* wal_push.c - a WAL file becomes an object, once. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/error.h"
#include "base/sys.h"
#include "pg/backup_label.h"
#include "pg/history.h"
#include "repo/stanza.h"
#include "repo/wal_compare.h"
#include "repo/wal_facts.h"
#include "repo/wal_intake.h"
#include "repo/wal_object.h"
#include "stream/codec.h"

/* What the return value says beside 0: stored, but look into err. */
#define WITH_A_WARNING 2

struct push {
	struct wa_intake in;
	uint64_t system_id;
	char was[WA_DIGEST_SIZE]; /* of the first reading; "": this is it */
	wa_label label;
};

/* A system keeps its version and its segments' size for life. */
static int
check_registered(const struct push *p, const wa_system *system, wa_error *err)
{
	const struct wa_segment *segment = p->in.segment;
	uint32_t version = segment == NULL ? system->version : segment->version;
	uint64_t size =
	    segment == NULL ? p->in.source.size : (uint64_t)segment->size;

	if (version == system->version && size == system->segment_size)
		return 0;
	return wa_error_set(err, WA_EMISMATCH,
	    "\"%s\" is of PostgreSQL %u and has %llu bytes, but system %llu is "
	    "registered as PostgreSQL %u with segments of %u",
	    p->in.text, version, (unsigned long long)size,
	    (unsigned long long)system->system_id, system->version,
	    system->segment_size);
}

/* Is the cluster it is of the caller's, and the stanza's? */
static int
check_system(struct push *p, uint64_t expected, wa_error *err)
{
	const struct wa_segment *segment = p->in.segment;
	wa_system system;
	int rc;

	if (segment != NULL && expected != 0 && segment->system_id != expected)
		return wa_error_set(err, WA_EMISMATCH,
		    "\"%s\" is of system %llu, not of system %llu",
		    p->in.source.path, (unsigned long long)segment->system_id,
		    (unsigned long long)expected);
	p->system_id = segment != NULL ? segment->system_id : expected;
	if (p->system_id == 0) {
		(void)wa_error_set(err, WA_EUSAGE,
		    "\"%s\" does not say of which cluster it is", p->in.text);
		wa_error_hint(err, "Name the cluster with --pg1-path.");
		return WA_EUSAGE;
	}
	rc = wa_stanza_system(&system, p->in.repo, p->system_id, err);
	return rc < 0 || !wa_intake_is_segment(&p->in) ?
	    rc :
	    check_registered(p, &system, err);
}

/* The label of what is to be stored under name. */
static void
fill_label(struct push *p, const char *name)
{
	const struct wa_intake *in = &p->in;
	char sum[WA_DIGEST_SIZE], start[WA_LSN_SIZE];
	struct wa_name parsed;

	wa_name_parse(&parsed, name);
	wa_digest_format(in->digest, sum);
	wa_wal_label(
	    &p->label, &parsed, name, p->system_id, in->source.size, sum);
	if (!wa_intake_is_segment(in))
		return;
	if (in->segment != NULL) {
		wa_lsn_format(start, in->segment->start);
		wa_label_add(&p->label, "pg", "%u", in->segment->version);
		wa_label_add(&p->label, "start", "%s", start);
	}
	if (in->walking)
		wa_wal_facts_write(&p->label, &in->facts->records);
	else
		wa_label_add(&p->label, "wal-check", "%s",
		    wa_config_get(in->repo->cfg, "wal-check"));
}

static int
blame_record(const struct push *p, const wa_event *damage, wa_error *err)
{
	char lsn[WA_LSN_SIZE];

	wa_lsn_format(lsn, damage->lsn);
	if (damage->lsn < p->in.segment->start) {
		(void)wa_error_set(err, WA_ECORRUPT,
		    "the record at %s does not go on rightly in \"%s\" (%s); "
		    "that was stored as \"%s.damaged\"",
		    lsn, p->in.source.path, damage->name, p->in.text);
		wa_error_hint(err,
		    "This segment or the one before it is damaged, and recovery "
		    "cannot pass them. Take a new base backup, and look at the "
		    "disk and the memory of this machine.");
		return WA_ECORRUPT;
	}
	(void)wa_error_set(err, WA_ECORRUPT,
	    "\"%s\" has a damaged record at %s (%s); it was stored as "
	    "\"%s.damaged\"",
	    p->in.source.path, lsn, damage->name, p->in.text);
	wa_error_hint(err,
	    "Recovery cannot pass it. Is there a sound copy, in the pg_wal of "
	    "a standby? Store that with walarch-push under the same name. In "
	    "any case take a new base backup, and look at the disk and the "
	    "memory of this machine.");
	return WA_ECORRUPT;
}

static int
blame_reading(const struct push *p, wa_error *err)
{
	(void)wa_error_set(err, WA_EUSAGE,
	    "no record of \"%s\" can be read; it was stored all the same",
	    p->in.source.path);
	wa_error_hint(err,
	    "If WAL is encrypted, by pg_tde perhaps, say so with wal-check = "
	    "header. If it is not, the file is worthless.");
	return WITH_A_WARNING;
}

/* A second reading must give what the first one gave. */
static int
check_reading(const struct push *p, wa_error *err)
{
	char is[WA_DIGEST_SIZE];

	wa_digest_format(p->in.digest, is);
	if (p->was[0] == '\0' || strcmp(p->was, is) == 0)
		return 0;
	return wa_error_set(err, WA_ETRYAGAIN,
	    "\"%s\" was read differently the second time", p->in.source.path);
}

/* Through the chain; the first chunk, of n bytes, is in buf already. */
static int
stream_all(struct push *p, wa_writer *writer, int64_t n, const char *name,
    wa_error *err)
{
	int rc = 0;

	wa_intake_walk(&p->in, (size_t)n);
	while (rc == 0 && n > 0) {
		rc = wa_writer_write(writer, p->in.buf, (size_t)n, err);
		if (rc == 0)
			n = wa_intake_next(&p->in, err);
	}
	if (rc == 0 && n < 0)
		rc = (int)n;
	if (rc == 0)
		rc = wa_intake_end(&p->in, err);
	if (rc == 0)
		rc = check_reading(p, err);
	if (rc < 0)
		return rc;
	if (wa_intake_damage(&p->in) != NULL &&
	    wa_name_kind(name) != WA_DAMAGED)
		return blame_record(p, wa_intake_damage(&p->in), err);
	fill_label(p, name);
	return wa_writer_finish(writer, err);
}

static int
level_of(const wa_repo *repo)
{
	return repo->has_level ?
	    repo->level :
	    (int)wa_config_number(repo->cfg, "compress-level");
}

/* file -> checks and digest -> codec -> label -> storage */
static int
store(struct push *p, const char *name, int64_t first, wa_error *err)
{
	const wa_config *cfg = p->in.repo->cfg;
	wa_writer *chain = NULL, *next = NULL;
	wa_key key;
	int rc;

	wa_key_wal(key, p->in.repo->stanza, p->system_id, name);
	rc = wa_storage_put(&chain, p->in.repo->storage, key, err);
	if (rc == 0)
		rc = wa_label_writer(&next, chain, &p->label, err);
	if (rc == 0) {
		chain = next;
		rc = wa_encoder(&next, chain,
		    wa_config_get(cfg, "compress-type"), level_of(p->in.repo),
		    p->in.source.size, err);
	}
	if (rc == 0) {
		chain = next;
		rc = stream_all(p, chain, first, name, err);
	}
	wa_writer_close(chain);
	if (rc < 0 && rc != WA_EEXIST && wa_intake_damage(&p->in) == NULL)
		return wa_error_in(err, rc, "could not store \"%s\"", name);
	return rc;
}

static int
is_stored(struct push *p, const char *name, wa_error *err)
{
	uint64_t size;
	wa_key key;
	int rc;

	wa_key_wal(key, p->in.repo->stanza, p->system_id, name);
	rc = wa_storage_stat(&size, p->in.repo->storage, key, err);
	return rc == WA_ENOENT ? 0 : rc == 0 ? 1 : rc;
}

/* Of a partial segment only the records count, where they are known. */
static int
compare(struct push *p, const char *name, wa_error *err)
{
	const struct wa_intake *in = &p->in;
	uint64_t records = 0;

	if (in->name.kind == WA_PARTIAL && in->walking &&
	    in->facts->records.end > in->segment->start)
		records = in->facts->records.end - in->segment->start;
	return wa_wal_compare(
	    in->repo, p->system_id, name, &p->in.source, records, err);
}

/*
 * Its records are damaged.  Once more from the disk, and if that reads the
 * same, it goes under a name that leaves its own to a sound copy.
 */
static int
store_damaged(struct push *p, wa_error *err)
{
	wa_event damage = *wa_intake_damage(&p->in);
	char name[WA_NAME_MAX];
	int64_t first;
	int rc;

	(void)snprintf(name, sizeof(name), "%s.damaged", p->in.text);
	wa_digest_format(p->in.digest, p->was);
	rc = wa_intake_again(&p->in, err);
	first = rc < 0 ? rc : wa_intake_next(&p->in, err);
	if (first <= 0)
		return first < 0 ?
		    (int)first :
		    wa_error_set(err, WA_ETRYAGAIN,
			"\"%s\" changed while it was read", p->in.source.path);
	rc = store(p, name, first, err);
	if (rc == WA_EEXIST)
		rc = compare(p, name, err);
	if (rc < 0)
		return rc;
	(void)blame_record(p, &damage, err);
	return WITH_A_WARNING;
}

static int
store_new(struct push *p, int64_t first, wa_error *err)
{
	int rc = store(p, p->in.text, first, err);

	if (rc == WA_EEXIST)
		return compare(p, p->in.text, err);
	if (rc == WA_ECORRUPT && wa_intake_damage(&p->in) != NULL)
		return store_damaged(p, err);
	if (rc == 0 && p->in.walking &&
	    p->in.facts->records.walked == WA_UNREADABLE)
		return blame_reading(p, err);
	return rc;
}

/* A file that is itself at fault is told so, before the stored one is. */
static int
check_rest(struct push *p, int64_t first, wa_error *err)
{
	int64_t n;

	if (p->in.name.kind == WA_PARTIAL)
		wa_intake_walk(&p->in, (size_t)first);
	while ((n = wa_intake_next(&p->in, err)) > 0)
		;
	return n < 0 ? (int)n : wa_intake_end(&p->in, err);
}

/* A sound one may have come after the damaged one, which is pushed again. */
static int
compare_both(struct push *p, wa_error *err)
{
	wa_error other = WA_ERROR_INIT;
	char name[WA_NAME_MAX];
	int rc = compare(p, p->in.text, err);

	if (rc != WA_EEXIST || p->in.name.kind != WA_SEGMENT)
		return rc;
	(void)snprintf(name, sizeof(name), "%s.damaged", p->in.text);
	if (is_stored(p, name, &other) == 1 && compare(p, name, &other) == 1)
		return 1;
	return rc;
}

static int
push_checked(struct push *p, int64_t first, wa_error *err)
{
	int rc = is_stored(p, p->in.text, err);

	if (rc == 0)
		return store_new(p, first, err);
	if (rc > 0)
		rc = check_rest(p, first, err);
	return rc == 0 ? compare_both(p, err) : rc;
}

/* A history or backup file: small, and text. */
static int
check_text(struct push *p, int64_t size, wa_error *err)
{
	const struct wa_intake *in = &p->in;
	wa_history *history = NULL;
	int rc;

	if (in->source.size > WA_TEXT_MAX)
		return wa_error_set(err, WA_ECORRUPT,
		    "\"%s\" has %llu bytes, too many for its kind",
		    in->source.path, (unsigned long long)in->source.size);
	if (in->name.kind == WA_HISTORY)
		rc = wa_history_parse(&history, in->name.timeline,
		    (char *)in->buf, (size_t)size, err);
	else
		rc = wa_backup_label_check(
		    &in->name, (char *)in->buf, (size_t)size, err);
	wa_history_free(history);
	return rc < 0 ? wa_error_in(err, rc, "\"%s\"", in->source.path) : 0;
}

static int
push_opened(struct push *p, uint64_t system_id, wa_error *err)
{
	const struct wa_intake *in = &p->in;
	int64_t first = wa_intake_next(&p->in, err);
	int rc;

	if (first == 0)
		return wa_error_set(
		    err, WA_ECORRUPT, "\"%s\" is empty", in->source.path);
	rc = first < 0 ? (int)first : 0;
	if (rc == 0 && in->segment != NULL &&
	    in->source.size != in->segment->size)
		rc = wa_error_set(err, WA_ECORRUPT,
		    "\"%s\" has %llu bytes, but a segment of its cluster has "
		    "%u",
		    in->source.path, (unsigned long long)in->source.size,
		    in->segment->size);
	if (rc == 0 && !wa_intake_is_segment(in))
		rc = check_text(p, first, err);
	if (rc == 0)
		rc = check_system(p, system_id, err);
	return rc == 0 ? push_checked(p, first, err) : rc;
}

static int
not_wal(const char *name, wa_error *err)
{
	(void)wa_error_set(
	    err, WA_EUSAGE, "\"%.200s\" is no name of a WAL file", name);
	wa_error_hint(err,
	    "archive_command passes the path of one: "
	    "walarch-push %%p");
	return WA_EUSAGE;
}

int
wa_wal_push(wa_repo *repo, uint64_t system_id, const char *path,
    const char *name, wa_error *err)
{
	enum wa_kind kind;
	struct push *p;
	int rc;

	if (name == NULL)
		name =
		    strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
	kind = wa_name_kind(name);
	if (strlen(name) >= WA_NAME_MAX || kind == WA_NOT_WAL ||
	    kind == WA_DAMAGED || kind == WA_DROPPED)
		return not_wal(name, err);
	p = wa_sys_malloc(sizeof(*p));
	if (p == NULL)
		return wa_error_memory(err);
	p->was[0] = '\0';
	rc = wa_intake_open(&p->in, repo, path, name, err);
	if (rc == 0)
		rc = push_opened(p, system_id, err);
	wa_intake_close(&p->in);
	wa_sys_free(p);
	return rc;
}
