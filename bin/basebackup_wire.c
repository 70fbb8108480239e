/* basebackup_wire.c - results and COPY messages, with an ear for signals. */
#include "config.h"

#include "basebackup_wire.h"

#include <poll.h>
#include <string.h>

#include "errors.h"
#include "process.h"

#define NAP_MS 200 /* a signal between look and poll(2) waits so long */

/* Words of the server's, in English, and what to do. */
static const struct advice {
	const char *words, *hint;
} advices[] = {
	{ "password",
	    "The password is taken from the file that PGPASSFILE names, or "
	    "~/.pgpass, or from PGPASSWORD; in a file \":\" and \"\\\" are "
	    "written \"\\:\" and \"\\\\\", and the database is "
	    "\"replication\"." },
	{ "pg_hba.conf",
	    "The server's pg_hba.conf needs a line for replication, such as "
	    "\"host replication USER ADDRESS scram-sha-256\"." },
	{ "max_wal_senders",
	    "Set max_wal_senders higher on the server, or wait until another "
	    "backup or standby is done." },
	{ "WAL sender",
	    "The role must be allowed to replicate: ALTER ROLE ... "
	    "REPLICATION." },
	{ "replication role",
	    "The role must be allowed to replicate: ALTER ROLE ... "
	    "REPLICATION." },
	{ "checksum verification failure",
	    "The server's log names the damaged pages." },
	{ "summar",
	    "An incremental backup needs summarize_wal = on since the one it "
	    "is upon." },
	{ "WAL level", "Set wal_level = replica on the server." },
	{ "WAL file",
	    "The server removed WAL that the backup needs: set wal_keep_size "
	    "(wal_keep_segments before 13) higher." },
	{ "WAL segment",
	    "The server removed WAL that the backup needs: set wal_keep_size "
	    "(wal_keep_segments before 13) higher." },
};

void
wire_hint(const char *otherwise, wa_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (strstr(err->text, advices[i].words) != NULL) {
			error_hint(err, "%s", advices[i].hint);
			return;
		}
	error_hint(err, "%s", otherwise);
}

int
wire_failure(struct basebackup *b, const PGresult *result, const char *doing,
    wa_error *err)
{
	const char *text = result == NULL ?
	    NULL :
	    PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	ExecStatusType status = PQresultStatus(result);

	if (text == NULL)
		text = PQerrorMessage(b->connection);
	if (text[0] == '\0' || (result != NULL && status != PGRES_FATAL_ERROR))
		text = "the server gave another answer than was expected";
	(void)error_set(err, WA_ETRYAGAIN, "%s: %.*s", doing,
	    (int)strcspn(text, "\n"), text);
	wire_hint("The server's log may tell more.", err);
	return err->code;
}

/* Until there is more to read. */
static int
wait_for_more(struct basebackup *b, wa_error *err)
{
	struct pollfd socket = { PQsocket(b->connection), POLLIN, 0 };

	if (process_signal() != 0)
		return error_set(
		    err, WA_EINTERRUPTED, "the backup was interrupted");
	if (poll(&socket, 1, NAP_MS) <= 0)
		return 0;
	if (PQconsumeInput(b->connection) == 0)
		return wire_failure(b, NULL, "the connection was lost", err);
	return 0;
}

int
wire_result(PGresult **out, struct basebackup *b, wa_error *err)
{
	int rc = 0;

	while (rc == 0 && PQisBusy(b->connection))
		rc = wait_for_more(b, err);
	if (rc == 0)
		*out = PQgetResult(b->connection);
	return rc;
}

int
wire_expect(PGresult **out, struct basebackup *b, ExecStatusType status,
    const char *doing, wa_error *err)
{
	PGresult *result = NULL;
	int rc = wire_result(&result, b, err);

	if (rc == 0 && (result == NULL || PQresultStatus(result) != status))
		rc = wire_failure(b, result, doing, err);
	if (rc == 0)
		*out = result;
	else
		PQclear(result);
	return rc;
}

/* A COPY that an error cut short ends like any other: what comes next tells. */
static int
look_ahead(struct basebackup *b, wa_error *err)
{
	int rc = wire_result(&b->ahead, b, err);

	b->copying = 0;
	if (rc == 0 && PQresultStatus(b->ahead) == PGRES_FATAL_ERROR)
		rc = wire_failure(
		    b, b->ahead, "could not receive the backup", err);
	return rc;
}

int
wire_message(struct basebackup *b, wa_error *err)
{
	int n, rc = 0;

	PQfreemem(b->message);
	b->message = NULL;
	if (process_signal() != 0)
		return error_set(
		    err, WA_EINTERRUPTED, "the backup was interrupted");
	while (
	    (n = PQgetCopyData(b->connection, &b->message, 1)) == 0 && rc == 0)
		rc = wait_for_more(b, err);
	if (rc < 0)
		return rc;
	if (n == -2)
		return wire_failure(b, NULL, "the connection was lost", err);
	if (n < 0)
		return look_ahead(b, err);
	b->length = (size_t)n;
	return 1;
}
