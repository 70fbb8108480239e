#!/bin/bash
# run.sh - start the server "primary", for the backup example to copy.
#
# Makes the container primary, the volume primary-pgdata and, where they are
# missing, the network walarch and the volume secrets with random passwords.
# Where the volume has a cluster, that is started.
#
# WALARCH_PORT is 12000.  The password of testuser, whose database is userdb:
#   docker exec primary cat /secrets/app-password
. "$(dirname "$0")/../common.sh"

with_secrets
volume primary-pgdata /pgdata
server primary 12000 "${cluster[@]}"
