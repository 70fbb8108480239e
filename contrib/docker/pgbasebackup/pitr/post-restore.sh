#!/bin/bash
# post-restore.sh - start a server on what run-restore-pitr.sh has restored, and
# wait until it has recovered or is paused at its target.
#
# Makes the container pgbasebackup-pitr-restored.  It reads the archive of
# "pitr", and archives nothing.
#
# WALARCH_PORT is 12003.
. "$(dirname "$0")/../../common.sh"

need_restore pgbasebackup-pitr-restore
made_volume pitr-restore-pgdata /pgdata
made_volume pitr-wal /recover ro
server pgbasebackup-pitr-restored 12003
