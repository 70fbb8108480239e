/*
 * remote_files.h - the files of a base backup as a server sends them, into a
 * flow; what has to come last, and backup_manifest, are kept aside.
 */
#ifndef REMOTE_FILES_H
#define REMOTE_FILES_H

#include <walarch.h>

#include "backup_flow.h"
#include "basebackup.h"
#include "remote_incr.h"
#include "sent_files.h"
#include "tarstream.h"

/* A file that was kept in memory. */
struct remote_kept {
	char *bytes; /* with a NUL behind; NULL: it did not come */
	size_t size;
	uint32_t mode;
	int64_t mtime; /* seconds */
};

struct remote_files {
	struct basebackup *server; /* these two are the caller's */
	struct backup_flow *flow;
	struct remote_incr *incr; /* the caller's; NULL: of a full */
	struct sent_files *sent;  /* NULL: of a server without a manifest */
	int manifest;             /* descriptor, or -1 */
	struct remote_kept control, label, map;
	size_t archives;
	uint32_t oid; /* of the tablespace that comes */
	int has_version;
};

int remote_files_begin(struct remote_files *files, struct basebackup *server,
    struct backup_flow *flow, wa_error *err);
void remote_files_end(struct remote_files *files);

/* All that the server sends; WA_ECORRUPT when that is no base backup. */
int remote_files_receive(struct remote_files *files, wa_error *err);

/* Behind basebackup_end(): was all of backup_manifest sent, and no more? */
int remote_files_check(struct remote_files *files, wa_error *err);

/* One of those that were kept, if it is there, into the flow. */
int remote_files_put(struct remote_files *files, const char *path,
    const struct remote_kept *kept, wa_error *err);

#endif
