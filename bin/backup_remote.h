/* backup_remote.h - a backup over the network, by BASE_BACKUP. */
#ifndef BACKUP_REMOTE_H
#define BACKUP_REMOTE_H

#include "backup_run.h"
#include "basebackup.h"
#include "remote_files.h"
#include "remote_prior.h"

struct backup_remote {
	struct basebackup *server;
	struct basebackup_point start;
	struct remote_prior *prior; /* NULL: of a full */
	struct remote_incr *incr;
	struct remote_files files;
	char version[64]; /* of the server, in its words */
};

/*
 * The members of the manifest's header, as JSON, for free(): asked for by SQL
 * where b->server has a connection, else what the protocol tells.  NULL: out of
 * memory.
 */
char *backup_remote_header(const struct backup *b);

#endif
