#!/bin/bash
# post-restore.sh - start a server on what run.sh has restored, and wait until
# it is paused at its target.
#
# Makes the container walarch-pitr-restored, which goes on archiving into the
# repository once it is resumed.
#
# WALARCH_PORT is 12006.
. "$(dirname "$0")/../../common.sh"
. "$(dirname "$0")/../restores.sh"

made_volume walarch-pgdata /pgdata
restored walarch-pitr-restored walarch-pitr-restored 12006
