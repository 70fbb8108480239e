/* expire_plan.c - look at all that a stanza has, and decide. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "pg/name.h"
#include "repo/archive.h"
#include "repo/retention.h"
#include "repo/set_label.h"

/* A system's WAL, and what holds the names. */
struct stored {
	struct wa_archive *archive;
	wa_names *others;
	char **names;
	int64_t *last;
};

struct gathered {
	wa_repo *repo;
	wa_system *systems;
	struct stored *stored;
	struct wa_held *held;
	wa_set *sets;
	wa_set_begun *begun;
	int64_t *kept;
	struct wa_holdings holdings;
};

static int
take_age(int64_t *last, wa_repo *repo, uint64_t system_id, const char *name,
    wa_error *err)
{
	int64_t when;
	wa_key key;
	int rc;

	wa_key_wal(key, repo->stanza, system_id, name);
	rc = wa_storage_age(&when, repo->storage, key, err);
	if (rc == 0 && when > *last)
		*last = when;
	return rc == WA_ENOENT ? 0 : rc;
}

/* Partial, damaged and backup files, and histories. */
static int
list_others(struct stored *s, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_wal_files *files = NULL;
	wa_wal_file file;
	int rc;

	rc = wa_names_new(&s->others, err);
	if (rc == 0)
		rc = wa_wal_files_open(&files, repo, system_id, err);
	while (rc >= 0 && (rc = wa_wal_files_next(&file, files, err)) > 0)
		if (file.kind != WA_NOT_WAL && file.kind != WA_SEGMENT)
			rc = wa_names_add(s->others, file.name, 0, err);
	wa_wal_files_close(files);
	if (rc == 0 && (s->names = wa_names_array(s->others)) == NULL)
		rc = wa_error_memory(err);
	return rc;
}

static uint32_t
timeline_of(const char *name)
{
	struct wa_name parsed;

	wa_name_parse(&parsed, name);
	return parsed.timeline;
}

/* Of the last segment, the history and what else there is of the timeline; 0
 * when there is nothing. */
static int
find_last(
    int64_t *last, const struct stored *s, uint32_t timeline, wa_error *err)
{
	const struct wa_archive *a = s->archive;
	uint64_t id = a->system.system_id;
	char name[WA_SEGMENT_NAME_SIZE];
	size_t i;
	int rc = 0;

	*last = 0;
	for (i = a->range_count; i > 0; i--)
		if (a->ranges[i - 1].timeline == timeline)
			break;
	if (i > 0) {
		wa_segment_format(name, timeline, a->ranges[i - 1].last,
		    a->system.segment_size);
		rc = take_age(last, a->repo, id, name, err);
	}
	for (i = 0; rc == 0 && i < wa_names_count(s->others); i++)
		if (timeline_of(s->names[i]) == timeline &&
		    wa_name_kind(s->names[i]) != WA_BACKUP)
			rc = take_age(last, a->repo, id, s->names[i], err);
	return rc;
}

static int
gather_wal(struct gathered *g, size_t i, wa_error *err)
{
	uint64_t id = g->systems[i].system_id;
	struct stored *s = &g->stored[i];
	struct wa_held *h = &g->held[i];
	size_t k;
	int rc;

	rc = wa_archive_open(&s->archive, g->repo, id, err);
	if (rc == 0)
		rc = list_others(s, g->repo, id, err);
	if (rc < 0)
		return rc;
	h->system_id = id;
	h->segment_size = g->systems[i].segment_size;
	h->timelines =
	    wa_wal_list_timelines(s->archive->list, &h->timeline_count);
	h->ranges = s->archive->ranges;
	h->range_count = s->archive->range_count;
	h->others = (const char *const *)s->names;
	h->other_count = wa_names_count(s->others);
	s->last = wa_sys_malloc((h->timeline_count + 1) * sizeof(*s->last));
	if (s->last == NULL)
		return wa_error_memory(err);
	h->last = s->last;
	for (k = 0; k < h->timeline_count && rc == 0; k++)
		rc = find_last(&s->last[k], s, h->timelines[k].timeline, err);
	return rc;
}

