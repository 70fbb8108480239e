/* backup_repo.c - a base backup of a running server, into the repository. */
#include "config.h"

#include "backup_repo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backup_local.h"
#include "backup_server.h"
#include "backup_upon.h"
#include "backup_wal.h"
#include "errors.h"
#include "expire_run.h"
#include "message.h"
#include "progress.h"
#include "size.h"

#define FAILED 1

/* What has been said already. */
#define SAID (-1000)

struct backup {
	const wa_config *config;
	wa_repo *repo;
	struct backup_server server;
	struct backup_local local;
	struct backup_upon upon;
	wa_set facts;
	wa_set_writer *writer;
	struct backup_flow *flow;
	struct backup_check *check;
};

static int64_t
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int
find_cluster(struct backup *b, wa_error *err)
{
	b->local.path = wa_config_get(b->config, "pg1-path");
	if (b->local.path == NULL) {
		(void)error_set(
		    err, WA_EUSAGE, "the data directory is not named");
		error_hint(err, "Name it with --pg1-path.");
		return WA_EUSAGE;
	}
	return wa_cluster_read(&b->local.cluster, b->local.path, err);
}

/* Is the cluster one of the stanza's? */
static int
check_stanza(struct backup *b, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count = 0, i;
	int rc = wa_stanza_systems(&systems, &count, b->repo, err), found = 0;

	for (i = 0; i < count; i++)
		found |= systems[i].system_id == b->local.cluster.system_id;
	wa_free(systems);
	if (rc < 0 || found)
		return rc;
	(void)error_set(err, WA_EMISMATCH,
	    "the cluster in \"%s\" is not registered with stanza \"%s\"",
	    b->local.path, wa_config_get(b->config, "stanza"));
	error_hint(err,
	    "Is --stanza right? After an upgrade use \"walarch-init "
	    "--upgrade\".");
	return WA_EMISMATCH;
}

/* pg_control is read again: the start's checkpoint may be on another timeline
 * than what was read first. */
static int
start(struct backup *b, const char *label, wa_error *err)
{
	wa_cluster *c = &b->local.cluster;
	int rc;

	if (backup_server_start(&b->server, label) < 0)
		return SAID;
	rc = wa_cluster_read(c, b->local.path, err);
	if (rc < 0)
		return rc;
	b->facts.type = b->upon.type;
	(void)snprintf(b->facts.prior, sizeof(b->facts.prior), "%s",
	    b->upon.prior.label);
	(void)snprintf(b->facts.resumed, sizeof(b->facts.resumed), "%s",
	    b->upon.resumed.label);
	b->facts.version = c->version;
	b->facts.system_id = c->system_id;
	b->facts.segment_size = c->segment_size;
	b->facts.timeline = c->timeline;
	b->facts.redo = b->server.start;
	b->facts.start_time = now();
	b->facts.standby = (uint32_t)b->server.standby;
	b->facts.checksums = c->checksums;
	b->local.trust_times = b->upon.prior.timeline == c->timeline &&
	    b->upon.prior.stop_time <= b->facts.start_time;
	return backup_wal_check(&b->server, b->repo, c) < 0 ? SAID : 0;
}

static const char *
or_null(const char *label)
{
	return label[0] == '\0' ? NULL : label;
}

static int
open_way(struct backup *b, wa_error *err)
{
	uint64_t total = 0;
	char *header = NULL;
	int rc = backup_local_measure(&total, &b->local, err);

	if (rc == 0)
		rc = backup_local_header(
		    &header, &b->local, b->server.header, err);
	if (rc == 0)
		rc = wa_set_begin(
		    &b->writer, b->repo, &b->facts, total, header, err);
	free(header);
	if (rc == 0 &&
	    (b->upon.prior.label[0] != '\0' ||
		b->upon.resumed.label[0] != '\0'))
		rc = backup_prior_open(&b->local.prior, b->repo,
		    or_null(b->upon.prior.label), or_null(b->upon.resumed.label),
		    err);
	b->local.begun = or_null(b->upon.resumed.label);
	if (rc == 0)
		rc = backup_flow_open(
		    &b->flow, b->config, b->writer, b->server.start, err);
	if (rc == 0)
		rc = backup_check_open(&b->check, b->config, b->flow, err);
	if (rc == 0)
		progress_begin(total);
	return rc;
}

