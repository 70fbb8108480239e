#!/bin/bash
# cleanup.sh - remove what run.sh and post-restore.sh made, and the restored
# data; not the backups.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

clean_up pgbasebackup-full pgbasebackup-full-pgdata
