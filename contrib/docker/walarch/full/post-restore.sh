#!/bin/bash
# post-restore.sh - start a server on what run.sh has restored, and wait until
# it has recovered.
#
# Makes the container walarch-full-restored, which goes on archiving into the
# repository.
#
# WALARCH_PORT is 12005.
. "$(dirname "$0")/../../common.sh"
. "$(dirname "$0")/../restores.sh"

made_volume walarch-new-pgdata /pgdata
restored walarch-full-restored walarch-full-restored 12005
