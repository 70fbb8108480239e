#!/bin/bash
# run.sh - restore a base backup that the backup example made.
#
# Runs the container pgbasebackup-full-restore to its end, which copies the
# backup to /pgdata/pgbasebackup-full-restored in the new volume
# pgbasebackup-full-pgdata.  An earlier restore's server and volume are removed.
#
#   WALARCH_BACKUP_PATH  which backup, primary-backups/2026-11-21-01-40-06 say;
#                        the latest
. "$(dirname "$0")/../../common.sh"

made_volume backup-volume /backup ro
gone pgbasebackup-full-restore pgbasebackup-full-restored
no_volume pgbasebackup-full-pgdata
volume pgbasebackup-full-pgdata /pgdata
job pgbasebackup-full-restore basebackup-restore \
    --env WALARCH_BACKUP_PATH="${WALARCH_BACKUP_PATH:-latest}" \
    --env WALARCH_PGDATA_PATH=pgbasebackup-full-restored
