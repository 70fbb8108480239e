/* wal_intake.c - the file that is pushed, looked at while it is read. */
#include "config.h"

#include "repo/wal_intake.h"

#include <string.h>

#include "base/conf.h"
#include "base/error.h"
#include "base/sys.h"
#include "repo/wal_neighbour.h"
#include "repo/wal_object.h"
#include "repo/wal_origin.h"

int
wa_intake_is_segment(const struct wa_intake *in)
{
	return in->name.kind == WA_SEGMENT || in->name.kind == WA_PARTIAL;
}

/* As far as wal-check goes. */
static int
prepare_checks(struct wa_intake *in, wa_error *err)
{
	const char *check = wa_config_get(in->repo->cfg, "wal-check");

	if (!wa_intake_is_segment(in) || strcmp(check, "off") == 0)
		return 0;
	in->segment = wa_sys_malloc(sizeof(*in->segment));
	if (in->segment == NULL)
		return wa_error_memory(err);
	wa_segment_begin(in->segment, in->text);
	if (strcmp(check, "full") != 0)
		return 0;
	in->facts = wa_sys_malloc(sizeof(*in->facts));
	return in->facts == NULL ? wa_error_memory(err) : 0;
}

int
wa_intake_open(struct wa_intake *in, wa_repo *repo, const char *path,
    const char *name, wa_error *err)
{
	int rc;

	memset(in, 0, sizeof(*in));
	in->repo = repo;
	in->text = name;
	wa_name_parse(&in->name, name);
	in->chunk = wa_intake_is_segment(in) ? WA_CHUNK : WA_TEXT_MAX;
	rc = wa_source_open(&in->source, path, err);
	if (rc == 0)
		rc = wa_digest_new(&in->digest, err);
	if (rc == 0 && (in->buf = wa_sys_malloc(in->chunk)) == NULL)
		rc = wa_error_memory(err);
	return rc == 0 ? prepare_checks(in, err) : rc;
}

void
wa_intake_close(struct wa_intake *in)
{
	wa_source_close(&in->source);
	wa_digest_free(in->digest);
	wa_sys_free(in->segment);
	wa_sys_free(in->facts);
	wa_sys_free(in->buf);
}

int64_t
wa_intake_next(struct wa_intake *in, wa_error *err)
{
	int64_t n = wa_source_read(&in->source, in->buf, in->chunk, err);
	int rc;

	if (n <= 0)
		return n;
	rc = wa_config_interrupted(in->repo->cfg, err);
	if (rc == 0 && in->segment != NULL)
		rc = wa_segment_add(in->segment, in->buf, (size_t)n, err);
	if (rc < 0)
		return rc;
	if (in->walking)
		wa_facts_add(in->facts, in->buf, (size_t)n);
	wa_digest_add(in->digest, in->buf, (size_t)n);
	return n;
}

void
wa_intake_walk(struct wa_intake *in, size_t size)
{
	if (in->facts == NULL)
		return;
	wa_wal_facts_begin(
	    in->facts, in->repo, in->segment, in->buf, in->source.path);
	wa_facts_add(in->facts, in->buf, size);
	in->walking = 1;
}

int
wa_intake_end(struct wa_intake *in, wa_error *err)
{
	int rc = 0;

	if (in->segment != NULL)
		rc = wa_segment_end(in->segment, err);
	if (rc == 0 && in->segment != NULL)
		rc = wa_wal_check_origin(
		    in->repo, in->segment, in->source.path, err);
	if (in->walking)
		wa_facts_end(in->facts);
	return rc == 0 ? wa_source_unchanged(&in->source, err) : rc;
}

int
wa_intake_again(struct wa_intake *in, wa_error *err)
{
	int rc;

	wa_digest_free(in->digest);
	in->digest = NULL;
	in->walking = 0;
	if (in->segment != NULL)
		wa_segment_begin(in->segment, in->text);
	rc = wa_digest_new(&in->digest, err);
	return rc == 0 ? wa_source_reread(&in->source, err) : rc;
}

const wa_event *
wa_intake_damage(const struct wa_intake *in)
{
	if (!in->walking || in->facts->records.walked != WA_WALKED)
		return NULL;
	return wa_records_damage(&in->facts->records);
}
