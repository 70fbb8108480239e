#!/bin/bash
# cleanup.sh - remove the containers walarch-delta-restore and
# walarch-delta-restored.  The volumes are the backup example's.
. "$(dirname "$0")/../../common.sh"

cleanup walarch-delta-restore walarch-delta-restored --
