#!/bin/bash
# cleanup.sh - remove the container walarch-async-archive and the volumes
# walarch-async-pgdata and, with all backups in it, walarch-async-repo.
. "$(dirname "$0")/../../common.sh"

cleanup walarch-async-archive -- walarch-async-pgdata walarch-async-repo
