#!/bin/bash
# run.sh - make a base backup of the server "primary", which must be running.
#
# Runs the container backup to its end, which writes into the volume
# backup-volume the directory primary-backups/YYYY-MM-DD-HH-MM-SS: the log says
# "BACKUP_PATH is set to".  Earlier backups are left alone.
#
#   WALARCH_BACKUP_LABEL  the backup's label, walarch
#   WALARCH_BACKUP_OPTS   further options of walarch-backup
. "$(dirname "$0")/../../common.sh"

need_example primary primary
with_secrets
volume backup-volume /pgdata
job backup backup --env WALARCH_BACKUP_HOST=primary \
    --env WALARCH_BACKUP_USER=primaryuser --env WALARCH_BACKUP_LABEL \
    --env WALARCH_BACKUP_OPTS
