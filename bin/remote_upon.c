/* remote_upon.c - incremental where the server can, full where it cannot. */
#include "config.h"

#include "remote_upon.h"

#include <string.h>

#include "backup_remote.h"
#include "errors.h"
#include "message.h"
#include "remote_prior.h"

#define INCREMENTAL 170000 /* from this version on */

static int
is_given(const struct backup *b)
{
	return strcmp(wa_config_source(b->config, "type"), "default") != 0;
}

static void
make_full(struct backup *b, enum level level, wa_error *err)
{
	(void)error_in(err, err->code, "%s backup has been changed to full",
	    b->upon.type == WA_SET_DIFF ? "diff" : "incr");
	say_error(level, err);
	b->upon.type = WA_SET_FULL;
	memset(&b->upon.prior, 0, sizeof(b->upon.prior));
	remote_prior_close(b->remote->prior);
	b->remote->prior = NULL;
}

static int
too_old(struct backup *b, wa_error *err)
{
	if (is_given(b)) {
		(void)error_set(err, WA_EUSAGE,
		    "over the network a server before PostgreSQL 17 makes full "
		    "backups only");
		error_hint(err,
		    "Use --type=full, or run walarch-backup on the database "
		    "host, with --pg1-path and without --pg1-host.");
		return err->code;
	}
	say(LEVEL_INFO, "the backup will be a full one");
	b->upon.type = WA_SET_FULL;
	return 0;
}

/* Without being asked for an incr, a server that is not set up for it is no
 * reason to warn. */
static int
check_summaries(struct backup *b, wa_error *err)
{
	char text[64];
	int rc = basebackup_show(
	    text, sizeof(text), b->remote->server, "summarize_wal", err);

	if (rc < 0 || strcmp(text, "on") == 0)
		return rc;
	(void)error_set(err, WA_EUSAGE, "summarize_wal is off on the server");
	error_hint(err,
	    "An incremental backup needs summarize_wal = on since the one it "
	    "is upon.");
	make_full(b, is_given(b) ? LEVEL_WARN : LEVEL_INFO, err);
	return 0;
}

/* Blocks and segments as remote_incr.c knows them. */
static int
check_blocks(struct backup *b, wa_error *err)
{
	static const char *const known[][2] = { { "block_size", "8192" },
		{ "segment_size", "1GB" } };
	char text[64];
	size_t i;
	int rc = 0;

	for (i = 0; i < 2 && b->upon.type != WA_SET_FULL; i++) {
		rc = basebackup_show(
		    text, sizeof(text), b->remote->server, known[i][0], err);
		if (rc < 0)
			return rc;
		if (strcmp(text, known[i][1]) == 0)
			continue;
		(void)error_set(err, WA_EUSAGE, "the server's %s is %s, not %s",
		    known[i][0], text, known[i][1]);
		make_full(b, LEVEL_WARN, err);
	}
	return rc;
}

/* Who turns checksums on or off rewrites pages without WAL. */
static void
check_checksums(struct backup *b, wa_error *err)
{
	if (b->upon.type == WA_SET_FULL ||
	    (b->upon.prior.checksums != 0) == (b->cluster.checksums != 0))
		return;
	(void)error_set(err, WA_EMISMATCH,
	    "page checksums were turned %s since backup set \"%s\"",
	    b->cluster.checksums ? "on" : "off", b->upon.prior.label);
	make_full(b, LEVEL_WARN, err);
}

int
remote_upon_choose(struct backup *b, wa_error *err)
{
	struct backup_remote *r = b->remote;
	int rc = backup_upon_type(&b->upon.type, b->config, err);

	if (rc < 0 || b->upon.type == WA_SET_FULL)
		return rc;
	if (basebackup_version(r->server) < INCREMENTAL)
		return too_old(b, err);
	rc = backup_upon_prior(&b->upon, b->repo, b->config, &b->cluster, err);
	if (rc == 0 && b->upon.type != WA_SET_FULL)
		rc = check_summaries(b, err);
	if (rc == 0)
		rc = check_blocks(b, err);
	if (rc < 0)
		return rc;
	check_checksums(b, err);
	return b->upon.type == WA_SET_FULL ?
	    0 :
	    remote_prior_open(&r->prior, b->repo, &b->upon.prior, err);
}

/* The server knows of timelines what its history tells, and not where a set
 * that went further on another one is wrong: after a switch all is read once. */
static int
check_timeline(const struct backup *b, wa_error *err)
{
	uint32_t now = b->remote->start.timeline;

	if (now == b->upon.prior.timeline)
		return 0;
	return error_set(err, WA_EMISMATCH,
	    "the server is on timeline %u, backup set \"%s\" is of timeline %u",
	    now, b->upon.prior.label, b->upon.prior.timeline);
}

static int
begin_upon(struct backup *b, struct basebackup_wish *wish, wa_error *err)
{
	struct backup_remote *r = b->remote;
	int rc =
	    basebackup_upload(r->server, remote_prior_manifest(r->prior), err);

	wish->incremental = 1;
	if (rc == 0)
		rc = basebackup_begin(&r->start, r->server, wish, err);
	return rc < 0 ? rc : check_timeline(b, err);
}

static int
connect_again(struct backup *b, wa_error *err)
{
	struct backup_remote *r = b->remote;
	int rc;

	basebackup_close(r->server);
	r->server = NULL;
	rc = basebackup_open(&r->server, b->config, err);
	if (rc < 0 || basebackup_system(r->server) == b->cluster.system_id)
		return rc;
	return error_set(err, WA_EMISMATCH,
	    "another server answers now, of system %llu",
	    (unsigned long long)basebackup_system(r->server));
}

int
remote_upon_begin(struct backup *b, struct basebackup_wish *wish, wa_error *err)
{
	struct backup_remote *r = b->remote;
	int rc;

	if (b->upon.type != WA_SET_FULL) {
		rc = begin_upon(b, wish, err);
		if (rc == 0 || rc == WA_EINTERRUPTED || rc == WA_ENOMEM)
			return rc;
		make_full(b, LEVEL_WARN, err);
		rc = connect_again(b, err);
		if (rc < 0)
			return rc;
	}
	wish->incremental = 0;
	return basebackup_begin(&r->start, r->server, wish, err);
}
