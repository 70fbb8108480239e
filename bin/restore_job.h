/* restore_job.h - a set back into a data directory. */
#ifndef RESTORE_JOB_H
#define RESTORE_JOB_H

#include "restore_choose.h"
#include "restore_files.h"
#include "restore_scan.h"

struct restore_job {
	const wa_config *config;
	wa_repo *repo;
	const char *root; /* pg1-path */
	struct restore_choice choice;
	struct restore_places places;
	struct restore_scan scan;
	struct recovery_settings settings;
	char get[4096]; /* path of walarch-get */
	struct restore_owner owner;
	uint32_t *databases;
	size_t database_count;
	struct pg_manifest *manifest; /* being written; NULL: none is */
	struct restore_counts counts; /* out, of restore_job_run() */
};

/* Look at everything, and change nothing: 0 when it can be done. */
int restore_job_prepare(struct restore_job *job, int force, wa_error *err);

/* Is the target directory as it has to be? */
int restore_job_check(struct restore_job *job, wa_error *err);

/* Do it. */
int restore_job_run(struct restore_job *job, wa_error *err);
void restore_job_end(struct restore_job *job);

#endif
