#!/bin/bash
# run-pitr.sh - a database that archives its WAL, as deployment and service
# "pitr".
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

secrets
apply pgbasebackup-pitr pgbasebackup/pitr/database pitr-pgdata pitr-wal
ready pitr
