#!/bin/bash
# post-restore.sh - a database on what run.sh restored, as deployment and
# service "walarch-full-restored".
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

need_complete walarch-full-restore-job
apply walarch-full walarch/full/restored
ready walarch-full-restored
