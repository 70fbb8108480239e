/* basebackup.c - connect, ask, begin and end. */
#include "config.h"

#include "basebackup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basebackup_wire.h"
#include "errors.h"
#include "message.h"

#define OLDEST 100000
#define UPLOADS 170000 /* from this version on */
#define PIECE 65536

/* A setting that was given; else libpq's own way of finding it holds. */
static const char *
given(const wa_config *config, const char *name)
{
	return strcmp(wa_config_source(config, name), "default") == 0 ?
	    NULL :
	    wa_config_get(config, name);
}

/* A server that is gone is noticed within two minutes. */
static PGconn *
connect_to(const wa_config *config)
{
	const char *host = given(config, "pg1-host");
	const char *const names[] = { "host", "port", "user", "dbname",
		"replication", "fallback_application_name", "keepalives_idle",
		"keepalives_interval", "keepalives_count", NULL };
	const char *const values[] = {
		host != NULL ? host : given(config, "pg1-socket-path"),
		given(config, "pg1-port"), given(config, "pg1-user"),
		"replication", "true", "walarch-backup", "60", "10", "6", NULL
	};

	return PQconnectdbParams(names, values, 0);
}

/* Warnings of the server's are the user's to see. */
static void
on_notice(void *arg, const PGresult *result)
{
	const char *severity =
	    PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	(void)arg;
	say(severity != NULL && strcmp(severity, "WARNING") == 0 ? LEVEL_WARN :
								   LEVEL_DEBUG,
	    "the server says: %s", text == NULL ? "" : text);
}

static int
connected(struct basebackup *b, wa_error *err)
{
	const char *text;

	if (b->connection == NULL)
		return out_of_memory(err);
	if (PQstatus(b->connection) != CONNECTION_OK) {
		text = PQerrorMessage(b->connection);
		(void)error_set(err, WA_ETRYAGAIN,
		    "could not connect to the server: %.*s",
		    (int)strcspn(text, "\n"), text);
		wire_hint("Does the server run, and do pg1-host, pg1-port and "
			  "pg1-user name it?",
		    err);
		return err->code;
	}
	(void)PQsetNoticeReceiver(b->connection, on_notice, NULL);
	b->version = PQserverVersion(b->connection);
	if (b->version >= OLDEST)
		return 0;
	return error_set(
	    err, WA_EUSAGE, "the server is older than PostgreSQL 10");
}

static int
send_command(
    struct basebackup *b, const char *command, const char *doing, wa_error *err)
{
	if (PQsendQuery(b->connection, command) == 1)
		return 0;
	return wire_failure(b, NULL, doing, err);
}

/* What is left of a command's results. */
static int
finish_command(struct basebackup *b, const char *doing, wa_error *err)
{
	PGresult *result = NULL;
	int rc = wire_expect(&result, b, PGRES_COMMAND_OK, doing, err);

	PQclear(result);
	result = NULL;
	if (rc == 0)
		rc = wire_result(&result, b, err);
	if (rc == 0 && result != NULL)
		rc = wire_failure(b, result, doing, err);
	PQclear(result);
	return rc;
}

static int
parse_number(uint64_t *out, const char *text, uint64_t most)
{
	unsigned long long n;

	if (text[0] == '\0' || strlen(text) > 20 ||
	    text[strspn(text, "0123456789")] != '\0')
		return -1;
	n = strtoull(text, NULL, 10);
	if (n > most)
		return -1;
	*out = n;
	return 0;
}

/* A command that gives one row of so many columns at least. */
static int
ask(PGresult **out, struct basebackup *b, const char *command, int columns,
    wa_error *err)
{
	static const char doing[] = "could not ask the server who it is";
	PGresult *row = NULL, *more = NULL;
	int rc = send_command(b, command, doing, err);

	if (rc == 0)
		rc = wire_expect(&row, b, PGRES_TUPLES_OK, doing, err);
	if (rc == 0 && (PQntuples(row) != 1 || PQnfields(row) < columns))
		rc = wire_failure(b, row, doing, err);
	if (rc == 0)
		rc = wire_result(&more, b, err);
	if (rc == 0 && more != NULL)
		rc = wire_failure(b, more, doing, err);
	PQclear(more);
	if (rc == 0)
		*out = row;
	else
		PQclear(row);
	return rc;
}

static int
identify(struct basebackup *b, wa_error *err)
{
	PGresult *row = NULL;
	int rc = ask(&row, b, "IDENTIFY_SYSTEM", 3, err);

	if (rc == 0 &&
	    parse_number(&b->system_id, PQgetvalue(row, 0, 0), UINT64_MAX) < 0)
		rc = error_set(
		    err, WA_ECORRUPT, "the server has no system identifier");
	PQclear(row);
	return rc;
}

int
basebackup_show(char *buf, size_t size, struct basebackup *b, const char *name,
    wa_error *err)
{
	PGresult *row = NULL;
	char command[128];
	int rc;

	(void)snprintf(command, sizeof(command), "SHOW %s", name);
	rc = ask(&row, b, command, 1, err);
	if (rc == 0)
		(void)snprintf(buf, size, "%s", PQgetvalue(row, 0, 0));
	PQclear(row);
	return rc;
}

int
basebackup_open(struct basebackup **out, const wa_config *config, wa_error *err)
{
	struct basebackup *b = calloc(1, sizeof(*b));
	int rc;

	if (b == NULL)
		return out_of_memory(err);
	b->connection = connect_to(config);
	rc = connected(b, err);
	if (rc == 0)
		rc = identify(b, err);
	if (rc == 0)
		*out = b;
	else
		basebackup_close(b);
	return rc;
}

