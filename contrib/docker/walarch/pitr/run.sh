#!/bin/bash
# run.sh - restore a backup of the server "walarch", which must be running, into
# a new directory of its volume, to recover to a time.
#
# Stops and removes the container walarch.  Runs the container
# walarch-pitr-restore to its end, which restores to
# /pgdata/walarch-pitr-restored in the volume walarch-pgdata.  An earlier
# restore's server and directory are removed.
#
#   WALARCH_TIMESTAMP  the time to recover to, as psql prints it:
#                      "2026-11-21 16:53:05.590156+00"
#   WALARCH_SET, WALARCH_PROCESS_MAX, WALARCH_TARGET_ACTION,
#   WALARCH_TARGET_TIMELINE
#                      settings of walarch-restore
. "$(dirname "$0")/../../common.sh"
. "$(dirname "$0")/../restores.sh"

need_timestamp
need_backup
gone walarch walarch-pitr-restore walarch-pitr-restored
made_volume walarch-pgdata /pgdata
sh_in 'rm -rf /pgdata/walarch-pitr-restored'
restore walarch-pitr-restore walarch-pitr-restored --env WALARCH_TYPE=time \
    --env WALARCH_TARGET="$WALARCH_TIMESTAMP"
