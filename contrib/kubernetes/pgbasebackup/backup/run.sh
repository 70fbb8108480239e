#!/bin/bash
# run.sh - a base backup of "primary", by the job "backup", and another one
# every day.  BACKUP_PATH is in the job's log.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

running primary ||
	fail 'The primary example must be running prior to using this example.'
secrets
run_job backup pgbasebackup-backup pgbasebackup/backup backup-volume
