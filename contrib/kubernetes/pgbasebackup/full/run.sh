#!/bin/bash
# run.sh - restore a base backup into a new volume, by the job
# "pgbasebackup-full-restore".
#
#   WALARCH_BACKUP_PATH    the backup; without it the latest
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

need_complete backup
remove deployment pgbasebackup-full-restored
remove job pgbasebackup-full-restore
renew pgbasebackup-full-pgdata
parameter WALARCH_BACKUP_PATH
run_job pgbasebackup-full-restore pgbasebackup-full pgbasebackup/full \
    pgbasebackup-full-pgdata
