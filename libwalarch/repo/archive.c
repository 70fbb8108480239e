/* archive.c - what is stored of a system's WAL, as it was a moment ago. */
#include "config.h"

#include "repo/archive.h"

#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "repo/stanza.h"
#include "repo/wal_list.h"

static int
add_range(struct wa_archive *a, const wa_wal_range *range, wa_error *err)
{
	size_t room = a->range_count;
	void *more;

	if (range->missing)
		return 0;
	if ((room & (room - 1)) == 0) {
		room = room == 0 ? 1 : room * 2;
		more = wa_sys_realloc(a->ranges, room * sizeof(*a->ranges));
		if (more == NULL)
			return wa_error_memory(err);
		a->ranges = more;
	}
	a->ranges[a->range_count++] = *range;
	return 0;
}

static int
read_ranges(struct wa_archive *a, wa_error *err)
{
	wa_wal_range range;
	int rc =
	    wa_wal_list_open_names(&a->list, a->repo, a->system.system_id, err);

	while (rc == 0 && (rc = wa_wal_list_next(&range, a->list, err)) > 0)
		rc = add_range(a, &range, err);
	return rc;
}

int
wa_archive_open(
    struct wa_archive **out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	struct wa_archive *a = wa_sys_malloc(sizeof(*a));
	int rc;

	if (a == NULL)
		return wa_error_memory(err);
	memset(a, 0, sizeof(*a));
	a->repo = repo;
	rc = wa_stanza_system(&a->system, repo, system_id, err);
	if (rc == 0)
		rc = wa_timelines_read(&a->histories, repo, system_id, err);
	if (rc == 0)
		rc = read_ranges(a, err);
	if (rc < 0) {
		wa_archive_close(a);
		return rc;
	}
	*out = a;
	return 0;
}

void
wa_archive_close(struct wa_archive *archive)
{
	if (archive == NULL)
		return;
	wa_timelines_free(archive->histories);
	wa_wal_list_close(archive->list);
	wa_sys_free(archive->ranges);
	wa_sys_free(archive);
}

const wa_wal_range *
wa_archive_find(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number)
{
	size_t i;

	for (i = 0; i < archive->range_count; i++) {
		const wa_wal_range *r = &archive->ranges[i];

		if (r->timeline == timeline && number >= r->first &&
		    number <= r->last)
			return r;
	}
	return NULL;
}

/* Is name of the timeline's segment, or of a later one when later is set? */
static int
is_of(const struct wa_archive *a, const char *name, uint32_t timeline,
    uint64_t number, int later)
{
	uint32_t t;
	uint64_t n;

	return wa_segment_parse(&t, &n, name, a->system.segment_size) == 0 &&
	    t == timeline && (later ? n > number : n == number);
}

const char *
wa_archive_partial(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number)
{
	const char *name;
	size_t i;

	for (i = 0; (name = wa_wal_list_other(archive->list, i)) != NULL; i++)
		if (wa_name_kind(name) == WA_PARTIAL &&
		    is_of(archive, name, timeline, number, 0))
			return name;
	return NULL;
}

const char *
wa_archive_damaged(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number)
{
	const char *name;
	size_t i;

	for (i = 0; (name = wa_wal_list_damaged(archive->list, i)) != NULL; i++)
		if (is_of(archive, name, timeline, number, 0))
			return name;
	return NULL;
}

const char *
wa_archive_dropped(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number)
{
	const char *name;
	size_t i;

	for (i = 0; (name = wa_wal_list_dropped(archive->list, i)) != NULL; i++)
		if (is_of(archive, name, timeline, number, 0))
			return name;
	return NULL;
}

/* As hole.c has it for a get. */
int
wa_archive_goes_on(
    const struct wa_archive *archive, uint32_t timeline, uint64_t number)
{
	uint64_t end = (number + 1) * archive->system.segment_size;
	const char *name;
	size_t i;

	if (wa_timelines_end(archive->histories, timeline) >= end)
		return 1;
	for (i = 0; i < archive->range_count; i++)
		if (archive->ranges[i].timeline == timeline &&
		    archive->ranges[i].last > number)
			return 1;
	for (i = 0; (name = wa_wal_list_other(archive->list, i)) != NULL; i++)
		if (is_of(archive, name, timeline, number, 1))
			return 1;
	for (i = 0; (name = wa_wal_list_damaged(archive->list, i)) != NULL; i++)
		if (is_of(archive, name, timeline, number, 1))
			return 1;
	for (i = 0; (name = wa_wal_list_dropped(archive->list, i)) != NULL; i++)
		if (is_of(archive, name, timeline, number, 1))
			return 1;
	return 0;
}

/* As hole.c has it for a history. */
int
wa_archive_newer(const struct wa_archive *archive, uint32_t timeline)
{
	const char *name;
	uint32_t t;
	uint64_t n;
	size_t i;

	if (wa_timelines_last(archive->histories) > timeline)
		return 1;
	for (i = 0; i < archive->range_count; i++)
		if (archive->ranges[i].timeline >= timeline)
			return 1;
	for (i = 0; (name = wa_wal_list_other(archive->list, i)) != NULL; i++)
		if (wa_segment_parse(
			&t, &n, name, archive->system.segment_size) == 0 &&
		    t >= timeline)
			return 1;
	for (i = 0; (name = wa_wal_list_damaged(archive->list, i)) != NULL; i++)
		if (wa_segment_parse(
			&t, &n, name, archive->system.segment_size) == 0 &&
		    t >= timeline)
			return 1;
	for (i = 0; (name = wa_wal_list_dropped(archive->list, i)) != NULL; i++)
		if (wa_segment_parse(
			&t, &n, name, archive->system.segment_size) == 0 &&
		    t >= timeline)
			return 1;
	return 0;
}

int
wa_archive_records(wa_wal_records *out, const struct wa_archive *archive,
    const char *name, wa_error *err)
{
	uint64_t system_id = archive->system.system_id;
	wa_wal_facts *facts = wa_sys_malloc(sizeof(*facts));
	int rc;

	if (facts == NULL)
		return wa_error_memory(err);
	rc = wa_wal_stat(facts, archive->repo, system_id, name, err);
	if (rc == 0 && facts->records.walked == WA_NOT_WALKED) {
		rc = wa_wal_scan(&facts->records, archive->repo, system_id,
		    name, 0, NULL, NULL, err);
		if (rc == WA_EUSAGE) /* stored unseen */
			rc = 0;
	}
	if (rc == 0)
		*out = facts->records;
	wa_sys_free(facts);
	return rc;
}

int
wa_archive_scan(const struct wa_archive *archive, const char *name,
    unsigned kinds, wa_event_visit *visit, void *arg, wa_error *err)
{
	wa_wal_records records;
	int rc = wa_wal_scan(&records, archive->repo, archive->system.system_id,
	    name, kinds, visit, arg, err);

	return rc == WA_EUSAGE ? 1 : rc;
}
