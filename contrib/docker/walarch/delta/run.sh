#!/bin/bash
# run.sh - bring the data directory of the server "walarch", which must be
# running, back to a backup by what differs, to recover to a time.
#
# Stops and removes the container walarch.  Runs the container
# walarch-delta-restore to its end, which restores over /pgdata/walarch in the
# volume walarch-pgdata: files that are as in the backup stay, all others are
# replaced or removed.  An earlier restore's server is removed.
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
gone walarch walarch-delta-restore walarch-delta-restored
made_volume walarch-pgdata /pgdata
restore walarch-delta-restore walarch --env WALARCH_DELTA=y \
    --env WALARCH_TYPE=time --env WALARCH_TARGET="$WALARCH_TIMESTAMP"
