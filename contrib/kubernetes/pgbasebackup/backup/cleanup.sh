#!/bin/bash
# cleanup.sh - remove what run.sh made, and the backups.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

clean_up pgbasebackup-backup backup-volume
