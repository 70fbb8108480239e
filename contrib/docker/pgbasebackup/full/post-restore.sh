#!/bin/bash
# post-restore.sh - start a server on what run.sh has restored.
#
# Makes the container pgbasebackup-full-restored.
#
# WALARCH_PORT is 12001.
. "$(dirname "$0")/../../common.sh"

need_restore pgbasebackup-full-restore
made_volume pgbasebackup-full-pgdata /pgdata
server pgbasebackup-full-restored 12001
