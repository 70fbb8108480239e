/* backup_server.h - begin and end a backup on the server (PostgreSQL's manual,
 * "Making a Base Backup Using the Low Level API"). */
#ifndef BACKUP_SERVER_H
#define BACKUP_SERVER_H

#include <walarch.h>

#include "server.h"

struct backup_server {
	struct server *server; /* NULL: none answers */
	const wa_config *config;
	int version; /* as PQserverVersion() */
	int standby;
	uint64_t system_id;
	uint64_t start; /* LSN, where replay begins */
	uint64_t stop;  /* LSN */
	char *header;   /* JSON object: tablespaces, databases */
	char *label;    /* the file backup_label */
	char *map;      /* the file tablespace_map, or "" */
};

/*
 * Connect, see that it is the cluster and archives its WAL, and take the lock
 * that keeps a second backup of it away.  -1: it has been said why.
 */
int backup_server_open(
    struct backup_server *out, const wa_config *config, uint64_t system_id);
void backup_server_close(struct backup_server *server);

/* A JSON object: tablespaces, databases; for free().  NULL: server_error(). */
char *backup_server_header(struct server *server, const char *label);

/* Also as -1, and said. */
int backup_server_start(struct backup_server *server, const char *label);
int backup_server_stop(struct backup_server *server);

#endif
