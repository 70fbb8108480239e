/* wal_compare.c - compare a file with the stored one in full. */
#include "config.h"

#include "repo/wal_compare.h"

#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "repo/wal_object.h"

struct comparison {
	struct wa_source *source;
	uint8_t *buf;
	uint64_t same; /* bytes, from the beginning */
	int differs;
};

static int
same_so_far(void *arg, const uint8_t *buf, size_t size, wa_error *err)
{
	struct comparison *c = arg;
	size_t i = 0;
	int64_t n;

	if (c->differs)
		return 0;
	n = wa_source_read(c->source, c->buf, WA_CHUNK, err);
	if (n < 0)
		return (int)n;
	c->differs = (size_t)n != size || memcmp(buf, c->buf, size) != 0;
	while (c->differs && i < (size_t)n && buf[i] == c->buf[i])
		i++;
	c->same += c->differs ? i : size;
	return 0;
}

static int
digest_of(char text[WA_DIGEST_SIZE], struct wa_source *source, uint8_t *buf,
    wa_error *err)
{
	wa_digest *digest = NULL;
	int64_t n = 0;
	int rc;

	rc = wa_digest_new(&digest, err);
	if (rc == 0)
		rc = wa_source_rewind(source, err);
	while (rc == 0 && (n = wa_source_read(source, buf, WA_CHUNK, err)) > 0)
		wa_digest_add(digest, buf, (size_t)n);
	if (rc == 0 && n == 0)
		wa_digest_format(digest, text);
	wa_digest_free(digest);
	return rc < 0 ? rc : (int)n;
}

static int
say_different(struct wa_wal_object *object, const char *name,
    struct wa_source *source, uint8_t *buf, wa_error *err)
{
	char sum[WA_DIGEST_SIZE];
	int rc = digest_of(sum, source, buf, err);

	if (rc < 0)
		return rc;
	(void)wa_error_set(err, WA_EEXIST,
	    "a different \"%s\" is stored already: its xxh128 is %s, that of "
	    "\"%s\" is %s",
	    name, object->facts.xxh128, source->path, sum);
	if (wa_name_kind(name) == WA_PARTIAL) {
		wa_error_hint(err,
		    "Nothing was changed. Keep the file: in the "
		    "pg_wal of a restored cluster, as \"%.24s\", it is used "
		    "before the stored one.",
		    name);
		return WA_EEXIST;
	}
	wa_error_hint(err,
	    "Nothing was changed. Do two servers archive to this "
	    "stanza, a restored copy perhaps? Fetch the stored one with "
	    "walarch-get -o FILE %s and compare them with pg_waldump.",
	    name);
	return WA_EEXIST;
}

static int
compare(wa_repo *repo, struct wa_wal_object *object, const char *name,
    struct wa_source *source, uint64_t records, wa_error *err)
{
	struct comparison c = { source, wa_sys_malloc(WA_CHUNK), 0, 0 };
	int rc = 0;

	if (c.buf == NULL)
		return wa_error_memory(err);
	rc = wa_source_rewind(source, err);
	if (rc == 0)
		rc = wa_wal_object_read(
		    object, repo, name, same_so_far, &c, err);
	if (rc == 0 && c.differs && records > 0 && c.same >= records)
		c.differs = 0;
	if (rc == 0 && (c.differs || object->facts.size != source->size))
		rc = say_different(object, name, source, c.buf, err);
	wa_sys_free(c.buf);
	return rc;
}

int
wa_wal_compare(wa_repo *repo, uint64_t system_id, const char *name,
    struct wa_source *source, uint64_t records, wa_error *err)
{
	struct wa_wal_object *object = NULL;
	wa_key key;
	int rc;

	rc = wa_wal_object_open(&object, repo, system_id, name, err);
	if (rc == 0)
		rc = compare(repo, object, name, source, records, err);
	wa_wal_object_close(object);
	if (rc == WA_ECORRUPT)
		wa_error_hint(err,
		    "Move the damaged object out of the "
		    "repository, and \"%s\" will be stored anew.",
		    source->path);
	wa_key_wal(key, repo->stanza, system_id, name);
	if (rc == 0)
		rc = wa_storage_settle(repo->storage, key, err);
	return rc < 0 ? rc : 1;
}
