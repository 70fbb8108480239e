#!/bin/bash
# run.sh - restore the newest backup of the server "walarch", which must be
# running, into an empty volume, to recover to the end of the archive.
#
# Stops and removes the container walarch.  Runs the container
# walarch-full-restore to its end, which restores to
# /pgdata/walarch-full-restored in the new volume walarch-new-pgdata.  An
# earlier restore's server and volume are removed.
#
#   WALARCH_SET, WALARCH_PROCESS_MAX, WALARCH_TARGET_ACTION,
#   WALARCH_TARGET_TIMELINE
#                      settings of walarch-restore
. "$(dirname "$0")/../../common.sh"
. "$(dirname "$0")/../restores.sh"

need_backup
gone walarch walarch-full-restore walarch-full-restored
no_volume walarch-new-pgdata
volume walarch-new-pgdata /pgdata
restore walarch-full-restore walarch-full-restored
