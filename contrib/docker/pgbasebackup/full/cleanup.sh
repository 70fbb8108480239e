#!/bin/bash
# cleanup.sh - remove the containers pgbasebackup-full-restore and
# pgbasebackup-full-restored, and the volume pgbasebackup-full-pgdata.
. "$(dirname "$0")/../../common.sh"

cleanup pgbasebackup-full-restore pgbasebackup-full-restored -- \
    pgbasebackup-full-pgdata