static int
copy_files(struct backup *b, wa_error *err)
{
	int rc = backup_local_files(&b->local, b->check, err);

	if (rc == 0)
		rc = backup_check_drain(b->check, err);
	if (rc == 0)
		rc = backup_flow_drain(b->flow, err);
	if (rc == 0)
		rc = backup_local_control(&b->local, b->flow, err);
	if (rc == 0)
		rc = backup_flow_drain(b->flow, err);
	progress_hide();
	return rc;
}

/* Where does replay begin, in the words of backup_label? */
static int
read_label(struct backup *b, wa_error *err)
{
	wa_backup said;
	int rc = wa_backup_label_parse(&said, b->server.label, err);

	if (rc < 0)
		return rc;
	b->facts.timeline = said.timeline;
	b->facts.redo = said.redo;
	b->facts.checkpoint = said.checkpoint;
	b->facts.stop = b->server.stop;
	b->facts.stop_time = now();
	b->facts.bad_pages = backup_flow_counts(b->flow)->bad_pages;
	return 0;
}

static int
stop(struct backup *b, wa_error *err)
{
	int rc;

	if (backup_server_stop(&b->server) < 0)
		return SAID;
	rc = backup_local_text(
	    &b->local, b->flow, "backup_label", b->server.label, err);
	if (rc == 0 && b->server.map[0] != '\0')
		rc = backup_local_text(&b->local, b->flow, "tablespace_map",
		    b->server.map, err);
	if (rc == 0)
		rc = backup_flow_drain(b->flow, err);
	if (rc == 0)
		rc = read_label(b, err);
	if (rc == 0 && backup_wal_wait(&b->server, b->repo, &b->facts) < 0)
		rc = SAID;
	return rc;
}

static void
tell(const wa_set *set)
{
	char size[SIZE_TEXT], copied[SIZE_TEXT], stored[SIZE_TEXT];

	say(LEVEL_INFO,
	    "backup set %s: %llu files of %s, of which %s were copied, %s "
	    "stored",
	    set->label, (unsigned long long)set->files,
	    size_text(size, set->size), size_text(copied, set->copied),
	    size_text(stored, set->stored));
	if (set->bad_pages > 0) {
		say(LEVEL_WARN, "%u pages have a wrong checksum",
		    set->bad_pages);
		hint("They were stored as they are. An older backup may have "
		     "them whole; look at the disks.");
	}
}

/* The backup is there, whatever becomes of this. */
static int
expire_after(struct backup *b, wa_error *err)
{
	int rc = 0;

	if (wa_config_number(b->config, "expire-auto"))
		rc = expire_run(b->repo, b->config, 0, err);
	return rc < 0 ? error_in(err, rc,
			    "the backup set is stored, but what is too old "
			    "could not be removed") :
			0;
}

static int
run(struct backup *b, const char *label, wa_error *err)
{
	const char *annotations = wa_config_get(b->config, "annotation");
	wa_set made;
	int rc = wa_set_annotations_fit(annotations, err);

	if (rc == 0)
		rc = find_cluster(b, err);
	if (rc == 0)
		rc = wa_repo_open(&b->repo, b->config, err);
	if (rc == 0)
		rc = wa_repo_probe(b->repo, err);
	if (rc == 0)
		rc = check_stanza(b, err);
	if (rc == 0 &&
	    backup_server_open(&b->server, b->config,
		b->local.cluster.system_id) < 0)
		rc = SAID;
	if (rc == 0)
		rc = backup_upon_choose(&b->upon, b->repo, b->config,
		    &b->local.cluster, err);
	if (rc == 0)
		rc = start(b, label, err);
	if (rc == 0)
		rc = open_way(b, err);
	if (rc == 0)
		rc = copy_files(b, err);
	if (rc == 0)
		rc = stop(b, err);
	if (rc == 0)
		rc = wa_set_commit(
		    &made, b->writer, &b->facts, annotations, err);
	if (rc == 0)
		tell(&made);
	return rc == 0 ? expire_after(b, err) : rc;
}

int
backup_repo(const wa_config *config, const char *label)
{
	struct backup b = { .config = config, .local = { .config = config } };
	wa_error err = WA_ERROR_INIT;
	int rc = run(&b, label, &err);

	if (rc < 0 && rc != SAID)
		say_error(LEVEL_ERROR, &err);
	backup_check_close(b.check);
	backup_flow_close(b.flow);
	backup_prior_close(b.local.prior);
	wa_set_writer_close(b.writer);
	backup_server_close(&b.server);
	wa_repo_close(b.repo);
	return rc < 0 ? FAILED : 0;
}
