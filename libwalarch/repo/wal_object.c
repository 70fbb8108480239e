/* wal_object.c - open a stored WAL file, and read it without trusting it. */
#include "config.h"

#include "repo/wal_object.h"

#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/error.h"
#include "base/sys.h"
#include "repo/wal_facts.h"
#include "repo/wal_source.h"
#include "stream/codec.h"

static const char *
kind_name(enum wa_kind kind)
{
	static const char *const names[] = { "", "segment", "partial", "backup",
		"history", "damaged", "dropped" };

	return names[kind];
}

void
wa_wal_label(wa_label *label, const struct wa_name *name, const char *text,
    uint64_t system_id, uint64_t size, const char *xxh128)
{
	wa_label_begin(label, kind_name(name->kind));
	wa_label_add(label, "name", "%s", text);
	wa_label_add(label, "system", "%llu", (unsigned long long)system_id);
	wa_label_add(label, "size", "%llu", (unsigned long long)size);
	wa_label_add(label, "xxh128", "%s", xxh128);
}

static int
check_label(struct wa_wal_object *o, uint64_t system_id, const char *name,
    wa_error *err)
{
	char kind[16], stored[WA_NAME_MAX], check[16];
	uint64_t system, version = 0;

	if (wa_label_get(&o->label, "kind", kind, sizeof(kind)) == NULL ||
	    wa_label_get(&o->label, "name", stored, sizeof(stored)) == NULL ||
	    wa_label_number(&system, &o->label, "system") < 0 ||
	    wa_label_number(&o->facts.size, &o->label, "size") < 0 ||
	    wa_label_get(&o->label, "xxh128", o->facts.xxh128,
		sizeof(o->facts.xxh128)) == NULL)
		return wa_error_set(
		    err, WA_ECORRUPT, "its label is not a WAL file's");
	if (strcmp(stored, name) != 0 ||
	    strcmp(kind, kind_name(wa_name_kind(name))) != 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "its label says that it is %s \"%s\"", kind, stored);
	if (system != system_id)
		return wa_error_set(err, WA_ECORRUPT,
		    "its label says that it is of system %llu",
		    (unsigned long long)system);
	o->unseen = wa_label_get(
			&o->label, "wal-check", check, sizeof(check)) != NULL &&
	    strcmp(check, "off") == 0;
	(void)wa_label_number(&version, &o->label, "pg");
	o->facts.version = (uint32_t)version;
	return 0;
}

static int
open_label(struct wa_wal_object *o, wa_repo *repo, const wa_key key,
    uint64_t system_id, const char *name, wa_error *err)
{
	wa_reader *next = NULL;
	int rc;

	rc = wa_storage_get(&o->reader, repo->storage, key, err);
	if (rc == 0)
		o->facts.stored = o->reader->size;
	if (rc == 0)
		rc = wa_label_reader(&next, &o->label, o->reader, err);
	if (rc == 0) {
		o->reader = next;
		rc = check_label(o, system_id, name, err);
	}
	return rc;
}

static int
open_payload(struct wa_wal_object *o, wa_error *err)
{
	wa_reader *next = NULL;
	int rc = wa_decoder(&next, o->reader, wa_label_vouches(&o->label), err);

	if (rc == 0)
		o->reader = next;
	return rc;
}

/* Which file is at fault, and what can be done? */
static int
blame(int rc, const wa_key key, wa_error *err)
{
	if (rc != WA_ECORRUPT)
		return wa_error_in(err, rc, "stored object \"%s\"", key);
	(void)wa_error_in(err, rc, "stored object \"%s\" is damaged", key);
	wa_error_hint(err,
	    "Is there a copy of the file, in the pg_wal of a "
	    "server or a standby? Then move the damaged object out of the "
	    "repository, and store the copy with walarch-push.");
	return rc;
}

/* To read no more than the label takes no decoder. */
static int
open_some(struct wa_wal_object **out, wa_repo *repo, uint64_t system_id,
    const char *name, int label_only, wa_error *err)
{
	struct wa_wal_object *o = wa_sys_malloc(sizeof(*o));
	wa_key key;
	int rc;

	if (o == NULL)
		return wa_error_memory(err);
	o->reader = NULL;
	o->system_id = system_id;
	memset(&o->facts, 0, sizeof(o->facts));
	wa_key_wal(key, repo->stanza, system_id, name);
	rc = open_label(o, repo, key, system_id, name, err);
	if (rc == 0 && !label_only)
		rc = open_payload(o, err);
	if (rc < 0) {
		wa_wal_object_close(o);
		return rc == WA_ENOENT ? rc : blame(rc, key, err);
	}
	*out = o;
	return 0;
}

int
wa_wal_object_open(struct wa_wal_object **out, wa_repo *repo,
    uint64_t system_id, const char *name, wa_error *err)
{
	return open_some(out, repo, system_id, name, 0, err);
}

void
wa_wal_object_close(struct wa_wal_object *object)
{
	if (object == NULL)
		return;
	wa_reader_close(object->reader);
	wa_sys_free(object);
}

/* What a pass over the plain bytes needs. */
struct pass {
	uint8_t *buf;
	wa_digest *digest;
	struct wa_segment *segment; /* NULL: not a segment */
};

