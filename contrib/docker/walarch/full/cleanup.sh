#!/bin/bash
# cleanup.sh - remove the containers walarch-full-restore and
# walarch-full-restored, and the volume walarch-new-pgdata.  The repository is
# the backup example's.
. "$(dirname "$0")/../../common.sh"

cleanup walarch-full-restore walarch-full-restored -- walarch-new-pgdata
