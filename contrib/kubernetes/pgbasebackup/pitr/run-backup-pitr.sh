#!/bin/bash
# run-backup-pitr.sh - a base backup of "pitr", by the job "backup-pitr".
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

running pitr ||
	fail 'The pitr database must be running: see run-pitr.sh.'
run_job backup-pitr pgbasebackup-pitr pgbasebackup/pitr/backup \
    pitr-backup-volume
