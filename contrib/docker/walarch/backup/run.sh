#!/bin/bash
# run.sh - start the server "walarch", which archives into a repository and can
# be backed up into it:
#   docker exec walarch walarch-backup --type=full
#   docker exec walarch walarch-info
#
# Makes the container walarch, the volumes walarch-pgdata and walarch-repo and,
# where they are missing, the network walarch and the volume secrets with random
# passwords.  Where the volume has a cluster, that is started.
#
# WALARCH_PORT is 12004.
. "$(dirname "$0")/../../common.sh"

with_secrets
volume walarch-pgdata /pgdata
volume walarch-repo /walarch
server walarch 12004 "${cluster[@]}" --env WALARCH=true
