#!/bin/bash
# cleanup.sh - remove the containers pitr, backup-pitr, pgbasebackup-pitr-restore
# and pgbasebackup-pitr-restored, and the volumes pitr-pgdata, pitr-wal,
# pitr-backup-volume and pitr-restore-pgdata.
. "$(dirname "$0")/../../common.sh"

cleanup pitr backup-pitr pgbasebackup-pitr-restore \
    pgbasebackup-pitr-restored -- pitr-pgdata pitr-wal pitr-backup-volume \
    pitr-restore-pgdata
