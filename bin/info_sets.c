/* info_sets.c - ask the library about base backups. */
#include "config.h"

#include "info_sets.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

static int
add_more(struct info_set *out, wa_repo *repo, const char *label, wa_error *err)
{
	int rc = wa_set_kept(&out->kept, repo, label, err);

	if (rc == 0)
		rc = wa_set_annotations(&out->annotations,
		    &out->annotation_count, repo, label, err);
	return rc == WA_ENOENT ? 0 : rc; /* it was removed meanwhile */
}

int
info_sets_collect(struct info_sets *out, wa_repo *repo, wa_error *err)
{
	wa_error about = WA_ERROR_INIT;
	int rc, damaged = 0;
	size_t i;

	memset(out, 0, sizeof(*out));
	rc = wa_set_begun_list(&out->begun, &out->begun_count, repo, err);
	if (rc == 0)
		rc = damaged =
		    wa_set_list_sound(&out->sets, &out->count, repo, err);
	if (rc > 0) {
		about = *err;
		rc = 0;
	}
	out->more = rc < 0 ? NULL : calloc(out->count + 1, sizeof(*out->more));
	if (rc == 0 && out->more == NULL)
		rc = out_of_memory(err);
	for (i = 0; rc == 0 && i < out->count; i++)
		rc = add_more(&out->more[i], repo, out->sets[i].label, err);
	if (rc < 0)
		info_sets_free(out);
	if (rc == 0 && damaged > 0)
		*err = about;
	return rc < 0 ? rc : damaged;
}

void
info_sets_free(struct info_sets *sets)
{
	size_t i;

	for (i = 0; sets->more != NULL && i < sets->count; i++)
		wa_free(sets->more[i].annotations);
	free(sets->more);
	wa_free(sets->sets);
	wa_free(sets->begun);
	memset(sets, 0, sizeof(*sets));
}

const wa_set *
info_set_prior(const struct info_sets *sets, const wa_set *set)
{
	const wa_set *s;

	for (s = set; s > sets->sets; s--)
		if (strcmp(s[-1].label, set->prior) == 0)
			return s - 1;
	return NULL;
}

uint64_t
info_set_stored(const struct info_sets *sets, const wa_set *set)
{
	uint64_t stored = 0;

	for (; set != NULL; set = info_set_prior(sets, set))
		stored += set->stored;
	return stored;
}

const char *
info_set_type(const wa_set *set)
{
	return set->type == WA_SET_FULL ? "full" :
	    set->type == WA_SET_DIFF    ? "diff" :
					  "incr";
}

void
info_set_wal(char first[WA_SEGMENT_NAME_SIZE], char last[WA_SEGMENT_NAME_SIZE],
    const wa_set *set)
{
	uint64_t stop = set->stop > set->redo ? set->stop - 1 : set->redo;

	wa_segment_format(first, set->timeline, set->redo / set->segment_size,
	    set->segment_size);
	wa_segment_format(
	    last, set->timeline, stop / set->segment_size, set->segment_size);
}

double
info_begun_percent(const wa_set_begun *begun)
{
	if (begun->total == 0)
		return -1;
	return begun->done >= begun->total ?
	    100 :
	    100 * (double)begun->done / (double)begun->total;
}
