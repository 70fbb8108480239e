/* wal_push.c - a WAL file becomes an object, once. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/sys.h"
#include "pg/backup_label.h"
#include "pg/history.h"
#include "pg/page.h"
#include "pg/segment.h"
#include "repo/stanza.h"
#include "repo/wal_compare.h"
#include "repo/wal_object.h"
#include "repo/wal_origin.h"
#include "stream/codec.h"

struct push {
	wa_repo *repo;
	uint64_t system_id;
	const char *text; /* the name */
	struct wa_name name;
	struct wa_source source;
	uint8_t *buf;
	size_t chunk; /* its size */
	wa_digest *digest;
	struct wa_segment *segment; /* NULL: a history or backup file */
	wa_label label;
};

/* A system keeps its version and its segments' size for life. */
static int
check_registered(
    const struct wa_segment *segment, const wa_system *system, wa_error *err)
{
	if (segment->version == system->version &&
	    segment->size == system->segment_size)
		return 0;
	return wa_error_set(err, WA_EMISMATCH,
	    "\"%s\" is of PostgreSQL %u and has %u bytes, but system %llu is "
	    "registered as PostgreSQL %u with segments of %u",
	    segment->text, segment->version, segment->size,
	    (unsigned long long)system->system_id, system->version,
	    system->segment_size);
}

/* Is the cluster it is of the caller's, and the stanza's? */
static int
check_system(struct push *p, uint64_t expected, wa_error *err)
{
	wa_system system;
	int rc;

	if (p->segment != NULL && expected != 0 &&
	    p->segment->system_id != expected)
		return wa_error_set(err, WA_EMISMATCH,
		    "\"%s\" is of system %llu, not of system %llu",
		    p->source.path, (unsigned long long)p->segment->system_id,
		    (unsigned long long)expected);
	p->system_id = p->segment != NULL ? p->segment->system_id : expected;
	if (p->system_id == 0) {
		(void)wa_error_set(err, WA_EUSAGE,
		    "\"%s\" does not say of which cluster it is", p->text);
		wa_error_hint(err, "Name the cluster with --pg1-path.");
		return WA_EUSAGE;
	}
	rc = wa_stanza_system(&system, p->repo, p->system_id, err);
	return rc < 0 || p->segment == NULL ?
	    rc :
	    check_registered(p->segment, &system, err);
}

/* The next bytes, checked and added to the digest. */
static int64_t
next_chunk(struct push *p, wa_error *err)
{
	int64_t n = wa_source_read(&p->source, p->buf, p->chunk, err);
	int rc;

	if (n <= 0)
		return n;
	rc = wa_config_interrupted(p->repo->cfg, err);
	if (rc == 0 && p->segment != NULL)
		rc = wa_segment_add(p->segment, p->buf, (size_t)n, err);
	if (rc < 0)
		return rc;
	wa_digest_add(p->digest, p->buf, (size_t)n);
	return n;
}

static void
fill_label(struct push *p)
{
	char sum[WA_DIGEST_SIZE], start[WA_LSN_SIZE];

	wa_digest_format(p->digest, sum);
	wa_wal_label(
	    &p->label, &p->name, p->text, p->system_id, p->source.size, sum);
	if (p->segment == NULL)
		return;
	wa_lsn_format(start, p->segment->start);
	wa_label_add(&p->label, "pg", "%u", p->segment->version);
	wa_label_add(&p->label, "start", "%s", start);
}

/* Everything that can be wrong with the file itself, after its last byte. */
static int
check_whole(struct push *p, wa_error *err)
{
	int rc = 0;

	if (p->segment != NULL)
		rc = wa_segment_end(p->segment, err);
	if (rc == 0 && p->segment != NULL)
		rc = wa_wal_check_origin(
		    p->repo, p->segment, p->source.path, err);
	return rc == 0 ? wa_source_unchanged(&p->source, err) : rc;
}

/* Through the chain; the first chunk is in buf already. */
static int
stream_all(struct push *p, wa_writer *writer, int64_t n, wa_error *err)
{
	int rc = 0;

	while (rc == 0 && n > 0) {
		rc = wa_writer_write(writer, p->buf, (size_t)n, err);
		if (rc == 0)
			n = next_chunk(p, err);
	}
	if (rc == 0 && n < 0)
		rc = (int)n;
	if (rc == 0)
		rc = check_whole(p, err);
	if (rc < 0)
		return rc;
	fill_label(p);
	return wa_writer_finish(writer, err);
}

