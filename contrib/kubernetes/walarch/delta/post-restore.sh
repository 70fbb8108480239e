#!/bin/bash
# post-restore.sh - a database on what run.sh restored, as deployment and
# service "walarch-delta-restored".
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

need_complete walarch-delta-restore-job
apply walarch-delta walarch/delta/restored
ready walarch-delta-restored