static int
gather_systems(struct gathered *g, wa_error *err)
{
	size_t count = 0, i;
	int rc = wa_stanza_systems(&g->systems, &count, g->repo, err);

	if (rc < 0)
		return rc;
	g->stored = wa_sys_malloc(count * sizeof(*g->stored));
	g->held = wa_sys_malloc(count * sizeof(*g->held));
	if (g->stored == NULL || g->held == NULL)
		return wa_error_memory(err);
	memset(g->stored, 0, count * sizeof(*g->stored));
	memset(g->held, 0, count * sizeof(*g->held));
	g->holdings.systems = g->held;
	g->holdings.system_count = count;
	for (i = 0; i < count && rc == 0; i++)
		rc = gather_wal(g, i, err);
	return rc;
}

/* The unfinished ones first: one that is finished meanwhile is in both. */
static int
gather_sets(struct gathered *g, wa_error *err)
{
	struct wa_holdings *h = &g->holdings;
	size_t i;
	int rc;

	rc = wa_set_begun_list(&g->begun, &h->begun_count, g->repo, err);
	for (i = 0; rc == 0 && i < h->begun_count; i++)
		if (g->begun[i].last == 0) /* an empty folder */
			g->begun[i].last =
			    wa_set_label_time(g->begun[i].label) * 1000000;
	if (rc == 0)
		rc = wa_set_list(&g->sets, &h->set_count, g->repo, err);
	if (rc < 0)
		return rc;
	g->kept = wa_sys_malloc((h->set_count + 1) * sizeof(*g->kept));
	if (g->kept == NULL)
		return wa_error_memory(err);
	for (i = 0; i < h->set_count && rc == 0; i++)
		rc = wa_set_kept(&g->kept[i], g->repo, g->sets[i].label, err);
	h->sets = g->sets;
	h->begun = g->begun;
	h->kept = g->kept;
	return rc;
}

static void
let_go(struct gathered *g)
{
	size_t i;

	for (i = 0; g->stored != NULL && i < g->holdings.system_count; i++) {
		wa_archive_close(g->stored[i].archive);
		wa_names_free(g->stored[i].others);
		wa_sys_free(g->stored[i].names);
		wa_sys_free(g->stored[i].last);
	}
	wa_sys_free(g->systems);
	wa_sys_free(g->stored);
	wa_sys_free(g->held);
	wa_sys_free(g->sets);
	wa_sys_free(g->begun);
	wa_sys_free(g->kept);
}

int
wa_expire_plan(wa_decision **out, size_t *count, wa_repo *repo,
    const wa_retention *policy, int64_t now, wa_error *err)
{
	struct gathered g = { 0 };
	int rc;

	g.repo = repo;
	g.holdings.now = now;
	rc = gather_systems(&g, err);
	if (rc == 0)
		rc = gather_sets(&g, err);
	if (rc == 0)
		rc = wa_retention_plan(out, count, &g.holdings, policy, err);
	let_go(&g);
	return rc;
}

int
wa_retention_read(wa_retention *out, const wa_config *cfg, wa_error *err)
{
	const char *type = wa_config_get(cfg, "repo1-retention-full-type");
	const char *set = wa_config_get(cfg, "set");
	wa_retention r;

	memset(&r, 0, sizeof(r));
	r.full = (uint32_t)wa_config_number(cfg, "repo1-retention-full");
	r.full_by_time = type != NULL && strcmp(type, "time") == 0;
	r.diff = (uint32_t)wa_config_number(cfg, "repo1-retention-diff");
	r.archive = (uint32_t)wa_config_number(cfg, "repo1-retention-archive");
	r.window = wa_config_number(cfg, "repo1-retention-window") * 1000;
	if (set != NULL && strlen(set) >= sizeof(r.set))
		return wa_error_set(
		    err, WA_EUSAGE, "\"%s\" is no label of a backup set", set);
	(void)snprintf(r.set, sizeof(r.set), "%s", set != NULL ? set : "");
	*out = r;
	return 0;
}