void
basebackup_close(struct basebackup *b)
{
	if (b == NULL)
		return;
	PQfreemem(b->message);
	PQclear(b->ahead);
	PQclear(b->last);
	PQclear(b->list);
	PQfinish(b->connection);
	free(b->tablespaces);
	free(b);
}

uint64_t
basebackup_system(const struct basebackup *b)
{
	return b->system_id;
}

int
basebackup_version(const struct basebackup *b)
{
	return b->version;
}

static int
upload_pieces(struct basebackup *b, int fd, const char *doing, wa_error *err)
{
	char *buf = malloc(PIECE);
	ssize_t n = 0;
	int rc = 0;

	if (buf == NULL)
		return out_of_memory(err);
	while (rc == 0 && (n = read(fd, buf, PIECE)) > 0)
		if (PQputCopyData(b->connection, buf, (int)n) != 1)
			rc = wire_failure(b, NULL, doing, err);
	if (rc == 0 && n < 0)
		rc = error_system(err, "could not read the prior's manifest");
	free(buf);
	return rc;
}

int
basebackup_upload(struct basebackup *b, int fd, wa_error *err)
{
	static const char doing[] = "could not upload the prior's manifest";
	PGresult *result = NULL;
	int rc;

	if (b->version < UPLOADS)
		return error_set(err, WA_EUSAGE,
		    "the server makes incremental backups from PostgreSQL 17 "
		    "on");
	rc = send_command(b, "UPLOAD_MANIFEST", doing, err);
	if (rc == 0)
		rc = wire_expect(&result, b, PGRES_COPY_IN, doing, err);
	PQclear(result);
	if (rc == 0)
		rc = upload_pieces(b, fd, doing, err);
	if (rc == 0 && PQputCopyEnd(b->connection, NULL) != 1)
		rc = wire_failure(b, NULL, doing, err);
	if (rc == 0)
		rc = finish_command(b, doing, err);
	return rc;
}

/* A row of "A/FF000028" and a timeline. */
static int
read_point(struct basebackup_point *out, const PGresult *result)
{
	struct basebackup_point point;
	uint64_t timeline;

	if (PQntuples(result) != 1 || PQnfields(result) < 2 ||
	    wa_lsn_parse(&point.lsn, PQgetvalue(result, 0, 0)) < 0 ||
	    parse_number(&timeline, PQgetvalue(result, 0, 1), UINT32_MAX) < 0)
		return -1;
	point.timeline = (uint32_t)timeline;
	*out = point;
	return 0;
}

/* A row: OID, location and size in kB; NULLs for the data directory. */
static int
read_tablespace(
    struct basebackup_tablespace *out, const PGresult *list, int row)
{
	uint64_t oid = 0, size = 0;

	if (!PQgetisnull(list, row, 0) &&
	    (parse_number(&oid, PQgetvalue(list, row, 0), UINT32_MAX) < 0 ||
		oid == 0))
		return -1;
	if (!PQgetisnull(list, row, 2) &&
	    parse_number(&size, PQgetvalue(list, row, 2), UINT64_MAX / 1024) <
		0)
		return -1;
	out->oid = (uint32_t)oid;
	out->path = PQgetvalue(list, row, 1);
	out->size = size * 1024;
	return 0;
}

static int
read_tablespaces(struct basebackup *b, const char *doing, wa_error *err)
{
	int rows = PQntuples(b->list), i;

	if (rows < 1 || PQnfields(b->list) < 3)
		return wire_failure(b, b->list, doing, err);
	b->tablespaces = calloc((size_t)rows, sizeof(*b->tablespaces));
	if (b->tablespaces == NULL)
		return out_of_memory(err);
	for (i = 0; i < rows; i++)
		if (read_tablespace(&b->tablespaces[i], b->list, i) < 0)
			return wire_failure(b, b->list, doing, err);
	b->count = (size_t)rows;
	return 0;
}

int
basebackup_check_label(const char *label, wa_error *err)
{
	const char *p;

	for (p = label; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			return error_set(err, WA_EUSAGE,
			    "a label has no control characters");
	return 0;
}

int
basebackup_begin(struct basebackup_point *start, struct basebackup *b,
    const struct basebackup_wish *wish, wa_error *err)
{
	static const char doing[] = "could not begin the backup";
	PGresult *result = NULL;
	struct basebackup_point point;
	char command[2560];
	int rc;

	if (basebackup_command(command, sizeof(command), b->version, wish) == 0)
		return error_set(err, WA_EUSAGE, "the label is too long");
	rc = send_command(b, command, doing, err);
	if (rc == 0)
		rc = wire_expect(&result, b, PGRES_TUPLES_OK, doing, err);
	if (rc == 0 && read_point(&point, result) < 0)
		rc = wire_failure(b, result, doing, err);
	PQclear(result);
	if (rc == 0)
		rc = wire_expect(&b->list, b, PGRES_TUPLES_OK, doing, err);
	if (rc == 0)
		rc = read_tablespaces(b, doing, err);
	if (rc == 0)
		*start = point;
	return rc;
}

const struct basebackup_tablespace *
basebackup_tablespaces(const struct basebackup *b, size_t *count)
{
	*count = b->count;
	return b->tablespaces;
}

int
basebackup_end(
    struct basebackup_point *stop, struct basebackup *b, wa_error *err)
{
	static const char doing[] = "the server did not finish the backup";
	struct basebackup_point point;
	int rc = 0;

	if (b->last == NULL || PQresultStatus(b->last) != PGRES_TUPLES_OK ||
	    read_point(&point, b->last) < 0)
		rc = wire_failure(b, b->last, doing, err);
	if (rc == 0)
		rc = finish_command(b, doing, err);
	if (rc == 0)
		*stop = point;
	return rc;
}
