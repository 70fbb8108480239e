/* server.c - a connection, and single values out of it. */
#include "config.h"

#include "server.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "process.h"

#define WAIT_MS 200

#define PATIENCE "10" /* seconds, of server_try() */

struct server {
	PGconn *connection;
	char error[512];
};

/* A setting that was given; else libpq's own way of finding it holds. */
static const char *
given(const wa_config *config, const char *name)
{
	return strcmp(wa_config_source(config, name), "default") == 0 ?
	    NULL :
	    wa_config_get(config, name);
}

static void
keep_error(struct server *s)
{
	(void)snprintf(
	    s->error, sizeof(s->error), "%s", PQerrorMessage(s->connection));
	s->error[strcspn(s->error, "\n")] = '\0';
}

static PGconn *
connect_as(const wa_config *config, const char *timeout)
{
	const char *host = given(config, "pg1-host");
	const char *const names[] = { "host", "port", "user", "dbname",
		"fallback_application_name", "client_encoding",
		"connect_timeout", NULL };
	const char *const values[] = {
		host != NULL ? host : given(config, "pg1-socket-path"),
		given(config, "pg1-port"), given(config, "pg1-user"),
		wa_config_get(config, "pg1-database"), "walarch", "UTF8",
		timeout, NULL
	};

	return PQconnectdbParams(names, values, 0);
}

static int
open_as(struct server **out, const wa_config *config, const char *timeout,
    char *why, size_t size)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		(void)snprintf(why, size, "out of memory");
		return -1;
	}
	s->connection = connect_as(config, timeout);
	if (PQstatus(s->connection) != CONNECTION_OK) {
		keep_error(s);
		(void)snprintf(why, size, "%s", s->error);
		server_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

int
server_open(struct server **out, const wa_config *config)
{
	char why[512];

	if (open_as(out, config, NULL, why, sizeof(why)) == 0)
		return 0;
	say(LEVEL_ERROR, "could not connect to the server: %s", why);
	hint("See --pg1-socket-path, --pg1-port and --pg1-user.");
	return -1;
}

int
server_try(struct server **out, const wa_config *config, char *why, size_t size)
{
	return open_as(out, config, PATIENCE, why, size);
}

void
server_close(struct server *server)
{
	if (server == NULL)
		return;
	PQfinish(server->connection);
	free(server);
}

int
server_version(const struct server *server)
{
	return PQserverVersion(server->connection);
}

static void
cancel(struct server *s)
{
	PGcancel *cancel = PQgetCancel(s->connection);
	char why[256];

	if (cancel != NULL)
		(void)PQcancel(cancel, why, sizeof(why));
	PQfreeCancel(cancel);
}

/* 0 when the answer is there, or the connection is lost; -1 when a signal came
 * first. */
static int
wait_for_answer(struct server *s)
{
	struct pollfd fd = { .events = POLLIN };

	while (PQisBusy(s->connection)) {
		if (process_signal() != 0)
			return -1;
		fd.fd = PQsocket(s->connection);
		if (poll(&fd, 1, WAIT_MS) > 0 &&
		    PQconsumeInput(s->connection) == 0)
			return 0;
	}
	return 0;
}

/* The last of what comes, which is an error if any was. */
static PGresult *
last_answer(struct server *s)
{
	PGresult *result, *last = NULL;

	while ((result = PQgetResult(s->connection)) != NULL) {
		PQclear(last);
		last = result;
	}
	return last;
}

/* A start of a backup may take minutes, which a signal shall not: NULL, and the
 * server does not go on with it either. */
static PGresult *
run_query(struct server *s, const char *query, const char *parameter)
{
	PGresult *result = NULL;

	s->error[0] = '\0';
	if (PQsendQueryParams(s->connection, query, parameter == NULL ? 0 : 1,
		NULL, &parameter, NULL, NULL, 0) == 0) {
		keep_error(s);
		return NULL;
	}
	if (wait_for_answer(s) < 0) {
		cancel(s);
		PQclear(last_answer(s));
		(void)snprintf(
		    s->error, sizeof(s->error), "interrupted by a signal");
		return NULL;
	}
	result = last_answer(s);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		keep_error(s);
	return result;
}

int
server_ask_with(struct server *server, char *buf, size_t size,
    const char *query, const char *parameter)
{
	PGresult *result = run_query(server, query, parameter);
	int rc = -1;

	if (PQresultStatus(result) == PGRES_TUPLES_OK) {
		rc = PQntuples(result) > 0 && !PQgetisnull(result, 0, 0);
		(void)snprintf(
		    buf, size, "%s", rc == 1 ? PQgetvalue(result, 0, 0) : "");
	} else if (size > 0)
		buf[0] = '\0';
	PQclear(result);
	return rc;
}

char *
server_ask_all(struct server *server, const char *query, const char *parameter)
{
	PGresult *result = run_query(server, query, parameter);
	char *text = NULL;

	if (PQresultStatus(result) == PGRES_TUPLES_OK &&
	    PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
		text = strdup(PQgetvalue(result, 0, 0));
	PQclear(result);
	return text;
}

int
server_ask(struct server *server, char *buf, size_t size, const char *query)
{
	return server_ask_with(server, buf, size, query, NULL);
}

const char *
server_error(const struct server *server)
{
	return server->error;
}
