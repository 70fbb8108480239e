/* wal_neighbour.c - a spanning record's beginning, from the segment before. */
#include "config.h"

#include "repo/wal_neighbour.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/sys.h"
#include "pg/page.h"
#include "repo/wal_object.h"
#include "repo/wal_source.h"

struct join {
	struct wa_facts *facts;
	wa_repo *repo;
	const struct wa_segment *segment;
	struct wa_page first; /* the segment's first page */
	const char *path;
	uint8_t *buf;  /* WA_CHUNK */
	uint64_t from; /* the page where the walk begins */
};

static void
begin(const struct join *j, uint64_t from)
{
	const struct wa_segment *s = j->segment;

	wa_facts_begin(j->facts, wa_format_of(s->version), s->size,
	    s->block_size, s->start, from, s->name.kind == WA_PARTIAL);
}

static void
name_of(char name[WA_SEGMENT_NAME_SIZE], const struct join *j, uint64_t lsn)
{
	wa_segment_format(
	    name, j->first.timeline, lsn / j->segment->size, j->segment->size);
}

static int
belongs(const struct join *j, const uint8_t *data, uint64_t lsn)
{
	struct wa_page page;

	return wa_page_parse(&page, data, j->segment->block_size) == 0 &&
	    page.magic == j->segment->magic && page.address == lsn;
}

/* Walk over these pages, the first of which should be at lsn. */
static int
feed(struct join *j, const uint8_t *data, size_t size, uint64_t lsn)
{
	size_t at;

	for (at = 0; at < size; at += j->segment->block_size)
		if (size - at < j->segment->block_size ||
		    !belongs(j, data + at, lsn + at)) {
			return -1;
		}
	wa_facts_add(j->facts, data, size);
	return 0;
}

/* The segment's file beside path, from lsn on. */
static int
open_beside(struct wa_source *source, const struct join *j, uint64_t lsn)
{
	const char *slash = strrchr(j->path, '/');
	char name[WA_SEGMENT_NAME_SIZE], beside[4096];

	name_of(name, j, lsn);
	if (snprintf(beside, sizeof(beside), "%.*s%s",
		slash == NULL ? 0 : (int)(slash - j->path + 1), j->path,
		name) >= (int)sizeof(beside) ||
	    wa_source_open(source, beside, NULL) < 0)
		return -1;
	if (source->size == j->segment->size &&
	    wa_sys_lseek(
		source->fd, (off_t)(lsn % j->segment->size), SEEK_SET) >= 0)
		return 0;
	wa_source_close(source);
	return -1;
}

/* Does a record begin on the page at lsn?  1, 0, or -1: no such page. */
static int
record_begins(struct join *j, struct wa_source *source, uint64_t lsn)
{
	uint32_t block = j->segment->block_size, header, rest;
	struct wa_page page;

	if (wa_sys_lseek(
		source->fd, (off_t)(lsn % j->segment->size), SEEK_SET) < 0 ||
	    wa_file_fill(source->fd, j->buf, block) != (int64_t)block ||
	    !belongs(j, j->buf, lsn))
		return -1;
	(void)wa_page_parse(&page, j->buf, block);
	header =
	    (page.info & WA_PAGE_IS_LONG) != 0 ? WA_PAGE_LONG : WA_PAGE_SHORT;
	rest = (page.info & WA_PAGE_CONTRECORD) != 0 ? page.rest : 0;
	return rest < block - header && header + ((rest + 7) & ~7u) < block;
}

/* The last page of the segment before lsn on which a record begins: 1, 0 when
 * there is none, or -1: the file cannot be used. */
static int
last_beginning(struct join *j, uint64_t lsn)
{
	uint64_t start = lsn - j->segment->size;
	struct wa_source source;
	int found = 0;

	if (open_beside(&source, j, start) < 0)
		return -1;
	while (found == 0 && lsn > start) {
		lsn -= j->segment->block_size;
		found = record_begins(j, &source, lsn);
	}
	wa_source_close(&source);
	j->from = lsn;
	return found;
}

/* All from j->from up to the segment. */
static int
feed_beside(struct join *j)
{
	uint64_t lsn = j->from;
	struct wa_source source;
	int64_t n = 1;

	while (lsn < j->segment->start) {
		uint64_t next = lsn - lsn % j->segment->size + j->segment->size;

		if (open_beside(&source, j, lsn) < 0)
			return -1;
		while (lsn < next && n > 0) {
			n = wa_file_fill(source.fd, j->buf, WA_CHUNK);
			if (n > 0 && feed(j, j->buf, (size_t)n, lsn) < 0)
				n = -1;
			lsn += n > 0 ? (uint64_t)n : 0;
		}
		wa_source_close(&source);
		if (n <= 0)
			return -1;
	}
	return 0;
}

/* A record may be larger than a segment. */
static int
join_beside(struct join *j)
{
	uint64_t lsn = j->segment->start;
	int found = 0;

	while (found == 0 && lsn >= j->segment->size &&
	    j->segment->start - lsn <= WA_RECORD_MAX) {
		found = last_beginning(j, lsn);
		lsn -= j->segment->size;
	}
	if (found <= 0)
		return -1;
	begin(j, j->from);
	return feed_beside(j);
}

static int
take_stored(void *arg, const uint8_t *buf, size_t size, wa_error *err)
{
	struct join *j = arg;

	(void)err;
	return feed(j, buf, size, j->facts->walk.lsn) < 0 ? WA_ECORRUPT : 0;
}

static int
join_stored(struct join *j)
{
	struct wa_wal_object *object = NULL;
	char name[WA_SEGMENT_NAME_SIZE];
	int rc;

	if (j->segment->start < j->segment->size)
		return -1;
	name_of(name, j, j->segment->start - 1);
	begin(j, j->segment->start - j->segment->size);
	rc = wa_wal_object_open(
	    &object, j->repo, j->segment->system_id, name, NULL);
	if (rc == 0)
		rc = wa_wal_object_read(
		    object, j->repo, name, take_stored, j, NULL);
	wa_wal_object_close(object);
	return rc;
}

/* Has the walk come to the segment, without a damage?  Whether what it brings
 * fits the segment is for the walk itself. */
static int
joined(const struct join *j)
{
	const struct wa_walk *w = &j->facts->walk;

	return w->lsn == j->segment->start && w->state != WA_WALK_SEEK &&
	    w->state != WA_WALK_ENDED &&
	    wa_records_damage(&j->facts->records) == NULL;
}

void
wa_wal_facts_begin(struct wa_facts *out, wa_repo *repo,
    const struct wa_segment *segment, const uint8_t *data, const char *path)
{
	struct join j = {
		.facts = out, .repo = repo, .segment = segment, .path = path
	};
	int rc = -1;

	(void)wa_page_parse(&j.first, data, segment->block_size);
	j.buf = wa_sys_malloc(WA_CHUNK);
	if (j.buf != NULL && path != NULL)
		rc = join_beside(&j);
	if (j.buf != NULL && (rc < 0 || !joined(&j)) &&
	    (j.first.info & WA_PAGE_CONTRECORD) != 0)
		rc = join_stored(&j);
	wa_sys_free(j.buf);
	if (rc < 0 || !joined(&j))
		begin(&j, segment->start);
}
