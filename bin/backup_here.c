/* backup_here.c - a backup out of the data directory, beside its server. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "backup_run.h"
#include "backup_wal.h"
#include "clock.h"
#include "errors.h"
#include "real_path.h"
#include "progress.h"

static int
find_cluster(struct backup *b, wa_error *err)
{
	int rc;

	b->local.config = b->config;
	b->local.path = wa_config_get(b->config, "pg1-path");
	if (b->local.path == NULL) {
		(void)error_set(
		    err, WA_EUSAGE, "the data directory is not named");
		error_hint(err,
		    "Name it with --pg1-path, or the server, with --pg1-host.");
		return WA_EUSAGE;
	}
	rc = wa_cluster_read(&b->cluster, b->local.path, err);
	if (rc < 0)
		return rc;
	if (paths_overlap(
		b->local.path, wa_config_get(b->config, "repo1-path"))) {
		(void)error_set(err, WA_EUSAGE,
		    "the repository lies in the data directory, or that in it");
		error_hint(err, "It would be lost with what it is for.");
		return WA_EUSAGE;
	}
	return 0;
}

static int
open_server(struct backup *b, wa_error *err)
{
	if (backup_server_open(&b->server, b->config, b->cluster.system_id) < 0)
		return BACKUP_SAID;
	return backup_upon_choose(
	    &b->upon, b->repo, b->config, &b->cluster, err);
}

static const char *
or_null(const char *label)
{
	return label[0] == '\0' ? NULL : label;
}

static int
look_back(struct backup *b, wa_error *err)
{
	const char *prior = or_null(b->upon.prior.label);

	b->local.begun = or_null(b->upon.resumed.label);
	return prior == NULL && b->local.begun == NULL ?
	    0 :
	    backup_prior_open(
		&b->local.prior, b->repo, prior, b->local.begun, err);
}

/* pg_control is read again: the start's checkpoint may be on another timeline
 * than what was read first. */
static int
describe(struct backup *b, wa_error *err)
{
	char *header = NULL;
	int rc = backup_local_header(&header, &b->local, b->server.header, err);

	if (rc < 0)
		return rc;
	free(b->server.header);
	b->server.header = header;
	return 0;
}

static int
begin_backup(struct backup *b, wa_error *err)
{
	wa_cluster *c = &b->cluster;
	int rc;

	if (backup_server_start(&b->server, b->label) < 0)
		return BACKUP_SAID;
	rc = wa_cluster_read(c, b->local.path, err);
	if (rc < 0)
		return rc;
	b->local.cluster = *c;
	b->facts.start_time = clock_now();
	b->local.trust_times = b->upon.prior.timeline == c->timeline &&
	    b->upon.prior.stop_time <= b->facts.start_time;
	if (backup_wal_check(&b->server, b->repo, c) < 0)
		return BACKUP_SAID;
	rc = backup_local_measure(&b->total, &b->local, err);
	if (rc == 0)
		rc = describe(b, err);
	return rc < 0 ? rc : look_back(b, err);
}

static int
copy_files(struct backup *b, wa_error *err)
{
	struct backup_check *check = NULL;
	int rc = backup_check_open(&check, b->config, b->flow, err);

	if (rc == 0)
		rc = backup_local_files(&b->local, check, err);
	if (rc == 0)
		rc = backup_check_drain(check, err);
	if (rc == 0)
		rc = backup_flow_drain(b->flow, err);
	if (rc == 0)
		rc = backup_local_control(&b->local, b->flow, err);
	backup_check_close(check);
	return rc;
}

static int
end_backup(struct backup *b, wa_error *err)
{
	int rc;

	if (backup_server_stop(&b->server) < 0)
		return BACKUP_SAID;
	rc = backup_local_text(
	    &b->local, b->flow, "backup_label", b->server.label, err);
	if (rc == 0 && b->server.map[0] != '\0')
		rc = backup_local_text(
		    &b->local, b->flow, "tablespace_map", b->server.map, err);
	return rc;
}

static void
close_all(struct backup *b)
{
	backup_prior_close(b->local.prior);
}

const struct backup_front backup_here = { 0, find_cluster, open_server,
	begin_backup, copy_files, end_backup, close_all };
