#!/bin/bash
# cleanup.sh - remove the containers walarch-pitr-restore and
# walarch-pitr-restored, and /pgdata/walarch-pitr-restored in the volume
# walarch-pgdata, if there is one.  All else in it is the backup example's.
. "$(dirname "$0")/../../common.sh"

gone walarch-pitr-restore walarch-pitr-restored
if exists volume walarch-pgdata; then
	volume walarch-pgdata /pgdata
	sh_in 'rm -rf /pgdata/walarch-pitr-restored'
fi
cleanup_shared
