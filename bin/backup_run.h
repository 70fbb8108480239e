/*
 * backup_run.h - a backup into the repository, by one of two ways: out of the
 * data directory, or over the network.
 */
#ifndef BACKUP_RUN_H
#define BACKUP_RUN_H

#include "backup_flow.h"
#include "backup_local.h"
#include "backup_server.h"
#include "backup_upon.h"

/* A code for what has been said already. */
#define BACKUP_SAID (-1000)

struct backup_remote;

struct backup {
	wa_config *config;
	const char *label; /* of backup_label */
	wa_repo *repo;
	wa_cluster cluster;
	struct backup_server server;
	struct backup_upon upon;
	wa_set facts;
	uint64_t total; /* bytes to be read, about */
	wa_set_writer *writer;
	struct backup_flow *flow;
	struct backup_local local;
	struct backup_remote *remote;
};

/* The steps, in order; each returns 0, a negative wa_code, or BACKUP_SAID. */
struct backup_front {
	int unsorted; /* files come in any order */

	/* Which cluster is it?  Fills in b->cluster. */
	int (*find)(struct backup *b, wa_error *err);

	/* May its server be backed up?  And b->upon. */
	int (*open)(struct backup *b, wa_error *err);

	/* On the server: b->facts, b->server up to header, b->total. */
	int (*begin)(struct backup *b, wa_error *err);

	/* Files, through b->flow. */
	int (*files)(struct backup *b, wa_error *err);

	/* On the server: the rest of b->server; the last files. */
	int (*end)(struct backup *b, wa_error *err);

	void (*close)(struct backup *b);
};

extern const struct backup_front backup_here, backup_far;

#endif
