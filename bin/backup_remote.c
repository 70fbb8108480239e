/* backup_remote.c - the steps of a backup over the network. */
#include "config.h"

#include "backup_remote.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "errors.h"
#include "message.h"
#include "process.h"
#include "remote_upon.h"

#define TELLS_STANDBY 140000 /* in_hot_standby, from this version on */

/* "16MB" */
static int
parse_size(uint32_t *out, const char *text)
{
	static const struct {
		const char *unit;
		unsigned shift;
	} units[] = { { "B", 0 }, { "kB", 10 }, { "MB", 20 }, { "GB", 30 } };
	char *end;
	unsigned long n = strtoul(text, &end, 10);
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (n > 0 && n <= 1u << 30 >> units[i].shift &&
		    strcmp(end, units[i].unit) == 0) {
			*out = (uint32_t)n << units[i].shift;
			return 0;
		}
	return -1;
}

static int
ask_cluster(struct backup *b, wa_error *err)
{
	struct basebackup *s = b->remote->server;
	wa_cluster *c = &b->cluster;
	char text[64];
	int rc =
	    basebackup_show(text, sizeof(text), s, "wal_segment_size", err);

	if (rc < 0)
		return rc;
	if (parse_size(&c->segment_size, text) < 0)
		return error_set(err, WA_ECORRUPT,
		    "the server says its wal_segment_size is \"%s\"", text);
	rc = basebackup_show(text, sizeof(text), s, "data_checksums", err);
	c->checksums = rc == 0 && strcmp(text, "on") == 0;
	c->system_id = basebackup_system(s);
	c->version = (uint32_t)basebackup_version(s) / 10000;
	return rc < 0 ?
	    rc :
	    basebackup_show(b->remote->version, sizeof(b->remote->version), s,
		"server_version", err);
}

static int
find_cluster(struct backup *b, wa_error *err)
{
	int rc = basebackup_check_label(b->label, err);

	if (rc < 0)
		return rc;
	b->remote = calloc(1, sizeof(*b->remote));
	if (b->remote == NULL)
		return out_of_memory(err);
	rc = basebackup_open(&b->remote->server, b->config, err);
	return rc < 0 ? rc : ask_cluster(b, err);
}

static int
no_standby(wa_error *err)
{
	(void)error_set(err, WA_EUSAGE, "the server is a standby");
	error_hint(err, "Use --backup-standby to back it up all the same.");
	return err->code;
}

/* Before 14 only backup_label will tell whether it is a standby. */
static int
check_mode(struct backup *b, wa_error *err)
{
	int wanted = (int)wa_config_number(b->config, "backup-standby");
	struct basebackup *s = b->remote->server;
	char text[64];
	int rc = 0;

	if (basebackup_version(s) >= TELLS_STANDBY) {
		rc = basebackup_show(
		    text, sizeof(text), s, "in_hot_standby", err);
		b->server.standby = rc == 0 && strcmp(text, "on") == 0;
	}
	if (rc < 0)
		return rc;
	if (b->server.standby && !wanted)
		return no_standby(err);
	rc = basebackup_show(text, sizeof(text), s, "archive_mode", err);
	if (rc < 0 || wanted || strcmp(text, "off") != 0)
		return rc;
	(void)error_set(err, WA_EUSAGE, "archive_mode is off");
	error_hint(err,
	    "A backup is worth nothing without the WAL that is written "
	    "meanwhile. Set archive_mode = on and archive_command = "
	    "'walarch-push %%p', and restart the server.");
	return err->code;
}

/* Names of databases, and reasons when WAL does not come, are to be had by SQL
 * alone; it goes without. */
static void
try_sql(struct backup *b)
{
	char why[512];

	if (server_try(&b->server.server, b->config, why, sizeof(why)) == 0)
		return;
	say(LEVEL_INFO,
	    "the databases are not listed in the backup set, for no "
	    "connection to database \"%s\" is to be had: %s",
	    wa_config_get(b->config, "pg1-database"), why);
}

static int
open_server(struct backup *b, wa_error *err)
{
	int rc = remote_upon_choose(b, err);

	b->server.config = b->config;
	b->server.version = basebackup_version(b->remote->server);
	b->server.system_id = b->cluster.system_id;
	if (rc == 0)
		rc = check_mode(b, err);
	if (rc == 0)
		try_sql(b);
	return rc;
}

static uint64_t
add_up(const struct basebackup *server)
{
	const struct basebackup_tablespace *t;
	uint64_t total = 0;
	size_t count, i;

	t = basebackup_tablespaces(server, &count);
	for (i = 0; i < count; i++)
		total += t[i].size;
	return total;
}

