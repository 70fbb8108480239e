/* server.c - a connection, and single values out of it. */
#include "config.h"

#include "server.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

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
connect_as(const wa_config *config)
{
	const char *const names[] = { "host", "port", "user", "dbname",
		"fallback_application_name", "client_encoding", NULL };
	const char *const values[] = { given(config, "pg1-socket-path"),
		given(config, "pg1-port"), given(config, "pg1-user"),
		wa_config_get(config, "pg1-database"), "walarch", "UTF8",
		NULL };

	return PQconnectdbParams(names, values, 0);
}

int
server_open(struct server **out, const wa_config *config)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		say(LEVEL_ERROR, "out of memory");
		return -1;
	}
	s->connection = connect_as(config);
	if (PQstatus(s->connection) != CONNECTION_OK) {
		keep_error(s);
		say(LEVEL_ERROR, "could not connect to the server: %s",
		    s->error);
		hint("See --pg1-socket-path, --pg1-port and --pg1-user.");
		server_close(s);
		return -1;
	}
	*out = s;
	return 0;
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

int
server_ask_with(struct server *server, char *buf, size_t size,
    const char *query, const char *parameter)
{
	PGresult *result = PQexecParams(server->connection, query,
	    parameter == NULL ? 0 : 1, NULL, &parameter, NULL, NULL, 0);
	int rc = -1;

	if (PQresultStatus(result) == PGRES_TUPLES_OK) {
		rc = PQntuples(result) > 0 && !PQgetisnull(result, 0, 0);
		(void)snprintf(
		    buf, size, "%s", rc == 1 ? PQgetvalue(result, 0, 0) : "");
	} else {
		keep_error(server);
		if (size > 0)
			buf[0] = '\0';
	}
	PQclear(result);
	return rc;
}

char *
server_ask_all(
    struct server *server, const char *query, const char *parameter)
{
	PGresult *result = PQexecParams(server->connection, query,
	    parameter == NULL ? 0 : 1, NULL, &parameter, NULL, NULL, 0);
	char *text = NULL;

	server->error[0] = '\0';
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		keep_error(server);
	else if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
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
