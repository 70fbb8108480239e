#!/bin/bash
# cleanup.sh - remove what run.sh and post-restore.sh made, and the restored
# data; run that of the backup example too.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

clean_up walarch-full walarch-new-pgdata
