#!/bin/bash
# run-backup-pitr.sh - make a base backup of the server "pitr", which must be
# running.
#
# Runs the container backup-pitr to its end, which writes into the volume
# pitr-backup-volume the directory pitr-backups/YYYY-MM-DD-HH-MM-SS: the log
# says "BACKUP_PATH is set to".  Earlier backups are left alone.
#
#   WALARCH_BACKUP_LABEL  the backup's label, mybackup1
#   WALARCH_BACKUP_OPTS   further options of walarch-backup
. "$(dirname "$0")/../../common.sh"

need_example pitr pitr
with_secrets
volume pitr-backup-volume /pgdata
job backup-pitr backup --env WALARCH_BACKUP_HOST=pitr \
    --env WALARCH_BACKUP_USER=primaryuser \
    --env WALARCH_BACKUP_LABEL="${WALARCH_BACKUP_LABEL:-mybackup1}" \
    --env WALARCH_BACKUP_OPTS
