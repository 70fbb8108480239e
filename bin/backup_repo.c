/* backup_repo.c - a base backup of a running server, into the repository. */
#include "config.h"

#include "backup_repo.h"

#include <stdio.h>
#include <string.h>

#include "backup_run.h"
#include "backup_wal.h"
#include "clock.h"
#include "errors.h"
#include "expire_run.h"
#include "message.h"
#include "process.h"
#include "progress.h"
#include "size.h"

#define FAILED 1

static int
is_given(const wa_config *config, const char *name)
{
	return strcmp(wa_config_source(config, name), "default") != 0;
}

/* The data directory is read where it is named, unless a host is named. */
static const struct backup_front *
choose_front(const wa_config *config)
{
	if (is_given(config, "pg1-host"))
		return &backup_far;
	if (wa_config_get(config, "pg1-path") != NULL)
		return &backup_here;
	return is_given(config, "pg1-socket-path") ||
		is_given(config, "pg1-port") ?
	    &backup_far :
	    &backup_here;
}

/* Is the cluster one of the stanza's? */
static int
check_stanza(struct backup *b, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count = 0, i;
	int rc = wa_stanza_systems(&systems, &count, b->repo, err), found = 0;

	for (i = 0; i < count; i++)
		found |= systems[i].system_id == b->cluster.system_id &&
		    systems[i].segment_size == b->cluster.segment_size;
	wa_free(systems);
	if (rc < 0 || found)
		return rc;
	(void)error_set(err, WA_EMISMATCH,
	    "the cluster%s%s%s, system %llu, is not registered with stanza "
	    "\"%s\"",
	    b->local.path == NULL ? "" : " in \"",
	    b->local.path == NULL ? "" : b->local.path,
	    b->local.path == NULL ? "" : "\"",
	    (unsigned long long)b->cluster.system_id,
	    wa_config_get(b->config, "stanza"));
	error_hint(err,
	    "Is --stanza right? After an upgrade use \"walarch-init "
	    "--upgrade\".");
	return WA_EMISMATCH;
}

static int
find_cluster(struct backup *b, const struct backup_front *front, wa_error *err)
{
	int rc = front->find(b, err);

	/* Until here a signal may end the process: nothing was made. */
	process_catch_signals(b->config);
	if (rc == 0)
		rc = wa_repo_open(&b->repo, b->config, err);
	if (rc == 0)
		rc = wa_repo_probe(b->repo, err);
	if (rc == 0)
		rc = check_stanza(b, err);
	return rc;
}

static void
fill_facts(struct backup *b)
{
	const wa_cluster *c = &b->cluster;

	b->facts.type = b->upon.type;
	(void)snprintf(
	    b->facts.prior, sizeof(b->facts.prior), "%s", b->upon.prior.label);
	(void)snprintf(b->facts.resumed, sizeof(b->facts.resumed), "%s",
	    b->upon.resumed.label);
	b->facts.version = c->version;
	b->facts.system_id = c->system_id;
	b->facts.segment_size = c->segment_size;
	b->facts.timeline = c->timeline;
	b->facts.redo = b->server.start;
	b->facts.standby = (uint32_t)b->server.standby;
	b->facts.checksums = c->checksums;
}

static int
open_set(struct backup *b, const struct backup_front *front, wa_error *err)
{
	int rc;

	fill_facts(b);
	rc = (front->unsorted ? wa_set_begin_unsorted : wa_set_begin)(
	    &b->writer, b->repo, &b->facts, b->total, b->server.header, err);
	if (rc == 0)
		rc = backup_flow_open(
		    &b->flow, b->config, b->writer, b->server.start, err);
	if (rc == 0)
		progress_begin(b->total);
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
	b->facts.standby = (uint32_t)b->server.standby;
	b->facts.stop_time = clock_now();
	b->facts.bad_pages = backup_flow_counts(b->flow)->bad_pages;
	return 0;
}

static int
copy(struct backup *b, const struct backup_front *front, wa_error *err)
{
	int rc = front->files(b, err);

	if (rc == 0)
		rc = backup_flow_drain(b->flow, err);
	progress_hide();
	if (rc == 0)
		rc = front->end(b, err);
	if (rc == 0)
		rc = backup_flow_drain(b->flow, err);
	if (rc == 0)
		rc = read_label(b, err);
	if (rc == 0 && backup_wal_wait(&b->server, b->repo, &b->facts) < 0)
		rc = BACKUP_SAID;
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
run(struct backup *b, const struct backup_front *front, wa_error *err)
{
	const char *annotations = wa_config_get(b->config, "annotation");
	wa_set made;
	int rc = wa_set_annotations_fit(annotations, err);

	if (rc == 0)
		rc = find_cluster(b, front, err);
	if (rc == 0)
		rc = front->open(b, err);
	if (rc == 0)
		rc = front->begin(b, err);
	if (rc == 0)
		rc = open_set(b, front, err);
	if (rc == 0)
		rc = copy(b, front, err);
	if (rc == 0)
		rc = wa_set_commit(
		    &made, b->writer, &b->facts, annotations, err);
	if (rc == 0)
		tell(&made);
	return rc == 0 ? expire_after(b, err) : rc;
}

int
backup_repo(wa_config *config, const char *label)
{
	struct backup b = { .config = config, .label = label };
	const struct backup_front *front = choose_front(config);
	wa_error err = WA_ERROR_INIT;
	int rc = run(&b, front, &err);

	if (rc < 0 && rc != BACKUP_SAID)
		say_error(LEVEL_ERROR, &err);
	backup_flow_close(b.flow);
	front->close(&b);
	wa_set_writer_close(b.writer);
	backup_server_close(&b.server);
	wa_repo_close(b.repo);
	return rc < 0 ? FAILED : 0;
}