static int
pass_begin(struct pass *p, const struct wa_wal_object *o, const char *name,
    wa_error *err)
{
	enum wa_kind kind = wa_name_kind(name);
	int paged = kind != WA_HISTORY && kind != WA_BACKUP && !o->unseen;
	int rc;

	memset(p, 0, sizeof(*p));
	rc = wa_digest_new(&p->digest, err);
	if (rc < 0)
		return rc;
	p->buf = wa_sys_malloc(WA_CHUNK);
	if (paged)
		p->segment = wa_sys_malloc(sizeof(*p->segment));
	if (p->buf == NULL || (paged && p->segment == NULL))
		return wa_error_memory(err);
	if (p->segment != NULL)
		wa_segment_begin(p->segment, name);
	return 0;
}

static void
pass_end(struct pass *p)
{
	wa_digest_free(p->digest);
	wa_sys_free(p->buf);
	wa_sys_free(p->segment);
}

static int
pass_chunk(struct pass *p, struct wa_wal_object *o, size_t size, uint64_t *done,
    wa_error *err)
{
	if (*done + size > o->facts.size)
		return wa_error_set(err, WA_ECORRUPT,
		    "it has more than the %llu bytes its label promises",
		    (unsigned long long)o->facts.size);
	*done += size;
	wa_digest_add(p->digest, p->buf, size);
	return p->segment == NULL ?
	    0 :
	    wa_segment_add(p->segment, p->buf, size, err);
}

static int
pass_result(
    struct pass *p, struct wa_wal_object *o, uint64_t done, wa_error *err)
{
	char sum[WA_DIGEST_SIZE];

	if (done != o->facts.size)
		return wa_error_set(err, WA_ECORRUPT,
		    "it has %llu bytes, but its label promises %llu",
		    (unsigned long long)done,
		    (unsigned long long)o->facts.size);
	wa_digest_format(p->digest, sum);
	if (strcmp(sum, o->facts.xxh128) != 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "it has the digest %s, but its label promises %s", sum,
		    o->facts.xxh128);
	return p->segment == NULL ? 0 : wa_segment_end(p->segment, err);
}

static int
pass_run(struct pass *p, struct wa_wal_object *o, const wa_config *cfg,
    wa_wal_sink *sink, void *arg, wa_error *err)
{
	uint64_t done = 0;
	int64_t n;
	int rc = 0;

	while (rc == 0) {
		n = wa_reader_fill(o->reader, p->buf, WA_CHUNK, err);
		if (n <= 0)
			break;
		rc = pass_chunk(p, o, (size_t)n, &done, err);
		if (rc == 0)
			rc = wa_config_interrupted(cfg, err);
		if (rc == 0 && sink != NULL)
			rc = sink(arg, p->buf, (size_t)n, err);
	}
	if (rc == 0)
		rc = n < 0 ? (int)n : pass_result(p, o, done, err);
	return rc;
}

int
wa_wal_object_read(struct wa_wal_object *object, wa_repo *repo,
    const char *name, wa_wal_sink *sink, void *arg, wa_error *err)
{
	struct pass pass;
	wa_key key;
	int rc = pass_begin(&pass, object, name, err);

	if (rc == 0)
		rc = pass_run(&pass, object, repo->cfg, sink, arg, err);
	pass_end(&pass);
	if (rc == WA_ECORRUPT) {
		wa_key_wal(key, repo->stanza, object->system_id, name);
		return blame(rc, key, err);
	}
	return rc;
}

struct text {
	char *text;
	size_t used;
};

static int
take_text(void *arg, const uint8_t *buf, size_t size, wa_error *err)
{
	struct text *t = arg;

	(void)err;
	memcpy(t->text + t->used, buf, size);
	t->used += size;
	return 0;
}

int
wa_wal_object_text(char **out, size_t *size, wa_repo *repo, uint64_t system_id,
    const char *name, wa_error *err)
{
	struct wa_wal_object *o = NULL;
	struct text t = { NULL, 0 };
	int rc;

	rc = wa_wal_object_open(&o, repo, system_id, name, err);
	if (rc == 0 && o->facts.size > WA_TEXT_MAX)
		rc = wa_error_set(err, WA_ECORRUPT,
		    "stored \"%s\" has %llu bytes", name,
		    (unsigned long long)o->facts.size);
	if (rc == 0 && (t.text = wa_sys_malloc(o->facts.size + 1)) == NULL)
		rc = wa_error_memory(err);
	if (rc == 0)
		rc = wa_wal_object_read(o, repo, name, take_text, &t, err);
	wa_wal_object_close(o);
	if (rc < 0) {
		wa_sys_free(t.text);
		return rc;
	}
	t.text[t.used] = '\0';
	*out = t.text;
	*size = t.used;
	return 0;
}

int
wa_wal_stat(wa_wal_facts *out, wa_repo *repo, uint64_t system_id,
    const char *name, wa_error *err)
{
	struct wa_wal_object *o = NULL;
	wa_key key;
	int rc;

	if (wa_name_kind(name) == WA_NOT_WAL)
		return wa_error_set(
		    err, WA_EUSAGE, "\"%s\" is no name of a WAL file", name);
	rc = open_some(&o, repo, system_id, name, 1, err);
	if (rc == 0 &&
	    (rc = wa_wal_facts_read(&o->facts.records, &o->label, err)) < 0) {
		wa_key_wal(key, repo->stanza, system_id, name);
		rc = blame(rc, key, err);
	}
	if (rc == 0)
		*out = o->facts;
	wa_wal_object_close(o);
	return rc;
}