/* file -> check and digest -> codec -> label -> storage */
static int
store(struct push *p, const wa_key key, int64_t first, wa_error *err)
{
	const wa_config *cfg = p->repo->cfg;
	wa_writer *chain = NULL, *next = NULL;
	int rc;

	rc = wa_storage_put(&chain, p->repo->storage, key, err);
	if (rc == 0)
		rc = wa_label_writer(&next, chain, &p->label, err);
	if (rc == 0) {
		chain = next;
		rc = wa_encoder(&next, chain,
		    wa_config_get(cfg, "compress-type"),
		    (int)wa_config_number(cfg, "compress-level"),
		    p->source.size, err);
	}
	if (rc == 0) {
		chain = next;
		rc = stream_all(p, chain, first, err);
	}
	wa_writer_close(chain);
	if (rc < 0 && rc != WA_EEXIST)
		return wa_error_in(err, rc, "could not store \"%s\"", p->text);
	return rc;
}

/* A file that is itself at fault is told so, before the stored one is. */
static int
check_rest(struct push *p, wa_error *err)
{
	int64_t n;

	while ((n = next_chunk(p, err)) > 0)
		;
	return n < 0 ? (int)n : check_whole(p, err);
}

static int
push_checked(struct push *p, int64_t first, wa_error *err)
{
	uint64_t size;
	wa_key key;
	int rc;

	wa_key_wal(key, p->repo->stanza, p->system_id, p->text);
	rc = wa_storage_stat(&size, p->repo->storage, key, err);
	if (rc == WA_ENOENT)
		rc = store(p, key, first, err);
	else if (rc == 0 && (rc = check_rest(p, err)) == 0)
		rc = WA_EEXIST;
	if (rc == WA_EEXIST)
		rc = wa_wal_compare(
		    p->repo, p->system_id, p->text, &p->source, err);
	return rc;
}

/* A history or backup file: small, and text. */
static int
check_text(struct push *p, int64_t size, wa_error *err)
{
	wa_history *history = NULL;
	int rc;

	if (p->source.size > WA_TEXT_MAX)
		return wa_error_set(err, WA_ECORRUPT,
		    "\"%s\" has %llu bytes, too many for its kind",
		    p->source.path, (unsigned long long)p->source.size);
	if (p->name.kind == WA_HISTORY)
		rc = wa_history_parse(&history, p->name.timeline,
		    (char *)p->buf, (size_t)size, err);
	else
		rc = wa_backup_label_check(
		    &p->name, (char *)p->buf, (size_t)size, err);
	wa_history_free(history);
	return rc < 0 ? wa_error_in(err, rc, "\"%s\"", p->source.path) : 0;
}

static int
push_opened(struct push *p, uint64_t system_id, wa_error *err)
{
	int64_t first = next_chunk(p, err);
	int rc;

	if (first == 0)
		return wa_error_set(
		    err, WA_ECORRUPT, "\"%s\" is empty", p->source.path);
	rc = first < 0 ? (int)first : 0;
	if (rc == 0 && p->segment != NULL && p->source.size != p->segment->size)
		rc = wa_error_set(err, WA_ECORRUPT,
		    "\"%s\" has %llu bytes, but a segment of its cluster has "
		    "%u",
		    p->source.path, (unsigned long long)p->source.size,
		    p->segment->size);
	if (rc == 0 && p->segment == NULL)
		rc = check_text(p, first, err);
	if (rc == 0)
		rc = check_system(p, system_id, err);
	return rc == 0 ? push_checked(p, first, err) : rc;
}

static int
prepare(struct push *p, wa_error *err)
{
	int is_segment =
	    p->name.kind == WA_SEGMENT || p->name.kind == WA_PARTIAL;
	int rc = wa_digest_new(&p->digest, err);

	if (rc < 0)
		return rc;
	p->chunk = is_segment ? WA_CHUNK : WA_TEXT_MAX;
	p->buf = wa_sys_malloc(p->chunk);
	if (p->buf == NULL)
		return wa_error_memory(err);
	if (!is_segment)
		return 0;
	p->segment = wa_sys_malloc(sizeof(*p->segment));
	if (p->segment == NULL)
		return wa_error_memory(err);
	wa_segment_begin(p->segment, p->text);
	return 0;
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
	struct push *p;
	int rc;

	if (name == NULL)
		name =
		    strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
	if (strlen(name) >= WA_NAME_MAX || wa_name_kind(name) == WA_NOT_WAL)
		return not_wal(name, err);
	p = wa_sys_malloc(sizeof(*p));
	if (p == NULL)
		return wa_error_memory(err);
	memset(p, 0, offsetof(struct push, label));
	p->repo = repo;
	p->text = name;
	wa_name_parse(&p->name, name);
	rc = wa_source_open(&p->source, path, err);
	if (rc == 0)
		rc = prepare(p, err);
	if (rc == 0)
		rc = push_opened(p, system_id, err);
	wa_source_close(&p->source);
	wa_digest_free(p->digest);
	wa_sys_free(p->segment);
	wa_sys_free(p->buf);
	wa_sys_free(p);
	return rc;
}
