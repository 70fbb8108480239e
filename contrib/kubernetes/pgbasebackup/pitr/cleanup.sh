#!/bin/bash
# cleanup.sh - remove what the scripts of this folder made, and its data.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

clean_up pgbasebackup-pitr pitr-pgdata pitr-wal pitr-backup-volume \
    pitr-restore-pgdata
