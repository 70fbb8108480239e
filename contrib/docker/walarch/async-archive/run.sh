#!/bin/bash
# run.sh - start the server "walarch-async-archive", which archives into a
# repository in the background, and can be backed up into it:
#   docker exec walarch-async-archive walarch-backup --type=full
#   docker exec walarch-async-archive walarch-backup --type=diff
#   docker exec walarch-async-archive walarch-info
#
# Makes the container walarch-async-archive, the volumes walarch-async-pgdata and
# walarch-async-repo and, where they are missing, the network walarch and the
# volume secrets with random passwords.  Where the volume has a cluster, that is
# started.
#
#   WALARCH_PROCESS_MAX  how many threads archive, 1
#
# WALARCH_PORT is 12008.
. "$(dirname "$0")/../../common.sh"

with_secrets
volume walarch-async-pgdata /pgdata
volume walarch-async-repo /walarch
server walarch-async-archive 12008 "${cluster[@]}" \
    --env WALARCH_ARCHIVE_ASYNC=y --env WALARCH_PROCESS_MAX
