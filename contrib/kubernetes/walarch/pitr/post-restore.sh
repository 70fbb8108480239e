#!/bin/bash
# post-restore.sh - a database on what run.sh restored, as deployment and
# service "walarch-pitr-restored".
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

need_complete walarch-pitr-restore-job
apply walarch-pitr walarch/pitr/restored
ready walarch-pitr-restored
