#!/bin/bash
# post-restore.sh - a database on what run-restore-pitr.sh restored, as
# deployment and service "pgbasebackup-pitr-restored".
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

need_complete pgbasebackup-pitr-restore
apply pgbasebackup-pitr pgbasebackup/pitr/restored
ready pgbasebackup-pitr-restored
