#!/bin/bash
# run-pitr.sh - start the server "pitr", which archives its WAL.
#
# Makes the container pitr, the volumes pitr-pgdata and pitr-wal and, where they
# are missing, the network walarch and the volume secrets with random passwords.
# Where the volume has a cluster, that is started.
#
#   WALARCH_PG_ARCHIVE_TIMEOUT  the seconds after which a change is archived, 60
#
# WALARCH_PORT is 12002.
. "$(dirname "$0")/../../common.sh"

with_secrets
volume pitr-pgdata /pgdata
volume pitr-wal /pgwal
server pitr 12002 "${cluster[@]}" --env WALARCH_PG_ARCHIVE_MODE=on \
    --env WALARCH_PG_ARCHIVE_TIMEOUT="${WALARCH_PG_ARCHIVE_TIMEOUT:-60}"
