#!/bin/bash
# run-restore-pitr.sh - restore a base backup of "pitr", to recover to a target.
#
# Runs the container pgbasebackup-pitr-restore to its end, which copies the
# backup to /pgdata/pgbasebackup-pitr-restored in the new volume
# pitr-restore-pgdata.  An earlier restore's server and volume are removed, so
# that one target can be tried after the other.  Stop the server "pitr" before,
# that its last changes are archived.
#
#   WALARCH_BACKUP_PATH  which backup, pitr-backups/2026-11-21-01-40-06 say; the
#                        latest
#   WALARCH_RECOVERY_TARGET_NAME, WALARCH_RECOVERY_TARGET_TIME,
#   WALARCH_RECOVERY_TARGET_XID
#                        one of them: a restore point, a time or a transaction
#   WALARCH_RECOVERY_TARGET_INCLUSIVE
#                        false: stop before the target, not after it; true
#   WALARCH_RECOVERY_REPLAY_ALL_WAL
#                        true: to the end of the archive, whatever the target;
#                        false
#   WALARCH_WAL_DIR      the archive in the volume pitr-wal, pitr-wal
. "$(dirname "$0")/../../common.sh"

made_volume pitr-backup-volume /backup ro
made_volume pitr-wal /recover ro
gone pgbasebackup-pitr-restore pgbasebackup-pitr-restored
no_volume pitr-restore-pgdata
volume pitr-restore-pgdata /pgdata
job pgbasebackup-pitr-restore basebackup-restore \
    --env WALARCH_BACKUP_PATH="${WALARCH_BACKUP_PATH:-latest}" \
    --env WALARCH_PGDATA_PATH=pgbasebackup-pitr-restored \
    --env WALARCH_WAL_DIR="${WALARCH_WAL_DIR:-pitr-wal}" \
    --env WALARCH_RECOVERY_TARGET_NAME --env WALARCH_RECOVERY_TARGET_TIME \
    --env WALARCH_RECOVERY_TARGET_XID --env WALARCH_RECOVERY_TARGET_INCLUSIVE \
    --env WALARCH_RECOVERY_REPLAY_ALL_WAL
