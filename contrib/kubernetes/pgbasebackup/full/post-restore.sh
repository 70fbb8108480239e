#!/bin/bash
# post-restore.sh - a database on what run.sh restored, as deployment and
# service "pgbasebackup-full-restored".
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

need_complete pgbasebackup-full-restore
apply pgbasebackup-full pgbasebackup/full/restored
ready pgbasebackup-full-restored
