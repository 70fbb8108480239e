/* expire_json.c - walarch-expire for programs; walarch-expire(1) tells the
 * schema. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>

#include "expire_print.h"
#include "expire_run.h"

static json_t *list;

static const char *
thing_word(int thing)
{
	static const char *const words[] = { "", "backup", "unfinished", "wal",
		"file" };

	return words[thing];
}

static void
tell(const wa_decision *d, uint32_t segment_size, uint64_t freed)
{
	char why[WA_WHY_SIZE], first[WA_SEGMENT_NAME_SIZE],
	    last[WA_SEGMENT_NAME_SIZE];
	json_t *one;

	wa_decision_why(why, d);
	one = json_pack("{s:s, s:b, s:s, s:o}", "thing", thing_word(d->thing),
	    "remove", d->remove, "reason", why, "system-id",
	    json_sprintf("%llu", (unsigned long long)d->system_id));
	if (d->thing == WA_THING_WAL) {
		wa_segment_format(first, d->timeline, d->first, segment_size);
		wa_segment_format(last, d->timeline, d->last, segment_size);
		(void)json_object_set_new(one, "first", json_string(first));
		(void)json_object_set_new(one, "last", json_string(last));
		(void)json_object_set_new(one, "segments",
		    json_integer((json_int_t)(d->last - d->first + 1)));
	} else
		(void)json_object_set_new(one, "name", json_string(d->name));
	if (freed > 0)
		(void)json_object_set_new(
		    one, "freed", json_integer((json_int_t)freed));
	(void)json_array_append_new(list, one);
}

int
expire_print_json(
    wa_repo *repo, const wa_config *config, int dry, wa_error *err)
{
	struct expire_result r;
	json_t *all;
	int rc;

	list = json_array();
	rc = expire(&r, repo, config, dry, tell, err);
	all = json_pack("{s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:o}", "ok",
	    rc == 0, "dry-run", dry, "backups", (json_int_t)r.sets,
	    "unfinished", (json_int_t)r.begun, "segments",
	    (json_int_t)r.segments, "files", (json_int_t)r.files, "freed",
	    (json_int_t)r.freed, "decisions", list);
	(void)json_dumpf(all, stdout, JSON_INDENT(2));
	(void)printf("\n");
	json_decref(all);
	return rc;
}