static int
begin_backup(struct backup *b, wa_error *err)
{
	struct backup_remote *r = b->remote;
	struct basebackup_wish wish = { .label = b->label,
		.fast = wa_config_number(b->config, "start-fast") != 0,
		.sizes = 1,
		.rate = wa_config_number(b->config, "rate") };
	int rc;

	b->facts.start_time = clock_now();
	rc = remote_upon_begin(b, &wish, err);
	if (rc < 0)
		return rc;
	b->server.start = r->start.lsn;
	b->cluster.timeline = r->start.timeline;
	b->total = r->prior == NULL ? add_up(r->server) : b->upon.prior.size;
	b->server.header = backup_remote_header(b);
	return b->server.header == NULL ? out_of_memory(err) : 0;
}

static int
copy_files(struct backup *b, wa_error *err)
{
	struct backup_remote *r = b->remote;
	int rc = remote_files_begin(&r->files, r->server, b->flow, err);

	if (rc == 0 && r->prior != NULL)
		rc =
		    remote_incr_open(&r->incr, r->prior, b->repo, b->flow, err);
	r->files.incr = r->incr;
	return rc < 0 ? rc : remote_files_receive(&r->files, err);
}

/* Is the pg_control that came of the cluster that was asked? */
static int
check_control(const struct backup *b, wa_error *err)
{
	const struct remote_kept *kept = &b->remote->files.control;
	wa_cluster came;
	int rc = wa_cluster_parse(&came, kept->bytes, kept->size, err);

	if (rc < 0)
		return error_in(err, rc, "\"global/pg_control\"");
	if (came.system_id == b->cluster.system_id &&
	    came.segment_size == b->cluster.segment_size)
		return 0;
	return error_set(err, WA_EMISMATCH,
	    "the pg_control that came is of system %llu, not of %llu, or has "
	    "another size of WAL segments",
	    (unsigned long long)came.system_id,
	    (unsigned long long)b->cluster.system_id);
}

static int
check_label(struct backup *b, wa_error *err)
{
	const struct backup_remote *r = b->remote;
	int wanted = (int)wa_config_number(b->config, "backup-standby");
	const char *text = r->files.label.bytes;
	wa_backup said;
	int rc = wa_backup_label_parse(&said, text, err);

	if (rc < 0)
		return error_in(err, rc, "backup_label");
	if (said.redo != r->start.lsn || said.timeline != r->start.timeline ||
	    b->server.stop <= said.redo)
		return error_set(err, WA_ECORRUPT,
		    "backup_label tells of another beginning than the server");
	b->server.standby = strstr(text, "\nBACKUP FROM: standby\n") != NULL;
	if (b->server.standby && !wanted)
		return no_standby(err);
	if (!b->server.standby && wanted)
		say(LEVEL_WARN,
		    "the server is no standby, the backup is taken from the "
		    "primary");
	return 0;
}

static void
trim_label(struct remote_kept *label)
{
	remote_incr_label(label->bytes);
	label->size = strlen(label->bytes);
}

static int
put_last(struct backup *b, wa_error *err)
{
	struct remote_files *f = &b->remote->files;
	int rc = remote_files_put(f, "global/pg_control", &f->control, err);

	if (rc == 0)
		rc = remote_files_put(f, "backup_label", &f->label, err);
	if (rc == 0)
		rc = remote_files_put(f, "tablespace_map", &f->map, err);
	return rc;
}

static int
end_backup(struct backup *b, wa_error *err)
{
	struct backup_remote *r = b->remote;
	struct basebackup_point stop;
	int rc = basebackup_end(&stop, r->server, err);

	if (rc == 0)
		rc = remote_files_check(&r->files, err);
	if (rc == 0)
		rc = check_control(b, err);
	if (rc < 0)
		return rc;
	b->server.stop = stop.lsn;
	if (r->incr != NULL)
		trim_label(&r->files.label);
	b->server.label = strdup(r->files.label.bytes);
	if (b->server.label == NULL)
		return out_of_memory(err);
	rc = check_label(b, err);
	return rc < 0 ? rc : put_last(b, err);
}

static void
close_all(struct backup *b)
{
	if (b->remote == NULL)
		return;
	remote_files_end(&b->remote->files);
	remote_incr_close(b->remote->incr);
	remote_prior_close(b->remote->prior);
	basebackup_close(b->remote->server);
	free(b->remote);
}

const struct backup_front backup_far = { 1, find_cluster, open_server,
	begin_backup, copy_files, end_backup, close_all };
