/* server.h - questions to a running PostgreSQL, by libpq. */
#ifndef SERVER_H
#define SERVER_H

#include <stddef.h>
#include <walarch.h>

struct server;

/* Connect as pg1-host (else pg1-socket-path), pg1-port, pg1-user and pg1-database say, and
 * libpq's own environment where they do not.  -1: it has been said why. */
int server_open(struct server **out, const wa_config *config);

/* The same, but quietly, and only for so long as a server takes that is there:
 * -1, and why has the words. */
int server_try(
    struct server **out, const wa_config *config, char *why, size_t size);
void server_close(struct server *server);

/* As PQserverVersion(). */
int server_version(const struct server *server);

/*
 * The first row's first column in buf: 1, 0 when there is no row or it is
 * NULL, -1 when the query failed (server_error() has the words).
 */
int
server_ask(struct server *server, char *buf, size_t size, const char *query);

/* The same with one parameter, $1. */
int server_ask_with(struct server *server, char *buf, size_t size,
    const char *query, const char *parameter);

/* The same as one allocation of any length, for free(); NULL: no row, a NULL,
 * or it failed, which server_error() tells. */
char *
server_ask_all(struct server *server, const char *query, const char *parameter);
const char *server_error(const struct server *server);

#endif
