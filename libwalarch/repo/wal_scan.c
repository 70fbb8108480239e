/* wal_scan.c - walk over the records of a stored segment. */
#include "config.h"

#include "repo/wal_scan.h"

#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "pg/page.h"
#include "repo/wal_neighbour.h"

/*
 * The timeline of the first page tells which segment is the one before: the
 * first segment of a timeline begins with WAL of the one it left.
 */
static int
begin(struct wa_scan *s, const uint8_t *buf, size_t size, wa_error *err)
{
	const struct wa_walk *w = &s->facts.walk;
	uint32_t before = s->segment.name.timeline;
	struct wa_page page;
	int rc;

	wa_segment_begin(&s->segment, s->name);
	rc = wa_segment_add(&s->segment, buf, size, err);
	if (rc < 0)
		return rc;
	(void)wa_page_parse(&page, buf, s->segment.block_size);
	if (s->go_on && before == page.timeline && w->lsn == s->segment.start &&
	    w->format == wa_format_of(s->segment.version))
		wa_facts_next(&s->facts, s->segment.start,
		    s->segment.name.kind == WA_PARTIAL);
	else
		wa_wal_facts_begin(&s->facts, s->repo, &s->segment, buf, NULL);
	wa_facts_visit(&s->facts, s->kinds, s->visit, s->arg);
	s->begun = 1;
	return 0;
}

int
wa_scan_add(void *scan, const uint8_t *buf, size_t size, wa_error *err)
{
	struct wa_scan *s = scan;
	int rc = s->begun ? 0 : begin(s, buf, size, err);

	if (rc == 0)
		wa_facts_add(&s->facts, buf, size);
	return rc;
}

int
wa_wal_scan(wa_wal_records *out, wa_repo *repo, uint64_t system_id,
    const char *name, unsigned kinds, wa_event_visit *visit, void *arg,
    wa_error *err)
{
	struct wa_wal_object *object = NULL;
	enum wa_kind kind = wa_name_kind(name);
	struct wa_scan *s;
	int rc;

	if (kind != WA_SEGMENT && kind != WA_PARTIAL && kind != WA_DAMAGED)
		return wa_error_set(
		    err, WA_EUSAGE, "\"%s\" is no name of a segment", name);
	s = wa_sys_malloc(sizeof(*s));
	if (s == NULL)
		return wa_error_memory(err);
	s->repo = repo;
	s->name = name;
	s->begun = s->go_on = 0;
	s->kinds = kinds;
	s->visit = visit;
	s->arg = arg;
	rc = wa_wal_object_open(&object, repo, system_id, name, err);
	if (rc == 0 && object->unseen)
		rc = wa_error_set(err, WA_EUSAGE,
		    "\"%s\" was stored unseen (wal-check = off)", name);
	if (rc == 0)
		rc =
		    wa_wal_object_read(object, repo, name, wa_scan_add, s, err);
	wa_wal_object_close(object);
	if (rc == 0) {
		wa_facts_end(&s->facts);
		*out = s->facts.records;
	}
	wa_sys_free(s);
	return rc;
}
