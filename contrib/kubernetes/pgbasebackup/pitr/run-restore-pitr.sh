#!/bin/bash
# run-restore-pitr.sh - restore the base backup of "pitr" into a new volume, by
# the job "pgbasebackup-pitr-restore", for a recovery up to a target.  What an
# earlier run restored is removed.
#
#   WALARCH_BACKUP_PATH              the backup; without it the latest
#   WALARCH_RECOVERY_TARGET_NAME     or _TIME, or _XID
#   WALARCH_RECOVERY_TARGET_INCLUSIVE
#   WALARCH_RECOVERY_REPLAY_ALL_WAL  true: to the end of the WAL
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

need_complete backup-pitr
remove deployment pgbasebackup-pitr-restored
remove job pgbasebackup-pitr-restore
gone pitr
renew pitr-restore-pgdata
parameter WALARCH_BACKUP_PATH
parameter WALARCH_RECOVERY_TARGET_NAME
parameter WALARCH_RECOVERY_TARGET_TIME
parameter WALARCH_RECOVERY_TARGET_XID
parameter WALARCH_RECOVERY_TARGET_INCLUSIVE
parameter WALARCH_RECOVERY_REPLAY_ALL_WAL
parameter WALARCH_SHOW_PROGRESS
run_job pgbasebackup-pitr-restore pgbasebackup-pitr \
    pgbasebackup/pitr/restore pitr-restore-pgdata
